import { decodeBase64Strict, encodeBase64 } from "../signature/base64.ts";
import type { Json } from "../unit/unit.ts";
import type { SealedAs, SealingPolicy } from "./policy.ts";
import type { SealingKey } from "./scheme.ts";
import { sealingScheme } from "./schemes.ts";

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
    [fields.algorithm]: sealingScheme(policy).token,
    [fields.ciphertext]: encodeBase64(key.seal(plain, encoder.encode(nonce), encoder.encode(associatedData))),
    [fields.associatedData]: associatedData,
    [fields.nonce]: nonce,
  };
}

/** The bytes that were sealed, or what is wrong, in English and without a byte of it. */
export type Unsealed =
  | { readonly ok: true; readonly plain: Uint8Array; readonly nonce: string; readonly ciphertext: string }
  | { readonly ok: false; readonly issue: string };

/** Opens what `sealBytes` made, with the first key that fits. */
export function unsealBytes(policy: SealingPolicy, keys: readonly SealingKey[], sealed: Json): Unsealed {
  const { fields } = policy;
  const not = (issue: string): Unsealed => ({ ok: false, issue });
  if (typeof sealed !== "object" || sealed === null || Array.isArray(sealed))
    return not(`must be a sealed object of ${Object.values(fields).join(", ")}`);
  const texts = sealed as Readonly<Record<string, Json>>;
  const known = new Set<string>(Object.values(fields));
  const stray = Object.keys(texts).find((name) => !known.has(name));
  if (stray !== undefined) return not(`a sealed object has no field ${stray}`);
  const { [fields.algorithm]: algorithm, [fields.ciphertext]: ciphertext, [fields.nonce]: nonce } = texts;
  // The field may be left out where nothing is associated.
  const associated = texts[fields.associatedData] ?? "";
  const { token, scheme } = sealingScheme(policy);
  if (algorithm !== token) return not(`${fields.algorithm} must be ${token}`);
  if (typeof associated !== "string") return not(`${fields.associatedData} must be a text`);
  if (typeof nonce !== "string" || Buffer.byteLength(nonce) !== scheme.nonceBytes)
    return not(`${fields.nonce} must be a text of ${scheme.nonceBytes} bytes`);
  const bytes = typeof ciphertext === "string" ? decodeBase64Strict(ciphertext) : undefined;
  if (typeof ciphertext !== "string" || bytes === undefined) return not(`${fields.ciphertext} must be base64`);
  for (const key of keys) {
    const plain = key.open(bytes, encoder.encode(nonce), encoder.encode(associated));
    if (plain !== undefined) return { ok: true, plain, nonce, ciphertext };
  }
  return not(
    keys.length === 0
      ? "is sealed, and no secret of the sender is enrolled to open it"
      : "cannot be opened: it was changed, or sealed with another secret, nonce or associated data",
  );
}
