import { createECDH, createHash, createPrivateKey } from "node:crypto";
import { fromInteger, toInteger } from "./rsa-forgery.ts";

/*
 * SM2 signatures made by hand (GB/T 32918.2-2016 section 6.1), to be wrong in one place. Only the curve's arithmetic is
 * OpenSSL's; what is signed over, and by which equation, is written here a second time on purpose.
 */

const BYTES = 32;
/** Order of sm2p256v1. */
export const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const A = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc";
const B = "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93";
const G =
  "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

/** The user id of those who agreed on no other: GM/T 0009-2012, section 10. */
export const DEFAULT_USER_ID = "1234567812345678";

export interface Sm2Forge {
  /** SM3(Z || base) for a user id. */
  digest(userId: string, base: Uint8Array): Uint8Array;
  /** `r` and `s` over a digest, by SM2's equation or by that of ECDSA. */
  sign(digest: Uint8Array, equation?: "sm2" | "ecdsa"): { readonly r: bigint; readonly s: bigint };
}

export function sm2Forge(privatePem: string): Sm2Forge {
  const info = createPrivateKey(privatePem).export({ type: "pkcs8", format: "der" });
  // ECPrivateKey ::= SEQUENCE { INTEGER 1, OCTET STRING (32), ... }
  const at = info.indexOf(Buffer.from("0201010420", "hex"));
  const d = toInteger(info.subarray(at + 5, at + 5 + BYTES));
  const point = (scalar: bigint): Buffer => {
    const ecdh = createECDH("SM2");
    ecdh.setPrivateKey(fromInteger(scalar, BYTES));
    return ecdh.getPublicKey().subarray(1);
  };
  const own = point(d);
  return {
    digest(userId, base) {
      const id = Buffer.from(userId, "ascii");
      return sm3(
        sm3(Buffer.from([(id.length * 8) >> 8, (id.length * 8) & 0xff]), id, Buffer.from(A + B + G, "hex"), own),
        base,
      );
    },
    sign(digest, equation = "sm2") {
      for (let k = toInteger(sm3(fromInteger(d, BYTES), digest)) % N; ; k = (k + 1n) % N) {
        if (k === 0n) continue;
        const x = toInteger(point(k).subarray(0, BYTES));
        const e = toInteger(digest);
        const r = equation === "sm2" ? (e + x) % N : x % N;
        const s =
          equation === "sm2"
            ? (inverse(1n + d) * ((((k - r * d) % N) + N) % N)) % N
            : (inverse(k) * ((e + r * d) % N)) % N;
        if (r !== 0n && s !== 0n && r + k !== N) return { r, s };
      }
    },
  };
}

export function sm3(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sm3");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** By Fermat: n is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let power = value % N;
  for (let exponent = N - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * power) % N;
    power = (power * power) % N;
  }
  return result;
}
