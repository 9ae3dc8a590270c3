import { createCipheriv, createSecretKey, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { ghash } from "@noble/ciphers/_polyval.js";
import { KeyRefused, keyOf } from "../signature/pem.ts";
import { sm3 } from "../signature/sm3.ts";
import { generateSecret } from "./aes-256-gcm.ts";
import type { SealingKey, SealingScheme } from "./scheme.ts";

const NAME = "sm4-gcm";
const SECRET_CHARACTERS = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BLOCK_BYTES = 16;

/**
 * AEAD_SM4_GCM (RFC 8998): the key is the first 16 bytes of the SM3 of the secret, as WeChat Pay makes it of an APIv3
 * key; a nonce of 12 bytes, the tag of 16 behind the ciphertext. OpenSSL has no SM4-GCM: its counter mode encrypts, and
 * noble's GHASH authenticates.
 */
export const sm4Gcm: SealingScheme = {
  name: NAME,
  nonceBytes: NONCE_BYTES,
  key(text): SealingKey {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length !== SECRET_CHARACTERS)
      throw new KeyRefused(keyOf("secret", NAME), {
        en: `the secret has ${bytes.length} bytes; ${NAME} needs ${SECRET_CHARACTERS}, such as 32 letters and digits`,
        zh: `长 ${bytes.length} 字节，应为 ${SECRET_CHARACTERS} 字节，如 32 个字母与数字`,
      });
    const key = createSecretKey(sm3(bytes).subarray(0, BLOCK_BYTES));
    return {
      kind: "sealing",
      scheme: NAME,
      seal(plain, nonce, associated) {
        if (nonce.length !== NONCE_BYTES)
          throw new RangeError(`a nonce of ${nonce.length} bytes was given; ${NAME} needs ${NONCE_BYTES}`);
        return sm4GcmSeal(key, nonce, associated, plain);
      },
      open: (sealed, nonce, associated) => sm4GcmOpen(key, nonce, associated, sealed),
    };
  },
  generate: () => generateSecret(SECRET_CHARACTERS),
};

/** Ciphertext and tag. The nonce has 12 bytes. */
export function sm4GcmSeal(key: KeyObject, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
  const ciphertext = counted(key, nonce, 2, plain);
  return Buffer.concat([ciphertext, tagOf(key, nonce, associated, ciphertext)]);
}

/**
 * The text behind ciphertext and tag; undefined where any bit is another, or the nonce has not 12 bytes. Other lengths
 * of nonces are where implementations differ.
 */
export function sm4GcmOpen(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - TAG_BYTES;
  if (nonce.length !== NONCE_BYTES || end < 0) return undefined;
  const ciphertext = sealed.subarray(0, end);
  return timingSafeEqual(tagOf(key, nonce, associated, ciphertext), sealed.subarray(end))
    ? counted(key, nonce, 2, ciphertext)
    : undefined;
}

/** The text under the key stream from a block on. */
function counted(key: KeyObject, nonce: Uint8Array, block: number, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv("sm4-ctr", key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, block)]));
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

function tagOf(key: KeyObject, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const ecb = createCipheriv("sm4-ecb", key, null).setAutoPadding(false);
  const hashKey = Buffer.concat([ecb.update(new Uint8Array(BLOCK_BYTES)), ecb.final()]);
  const bits = Buffer.alloc(BLOCK_BYTES);
  bits.writeBigUInt64BE(BigInt(associated.length) * 8n, 0);
  bits.writeBigUInt64BE(BigInt(ciphertext.length) * 8n, BLOCK_BYTES / 2);
  const hash = ghash.create(new Uint8Array(hashKey));
  // Each part is filled up to a whole block, as GCM wants it.
  for (const part of [associated, ciphertext, bits]) hash.update(new Uint8Array(part));
  return counted(key, nonce, 1, hash.digest());
}
