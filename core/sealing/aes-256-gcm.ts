import { createCipheriv, createDecipheriv, createSecretKey, randomInt } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { KeyRefused, keyOf } from "../signature/pem.ts";
import type { SealingKey, SealingScheme } from "./scheme.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/** AEAD_AES_256_GCM (RFC 5116, 5.2): a key of 32 bytes, a nonce of 12, the tag of 16 behind the ciphertext. */
export const aes256Gcm: SealingScheme = {
  name: "aes-256-gcm",
  nonceBytes: NONCE_BYTES,
  key(text): SealingKey {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length !== KEY_BYTES)
      throw new KeyRefused(keyOf("secret", aes256Gcm.name), {
        en: `the secret has ${bytes.length} bytes; ${aes256Gcm.name} needs ${KEY_BYTES}, such as 32 letters and digits`,
        zh: `长 ${bytes.length} 字节，应为 ${KEY_BYTES} 字节，如 32 个字母与数字`,
      });
    // A key object shows nothing of itself, in whatever is printed.
    const key = createSecretKey(bytes);
    return {
      kind: "sealing",
      scheme: aes256Gcm.name,
      seal(plain, nonce, associated) {
        if (nonce.length !== NONCE_BYTES)
          throw new RangeError(`a nonce of ${nonce.length} bytes was given; ${aes256Gcm.name} needs ${NONCE_BYTES}`);
        return aes256GcmSeal(key, nonce, associated, plain);
      },
      open: (sealed, nonce, associated) => aes256GcmOpen(key, nonce, associated, sealed),
    };
  },
  generate: () => generateSecret(KEY_BYTES),
};

/** Ciphertext and tag. The nonce has 12 bytes. */
export function aes256GcmSeal(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The text behind ciphertext and tag; undefined where any bit is another, or the nonce has not 12 bytes. */
export function aes256GcmOpen(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - TAG_BYTES;
  if (nonce.length !== NONCE_BYTES || end < 0) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** A text of so many letters and digits that are easy to tell apart. */
export const generateSecret = (characters: number): string =>
  Array.from({ length: characters }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
