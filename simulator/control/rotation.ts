import { createHash } from "node:crypto";
import { certifiedKey, selfCertified } from "../../core/signature/certificate.ts";
import { decimalSerial, publicKeyId, serialForm } from "../../core/signature/serial.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError, noMoment } from "./control-error.ts";

/** The rotate hook of docs/hooks.md: a successor for each key that we sign with, or the first ones again. */
export function rotate({ identity, pack, clock }: Simulator, order: Readonly<Record<string, Json>>): void {
  const { from, until } = order;
  if (from === null) return identity.rotate([]);
  const moment = (name: string, value: Json | undefined): number => {
    const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms)) {
      const { en, zh } = noMoment(name);
      throw new ControlError(
        name === "from"
          ? { en: `${en}, or null for the first keys again`, zh: `${zh}；或为 null，即恢复最初的密钥` }
          : { en, zh },
      );
    }
    return ms;
  };
  const effectiveAt = moment("from", from);
  const end = until === undefined ? undefined : moment("until", until);
  if (effectiveAt < clock.runtime.now())
    throw new ControlError({
      en: `"from" is ${String(from)}, which is past; a key is listed before it signs`,
      zh: `“from”为 ${String(from)}，已经过去；密钥须先列出，后用于签名`,
    });
  // Earlier successors are removed first; otherwise a successor would follow a key that is no longer listed.
  identity.rotate([]);
  identity.rotate(
    // A successor has a serial of the same form.
    identity.ownKeys.map(({ algorithm, serial, certificate: before }) => {
      const scheme = pairScheme(pack.source.manifest.policies.envelope.algorithms[algorithm] ?? "");
      const { privatePem, publicPem } = scheme.generate();
      const key = scheme.privateKey(privatePem);
      const certificate = before === undefined ? undefined : selfCertified(publicPem, key, identity.partyId);
      return {
        serial:
          (certificate === undefined ? undefined : serialLike(serial, certifiedKey(certificate)?.serial)) ??
          (serialForm(serial) === "public-key-id"
            ? publicKeyId(publicPem)
            : `${identity.partyId}-${createHash("sha256").update(publicPem).digest("hex").slice(0, 16)}`),
        algorithm,
        key,
        publicPem,
        ...(certificate === undefined ? {} : { certificate }),
        effectiveAt,
      };
    }),
    end,
  );
}

/** The serial of a certificate in the notation of the one before. */
const serialLike = (before: string, hex: string | undefined): string | undefined =>
  hex !== undefined && serialForm(before) === "certificate-decimal" ? decimalSerial(hex) : hex;
