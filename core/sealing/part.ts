import { decodeBase64Strict, encodeBase64 } from "../signature/base64.ts";
import type { Json } from "../unit/unit.ts";
import type { ReceiverSealingPolicy, SealedPlace, SealingPolicy } from "./policy.ts";
import type { ReceiverScheme } from "./receiver-scheme.ts";
import { receiverScheme } from "./receiver-schemes.ts";
import type { SealingKey } from "./scheme.ts";
import { sealBytes, unsealBytes } from "./sealed-object.ts";

/** A private key that opens what was sealed for its owner. */
export interface ReceiverKey {
  readonly kind: "receiver";
  /** Token of the signature algorithm that it is a key of. */
  readonly algorithm: string;
  readonly privatePem: string;
}

/** With what the parts of one message are sealed. */
export interface SealWith {
  /** The secret of both sides; `nonce` gives a new text of so many ASCII characters for each part. */
  readonly secret?: { readonly policy: SealingPolicy; readonly key: SealingKey; nonce(): string };
  readonly receiver?: { readonly policy: ReceiverSealingPolicy; readonly to: PublicHalf };
}

/** The public key of a receiver. */
export interface PublicHalf {
  readonly serial: string;
  /** Token of its signature algorithm. */
  readonly algorithm: string;
  readonly publicPem: string;
}

/** With what the parts of one message are opened: the first key that fits. */
export interface OpenWith {
  readonly secret?: { readonly policy: SealingPolicy; readonly keys: readonly SealingKey[] };
  readonly receiver?: { readonly policy: ReceiverSealingPolicy; readonly keys: readonly ReceiverKey[] };
}

/** @throws RangeError where there is nothing to seal with, or the scheme cannot seal so long a text. */
export function sealPart({ secret, receiver }: SealWith, place: SealedPlace, plain: Uint8Array): Json {
  if (place.key === "receiver") {
    if (receiver === undefined) throw new RangeError("no key of the receiver is known to seal with");
    const { policy, to } = receiver;
    return spelled(policy, schemeOf(policy, to.algorithm).seal(to.publicPem, plain));
  }
  if (secret === undefined) throw new RangeError("there is no secret to seal with");
  return sealBytes(secret.policy, secret.key, plain, place, secret.nonce());
}

/** The bytes that a place carries sealed; undefined for whatever cannot be opened, without a word on why. */
export function openPart({ secret, receiver }: OpenWith, place: SealedPlace, sealed: Json): Uint8Array | undefined {
  if (place.key !== "receiver")
    return secret === undefined ? undefined : unsealBytes(secret.policy, secret.keys, sealed)?.plain;
  const bytes = receiver === undefined || typeof sealed !== "string" ? undefined : unspelled(receiver.policy, sealed);
  if (receiver === undefined || bytes === undefined) return undefined;
  // Each key is tried whatever the one before gave, so that the time tells nothing.
  const opened = receiver.keys.map(({ algorithm, privatePem }) =>
    schemeOf(receiver.policy, algorithm).open(privatePem, bytes),
  );
  return opened.find((plain) => plain !== undefined);
}

function schemeOf({ algorithms }: ReceiverSealingPolicy, token: string): ReceiverScheme {
  return receiverScheme(algorithms[token] ?? "");
}

/** Ciphertext as messages carry it. */
export function spelled({ encoding }: ReceiverSealingPolicy, bytes: Uint8Array): string {
  return encoding === "hex" ? Buffer.from(bytes).toString("hex") : encodeBase64(bytes);
}

/** The bytes of the one spelling that `spelled` writes. */
export function unspelled({ encoding }: ReceiverSealingPolicy, text: string): Uint8Array | undefined {
  if (encoding !== "hex") return decodeBase64Strict(text);
  return /^(?:[0-9a-f]{2})*$/u.test(text) ? Buffer.from(text, "hex") : undefined;
}
