import { createCipheriv, createDecipheriv } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { aes256GcmOpen, aes256GcmSeal } from "../aes-256-gcm.ts";
import { sm4GcmOpen, sm4GcmSeal } from "../sm4-gcm.ts";

/** One way to encrypt a whole body under a secret of both sides. */
export interface BodyScheme {
  /** The name packs use: `aes-cbc`. */
  readonly name: string;
  /** How many bytes a key may have. */
  readonly keyBytes: readonly number[];
  /** How many bytes an initial vector or nonce has. */
  readonly ivBytes: number;
  /** True where no two messages may have the same one, so that it goes with each message. */
  readonly newIv: boolean;
  encrypt(key: KeyObject, iv: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Undefined for whatever cannot be decrypted, without a word on why. Never throws. */
  decrypt(key: KeyObject, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

const BLOCK_BYTES = 16;
const NOTHING = new Uint8Array();

/** CBC with the padding of PKCS #7 (RFC 5652, 6.3). It notices hardly any change: the signature covers the ciphertext. */
const cbc = (name: string, keyBytes: readonly number[], cipherOf: (key: KeyObject) => string): BodyScheme => ({
  name,
  keyBytes,
  ivBytes: BLOCK_BYTES,
  newIv: false,
  encrypt(key, iv, plain) {
    const cipher = createCipheriv(cipherOf(key), key, iv);
    return Buffer.concat([cipher.update(plain), cipher.final()]);
  },
  decrypt(key, iv, ciphertext) {
    if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) return undefined;
    const decipher = createDecipheriv(cipherOf(key), key, iv).setAutoPadding(false);
    return withoutPadding(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  },
});

/** The text ahead of a right padding. Each byte of the last block is looked at, whatever the others are. */
function withoutPadding(padded: Uint8Array): Uint8Array | undefined {
  const padding = padded.at(-1) ?? 0;
  let wrong = Number(padding === 0) | Number(padding > BLOCK_BYTES);
  for (let back = 1; back <= BLOCK_BYTES; back += 1)
    wrong |= Number(back <= padding) & Number(padded.at(-back) !== padding);
  return wrong === 0 ? padded.subarray(0, padded.length - padding) : undefined;
}

/** `AES-128`, `AES-192` or `AES-256`, by the length of the key. */
const aesCbc = cbc("aes-cbc", [16, 24, 32], ({ symmetricKeySize = 0 }) => `aes-${symmetricKeySize * 8}-cbc`);

const sm4Cbc = cbc("sm4-cbc", [16], () => "sm4-cbc");

const aes256GcmBody: BodyScheme = {
  name: "aes-256-gcm",
  keyBytes: [32],
  ivBytes: 12,
  newIv: true,
  encrypt: (key, nonce, plain) => aes256GcmSeal(key, nonce, NOTHING, plain),
  decrypt: (key, nonce, ciphertext) => aes256GcmOpen(key, nonce, NOTHING, ciphertext),
};

const sm4GcmBody: BodyScheme = {
  name: "sm4-gcm",
  keyBytes: [16],
  ivBytes: 12,
  newIv: true,
  encrypt: (key, nonce, plain) => sm4GcmSeal(key, nonce, NOTHING, plain),
  decrypt: (key, nonce, ciphertext) => sm4GcmOpen(key, nonce, NOTHING, ciphertext),
};

/** Every body scheme there is. A new one is added here, and `body.contract.test.ts` then holds it. */
export const BODY_SCHEMES: readonly BodyScheme[] = [aesCbc, aes256GcmBody, sm4Cbc, sm4GcmBody];

/** @throws RangeError naming the allowed names: a pack names the scheme, so a person will read it. */
export function bodyScheme(name: string): BodyScheme {
  const found = BODY_SCHEMES.find((one) => one.name === name);
  if (found === undefined)
    throw new RangeError(
      `no scheme that encrypts bodies is named "${name}"; allowed: ${BODY_SCHEMES.map((one) => one.name).join(", ")}. Correct /policies/bodySealing/scheme of the pack`,
    );
  return found;
}
