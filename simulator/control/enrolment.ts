import { partyIndex } from "../../core/lifecycle/party.ts";
import { validity } from "../../core/signature/certificate.ts";
import { openVerifyingKey } from "../../core/signature/schemes.ts";
import { openSealingKey } from "../../core/sealing/schemes.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import type { Json } from "../../core/unit/unit.ts";
import { mayBeNotified } from "../notifier/target.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError } from "./control-error.ts";

/** A party's key as it is enrolled from outside. */
export interface Enrolment {
  readonly party_id: string;
  readonly serial: string;
  readonly algorithm: string;
  /** PEM; absent where the algorithm signs with a secret. */
  readonly public_key?: string;
  /** The secret of both sides; absent where the algorithm signs with a key pair. */
  readonly secret?: string;
  /** The secret under which parts of messages are sealed, where the pack seals any. */
  readonly sealing_secret?: string;
  /** The moments between which the key is good, RFC 3339; absent: always. */
  readonly from?: string;
  readonly until?: string;
  readonly notify_prefixes: readonly string[];
  readonly notify_url?: string;
  /** See `PartyRecord`; kept, so that a party has the same test data after every start. */
  readonly index?: string;
}

/** Reads an enrolment. @throws ControlError with what is wrong with it. */
export function readEnrolment(order: Readonly<Record<string, Json>>, simulator: Simulator): Enrolment {
  const text = (name: string): string => {
    const value = order[name];
    if (typeof value !== "string" || value === "")
      throw new ControlError(
        `"${name}" is missing; an enrolment has party_id, serial, algorithm, public_key (PEM) or secret, and may have sealing_secret, from, until, notify_prefixes and notify_url`,
      );
    return value;
  };
  if (!/^[0-9A-Za-z_.-]{1,64}$/.test(text("party_id")))
    throw new ControlError(
      `"party_id" is "${text("party_id")}"; allowed are up to 64 letters, digits, "_", "." and "-"`,
    );
  // It stands in quotes in a header.
  if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text("serial")))
    throw new ControlError(
      `"serial" must be up to 128 visible ASCII characters without quotes, blanks and backslashes`,
    );
  const { algorithms } = simulator.pack.source.manifest.policies.envelope;
  const algorithm = text("algorithm");
  if (order["secret"] !== undefined && order["public_key"] !== undefined)
    throw new ControlError(`"public_key" and "secret" exclude each other; give the one that the algorithm needs`);
  if (algorithms[algorithm] === undefined)
    throw new ControlError(`algorithm "${algorithm}" is not one of the pack's: ${Object.keys(algorithms).join(", ")}`);
  const moment = (name: "from" | "until"): { readonly [key in typeof name]?: string } => {
    const value = order[name];
    if (value === undefined) return {};
    if (typeof value !== "string" || Number.isNaN(Date.parse(value)))
      throw new ControlError(`"${name}" must be a moment such as 2026-11-22T23:59:50+08:00`);
    return { [name]: value };
  };
  const prefixes = order["notify_prefixes"] ?? [];
  if (!Array.isArray(prefixes) || !prefixes.every((one) => typeof one === "string" && URL.canParse(one)))
    throw new ControlError(`"notify_prefixes" must be a list of absolute URLs`);
  const target = order["notify_url"];
  const registered = [
    ...(simulator.identity.peer(text("party_id"))?.record.notify_prefixes ?? []),
    ...(prefixes as string[]),
  ];
  if (target !== undefined && (typeof target !== "string" || !mayBeNotified(target, registered))) {
    throw new ControlError(
      `"notify_url" must be an http or https URL under one of "notify_prefixes" (${registered.join(", ") || "none given"}); nothing else is ever notified`,
    );
  }
  return {
    party_id: text("party_id"),
    serial: text("serial"),
    algorithm,
    ...(order["secret"] === undefined ? { public_key: text("public_key") } : { secret: text("secret") }),
    ...(order["sealing_secret"] === undefined ? {} : { sealing_secret: text("sealing_secret") }),
    notify_prefixes: prefixes as string[],
    ...moment("from"),
    ...moment("until"),
    ...(typeof order["notify_url"] === "string" ? { notify_url: order["notify_url"] } : {}),
  };
}

/**
 * Enrols a key: a new party, or one more key of a party that is known. Gives the enrolment as it is to be kept. Throws with
 * what is wrong with the key.
 */
export async function enrol(simulator: Simulator, enrolment: Enrolment): Promise<Enrolment> {
  const scheme = simulator.pack.envelope.algorithms[enrolment.algorithm] ?? "";
  const { secret, public_key: publicKey = "" } = enrolment;
  let key;
  let times;
  try {
    key = openVerifyingKey(scheme, secret === undefined ? { publicKey } : { secret });
    times = validity(secret === undefined ? publicKey : undefined, {
      ...(enrolment.from === undefined ? {} : { from: Date.parse(enrolment.from) }),
      ...(enrolment.until === undefined ? {} : { until: Date.parse(enrolment.until) }),
    });
  } catch (error) {
    throw new ControlError(
      `the ${secret === undefined ? "public key" : "secret"} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const before = simulator.identity.peer(enrolment.party_id);
  const sealing = sealingOf(simulator, enrolment) ?? before?.sealing;
  const index = before?.record.index ?? enrolment.index ?? nextIndex(simulator);
  await simulator.enrol({
    record: {
      party_id: enrolment.party_id,
      index,
      notify_prefixes: [...new Set([...(before?.record.notify_prefixes ?? []), ...enrolment.notify_prefixes])],
      ...((enrolment.notify_url ?? before?.record.notify_url)
        ? { notify_url: enrolment.notify_url ?? before?.record.notify_url ?? "" }
        : {}),
    },
    keys: [
      ...(before?.keys ?? []).filter(({ serial }) => serial !== enrolment.serial),
      {
        serial: enrolment.serial,
        algorithm: enrolment.algorithm,
        key,
        ...times,
      },
    ],
    ...(sealing === undefined ? {} : { sealing }),
  });
  return { ...enrolment, index };
}

/** The secret that an enrolment brings to seal with. @throws ControlError with what is wrong with it */
function sealingOf({ pack }: Simulator, { sealing_secret: secret }: Enrolment): readonly SealingKey[] | undefined {
  if (secret === undefined) return undefined;
  try {
    return [openSealingKey(pack.source.manifest.policies.sealing, secret)];
  } catch (error) {
    throw new ControlError(
      `the sealing_secret cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function nextIndex({ identity }: Simulator): string {
  return partyIndex(Math.max(0, ...identity.peers.map(({ record }) => Number(record.index))) + 1);
}
