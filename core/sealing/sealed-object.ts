import { decodeBase64Strict, encodeBase64 } from "../signature/base64.ts";
import type { Json } from "../unit/unit.ts";
import type { SealedAs, SealingPolicy } from "./policy.ts";
import type { SealingKey } from "./scheme.ts";
import { sealingOfToken, sealingToken } from "./schemes.ts";

/** A sealed object as messages carry it. */
export type SealedObject = Readonly<Record<string, string>>;

const encoder = new TextEncoder();

/** Seals bytes as the pack writes it. The nonce is a text of as many ASCII characters as the scheme has bytes. */
export function sealBytes(
  policy: SealingPolicy,
  key: SealingKey,
  plain: Uint8Array,
  { associatedData = "", type }: SealedAs,
  nonce: string,
): SealedObject {
  const { fields } = policy;
  return {
    ...(fields.type === undefined || type === undefined ? {} : { [fields.type]: type }),
    [fields.algorithm]: sealingToken(policy, key),
    [fields.ciphertext]: encodeBase64(key.seal(plain, encoder.encode(nonce), encoder.encode(associatedData))),
    [fields.associatedData]: associatedData,
    [fields.nonce]: nonce,
  };
}

/** What was sealed, and under which nonce. */
export interface Unsealed {
  readonly plain: Uint8Array;
  readonly nonce: string;
  readonly ciphertext: string;
}

/**
 * Opens what `sealBytes` made, with the first key that fits. Undefined for whatever cannot be opened, without a word on
 * why: a sender that learns more can open what others have sealed.
 */
export function unsealBytes(policy: SealingPolicy, keys: readonly SealingKey[], sealed: Json): Unsealed | undefined {
  const { fields } = policy;
  if (typeof sealed !== "object" || sealed === null || Array.isArray(sealed)) return undefined;
  const texts = sealed as Readonly<Record<string, Json>>;
  const known = new Set<string>(Object.values(fields));
  if (Object.keys(texts).some((name) => !known.has(name))) return undefined;
  const { [fields.algorithm]: algorithm, [fields.ciphertext]: ciphertext, [fields.nonce]: nonce } = texts;
  // The field may be left out where nothing is associated.
  const associated = texts[fields.associatedData] ?? "";
  const scheme = typeof algorithm === "string" ? sealingOfToken(policy, algorithm)?.scheme : undefined;
  if (scheme === undefined || typeof associated !== "string") return undefined;
  if (typeof nonce !== "string" || Buffer.byteLength(nonce) !== scheme.nonceBytes) return undefined;
  const bytes = typeof ciphertext === "string" ? decodeBase64Strict(ciphertext) : undefined;
  if (typeof ciphertext !== "string" || bytes === undefined) return undefined;
  for (const key of keys) {
    if (key.scheme !== scheme.name) continue;
    const plain = key.open(bytes, encoder.encode(nonce), encoder.encode(associated));
    if (plain !== undefined) return { plain, nonce, ciphertext };
  }
  return undefined;
}
