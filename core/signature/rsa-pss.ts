import { constants, createHash, createHmac, privateEncrypt, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { rsaScheme } from "./rsa.ts";
import type { PairScheme } from "./scheme.ts";

type Hash = "sha256" | "sha512";

/** RSASSA-PSS with SHA-256 and a salt of 32 bytes: `PS256` of JWS (RFC 7518 section 3.5). */
export const rsaPssSha256: PairScheme = pss("rsa-pss-sha256", "sha256");

/** RSASSA-PSS with SHA-512 and a salt of 64 bytes: `rsa-pss-sha512` of RFC 9421 section 3.3.1. */
export const rsaPssSha512: PairScheme = pss("rsa-pss-sha512", "sha512");

/** The salt is as long as the hash, and a signature of another salt length is wrong. */
function pss(name: string, hash: Hash): PairScheme {
  const saltLength = createHash(hash).digest().length;
  return rsaScheme(name, {
    sign: (bytes, key) => signed(bytes, key, hash),
    verify: (bytes, key, signature) =>
      verify(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature),
  });
}

/**
 * The signature under a salt that is made of key and message: node:crypto draws one by chance, and a simulated run would
 * not replay. The encoding is EMSA-PSS (RFC 8017 section 9.1.1); the private operation stays OpenSSL's.
 */
function signed(bytes: Uint8Array, key: KeyObject, hash: Hash): Uint8Array {
  const digest = createHash(hash).update(bytes).digest();
  const secret = key.export({ type: "pkcs8", format: "der" });
  const salt = createHmac(hash, secret).update(digest).digest();
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded(digest, salt, bits, hash));
}

function encoded(digest: Uint8Array, salt: Uint8Array, bits: number, hash: Hash): Uint8Array {
  const length = Math.ceil(bits / 8);
  const check = createHash(hash).update(new Uint8Array(8)).update(digest).update(salt).digest();
  const block = new Uint8Array(length - check.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const mask = stretched(check, block.length, hash);
  for (let at = 0; at < block.length; at += 1) block[at] = (block[at] ?? 0) ^ (mask[at] ?? 0);
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bits));
  const made = Buffer.concat([block, check, Uint8Array.of(0xbc)]);
  // Where the modulus has one bit more than whole bytes, the number has a byte less than the modulus.
  return bits % 8 === 0 ? Buffer.concat([Uint8Array.of(0), made]) : made;
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function stretched(seed: Uint8Array, length: number, hash: Hash): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0, made = 0; made < length; counter += 1) {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(index).digest();
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}
