import type { EnvelopePart, PartId } from "../../core/envelope/envelope.ts";
import { parseTimestampSeconds } from "../../core/envelope/timestamp.ts";
import type { Read, WireEnvelope } from "./envelope/wire-envelope.ts";
import type { VerifyingKey } from "./signer.ts";

export type AnswerSignature =
  | { readonly ok: true; readonly timestampSeconds: number }
  | {
      readonly ok: false;
      /** `unaddressed`: absent, and nothing could have signed it: its request names no party that shares a secret. */
      readonly why:
        | "absent"
        | "unaddressed"
        | "incomplete"
        | "unknown-serial"
        | "unknown-algorithm"
        | "malformed"
        | "wrong"
        | "stale";
      readonly message: string;
    };

/** Right but for its time, which tells of the signer's clock. */
export function isStale(signature: AnswerSignature): boolean {
  return !signature.ok && signature.why === "stale";
}

/** Wrong by its time or by the key it names, which others change too: they move the SUT's clock, or have it rotate. */
export function restsOnClockOrKey(signature: AnswerSignature): boolean {
  return isStale(signature) || (!signature.ok && signature.why === "unknown-serial");
}

/** Whether an answer lacks the right signature that it must have. */
export const isUnsigned = (signature: AnswerSignature): boolean => !signature.ok && signature.why !== "unaddressed";

/** Whether an answer carries no signature at all, whatever it must have. */
export const isBare = (signature: AnswerSignature): boolean =>
  !signature.ok && (signature.why === "absent" || signature.why === "unaddressed");

/**
 * The judge's verdict on the signature of an answer, as it was read: the key it names, its form, its bytes, its time.
 * `caller` is the party that the request legibly names: a shared secret is shared with one party.
 */
export function judgedSignature(
  envelope: WireEnvelope,
  { claims, body }: Read,
  all: readonly VerifyingKey[],
  caller: string | undefined,
  clock: { readonly nowSeconds: number; readonly skewSeconds: number },
): AnswerSignature {
  const { timestamp, nonce, signature, serial, algorithm } = claims;
  const name = (id: PartId): string => placeOf(envelope.answerParts, id);
  const not = (why: (AnswerSignature & { readonly ok: false })["why"], message: string): AnswerSignature => ({
    ok: false,
    why,
    message,
  });
  const keys = all.filter(({ party }) => party === undefined || party === caller);
  if (signature === undefined)
    return all.length > 0 && keys.length === 0
      ? not("unaddressed", "the request names no party that shares a secret with the system under test")
      : not("absent", `no ${name("signature")}`);
  const wanted = (["timestamp", "nonce", "serial"] as const).filter((id) =>
    envelope.answerParts.some((part) => part.id === id),
  );
  if (timestamp === undefined || nonce === undefined || wanted.some((id) => claims[id] === undefined))
    return not("incomplete", `of ${wanted.map(name).join(", ")} at least one is missing`);
  const named = serial === undefined ? keys : keys.filter((one) => one.serial === serial);
  if (named.length === 0)
    return not(
      "unknown-serial",
      `${name("serial")} is "${serial ?? ""}"; the statement has ${keys.map((one) => one.serial).join(", ")}`,
    );
  const nowMs = clock.nowSeconds * 1000;
  const isGood = ({ from = 0, until = Number.POSITIVE_INFINITY }: VerifyingKey): boolean =>
    nowMs >= from && nowMs < until;
  if (!named.some(isGood))
    return not(
      "unknown-serial",
      `${name("serial")} is "${serial ?? ""}", whose certificate is not valid at the time of the answer`,
    );
  const fitting = algorithm === undefined ? named : named.filter(({ token }) => token === algorithm);
  const [first] = fitting;
  if (first === undefined)
    return not(
      "unknown-algorithm",
      `${name("algorithm")} is "${algorithm ?? ""}"; the key ${named[0]?.serial ?? ""} is for ${named[0]?.token ?? ""}`,
    );
  const bytes = envelope.readSignature(signature);
  const timestampSeconds = parseTimestampSeconds(timestamp);
  if (bytes === undefined) return not("malformed", `${name("signature")} is not ${envelope.spelling}`);
  if (timestampSeconds === undefined)
    return not("malformed", `${name("timestamp")} is "${timestamp}", not seconds since the epoch`);
  const verified = fitting.some((one) =>
    one.key.verify(
      envelope.answerBase({
        serial: serial ?? one.serial,
        algorithm: algorithm ?? one.token,
        timestamp,
        nonce,
        body,
      }),
      bytes,
    ),
  );
  if (!verified) return not("wrong", `the signature does not verify with key ${first.serial} over the bytes received`);
  if (Math.abs(timestampSeconds - clock.nowSeconds) > clock.skewSeconds)
    return not(
      "stale",
      `${name("timestamp")} is ${timestampSeconds - clock.nowSeconds} s from the harness's clock, allowed ${clock.skewSeconds}`,
    );
  return { ok: true, timestampSeconds };
}

/** Where a part stands, for people: `header X-Signature`, `parameter sign`. */
function placeOf(parts: readonly EnvelopePart[], id: PartId): string {
  const part = parts.find((one) => one.id === id);
  if (part === undefined) return id;
  return part.location === "body"
    ? `parameter ${part.name}`
    : part.within === undefined
      ? `header ${part.name}`
      : `${part.name} in the header ${part.within}`;
}
