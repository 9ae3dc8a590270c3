import { readdirSync } from "node:fs";
import { codecsOf } from "../core/codec/codecs.ts";
import { envelopeOf } from "../core/envelope/styles.ts";
import { loadPack } from "../core/pack/load.ts";
import { SIGNATURE_SCHEMES, signatureScheme } from "../core/signature/schemes.ts";
import type { SignatureScheme, SigningKey } from "../core/signature/scheme.ts";
import { signLimit } from "./openssl-limit.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";

/** Rows of the signature schemes, and of the envelopes of the packs here, on one thread. */
export const SIGNING_ROWS = /^(?:sign|seal) /u;

const PACKS = new URL("../specs/", import.meta.url);
const BODY = Buffer.from(JSON.stringify({ amount: { value: 100, currency: "CNY" }, description: "x".repeat(400) }));

/** Signatures a second of each scheme in line, against OpenSSL's own. */
export function timeSchemes(seconds: number, wanted: (name: string) => boolean): readonly Row[] {
  return SIGNATURE_SCHEMES.filter(({ name }) => wanted(`sign ${name}`)).map((scheme) => {
    const key = keyOf(scheme);
    return timed(`sign ${scheme.name}`, seconds, () => key.sign(BODY), signLimit(scheme.name));
  });
}

/** Requests that are signed and written a second, of each style of envelope and scheme of the packs here. */
export function timeEnvelopes(seconds: number, wanted: (name: string) => boolean): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const pack of readdirSync(PACKS).filter((name) => isPack(name))) {
    const { policies } = loadPack(new URL(pack, PACKS).pathname).manifest;
    const envelope = envelopeOf(policies.envelope, codecsOf(policies));
    for (const [algorithm, name] of Object.entries(policies.envelope.algorithms)) {
      const row = `seal ${policies.envelope.style} ${name}`;
      if (!wanted(row) || rows.has(row)) continue;
      const key = keyOf(signatureScheme(name));
      const body = envelope.codec.encode({ amount: "100", description: "x".repeat(400) });
      const message = { method: "POST", target: "/v1/payments", party: "P1001", serial: "BENCH", algorithm, body };
      let number = 0;
      const seal = (): unknown => {
        number += 1;
        const one = { ...message, timestamp: "1700000000", nonce: String(number).padStart(32, "0") };
        return envelope.sealRequest(one, key.sign(envelope.requestBase(one)));
      };
      rows.set(row, timed(row, seconds, seal, signLimit(name)));
    }
  }
  return [...rows.values()];
}

const isPack = (name: string): boolean => readdirSync(new URL(name, PACKS)).includes("pack.json");

const keyOf = (scheme: SignatureScheme): SigningKey =>
  scheme.keys === "pair" ? scheme.privateKey(scheme.generate().privatePem) : scheme.secret(scheme.generate());

function timed(name: string, seconds: number, once: () => unknown, limit: number): Row {
  // Until then the engine still compiles what is measured.
  const warm = performance.now() + Math.min(500, seconds * 250);
  while (performance.now() < warm) once();
  const latencies: number[] = [];
  const begun = performance.now();
  for (let at = begun; at < begun + seconds * 1000;) {
    once();
    const end = performance.now();
    latencies.push(end - at);
    at = end;
  }
  const rps = latencies.length / ((performance.now() - begun) / 1000);
  return rowOf(
    name,
    rps,
    latencies.toSorted((left, right) => left - right),
    limit,
  );
}
