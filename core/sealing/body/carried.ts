import { json } from "../../codec/json.ts";
import type { Bounds } from "../../codec/codec.ts";
import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import type { SealingKey } from "../scheme.ts";
import { aheadBytes } from "./key.ts";
import type { BodySealingPolicy, SealedBody } from "./policy.ts";

const NOTHING = new Uint8Array();
const utf8 = new TextEncoder();

/** How one body is encrypted: with which key, and where its ciphertext stands. */
export interface BodySealing {
  readonly policy: BodySealingPolicy;
  readonly place: SealedBody;
}

/** A body as its message carries it. `fresh` gives as many bytes as go with it, new for each message. */
export function carriedBody(
  sealing: BodySealing,
  key: SealingKey,
  plain: Uint8Array,
  fresh: (bytes: number) => Uint8Array,
): Uint8Array {
  return placed(sealing, encrypted(sealing.policy, key, plain, fresh));
}

/** What goes with the message, and the ciphertext behind it. */
export function encrypted(
  policy: BodySealingPolicy,
  key: SealingKey,
  plain: Uint8Array,
  fresh: (bytes: number) => Uint8Array,
): Uint8Array {
  const ahead = fresh(aheadBytes(policy));
  return Buffer.concat([ahead, key.seal(plain, ahead, NOTHING)]);
}

/** A ciphertext as it stands in a message. */
export function placed({ policy, place }: BodySealing, ciphertext: Uint8Array): Uint8Array {
  const text = policy.encoding === "hex" ? Buffer.from(ciphertext).toString("hex") : encodeBase64(ciphertext);
  if (place.as === "text") return utf8.encode(text);
  return json.encode(place.as === "json-text" ? text : { [place.member ?? ""]: text });
}

/** The ciphertext that a message carries; undefined where it does not stand there in its one spelling. */
export function ciphertextIn(
  { policy, place }: BodySealing,
  carried: Uint8Array,
  bounds: Bounds,
): Uint8Array | undefined {
  const text = place.as === "text" ? Buffer.from(carried).toString("latin1") : textIn(place, carried, bounds);
  if (text === undefined) return undefined;
  if (policy.encoding === "base64") return decodeBase64Strict(text);
  return /^(?:[0-9a-f]{2})*$/u.test(text) ? Buffer.from(text, "hex") : undefined;
}

function textIn(place: SealedBody, carried: Uint8Array, bounds: Bounds): string | undefined {
  const decoded = json.decode(carried, bounds);
  if (!decoded.ok) return undefined;
  const { value } = decoded;
  if (place.as === "json-text") return typeof value === "string" ? value : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [[name, text] = ["", null], second] = Object.entries(value);
  return second === undefined && name === place.member && typeof text === "string" ? text : undefined;
}

/**
 * What a carried body may be, a body for each key that decrypts it; each key is tried, whatever the one before gave. Where
 * there is no tag a wrong key may seem to fit, so the caller takes the first body that it can read.
 */
export function openedBodies(
  sealing: BodySealing,
  keys: readonly SealingKey[],
  carried: Uint8Array,
  bounds: Bounds,
): readonly Uint8Array[] {
  const ciphertext = ciphertextIn(sealing, carried, bounds);
  const ahead = aheadBytes(sealing.policy);
  if (ciphertext === undefined || ciphertext.length < ahead) return [];
  return keys.flatMap((key) => key.open(ciphertext.subarray(ahead), ciphertext.subarray(0, ahead), NOTHING) ?? []);
}
