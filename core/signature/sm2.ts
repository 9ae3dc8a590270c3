import { Buffer } from "node:buffer";
import { createECDH, generateKeyPairSync } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { DerReader } from "./der-reader.ts";
import { KeyRefused, keyOf, privateKeyPem, publicKeyPem, readPem, readPublicKeyInfo, writePem } from "./pem.ts";
import type { PrivateKey, PublicKey, PairScheme } from "./scheme.ts";
import { CURVE, fromScalar, N, Point, SCALAR_BYTES, toScalar } from "./sm2-curve.ts";
import type { CurvePoint } from "./sm2-curve.ts";
import { hmacSm3, sm3 } from "./sm3.ts";

const NAME = "sm2";

/** The default user id, used unless the parties agree on another (GM/T 0009-2012, section 10; WeChat Pay names it). */
const USER_ID = Buffer.from("1234567812345678", "ascii");
const NO_BYTES = new Uint8Array();

/**
 * After so many verifications a public key gets tables of its own: they cost tens of milliseconds, and make each
 * further verification about three times as fast. A key seen once, as in a test, never pays.
 */
const VERIFICATIONS_BEFORE_TABLES = 16;
const TABLE_WINDOW_BITS = 6;

/** AlgorithmIdentifier { id-ecPublicKey 1.2.840.10045.2.1, sm2p256v1 1.2.156.10197.1.301 }, DER. */
const ALGORITHM = Buffer.from("301306072a8648ce3d020106082a811ccf5501822d", "hex");

/**
 * SM2 with SM3 (GB/T 32918.2 = GM/T 0003.2-2012), user id `1234567812345678`, signatures as minimal DER.
 *
 * Node's own SM2 cannot be used: it signs with an empty user id, or plain ECDSA. The curve arithmetic of signing is
 * OpenSSL's, through ECDH key generation (kG); that of verifying is noble's. The scalar arithmetic on private keys is
 * by bigint and not constant in time: these keys belong to a simulator, not to a bank's production.
 */
export const sm2: PairScheme = {
  keys: "pair",
  name: NAME,

  privateKey: (pem: string): PrivateKey => sm2PrivateKey(pem, USER_ID),
  publicKey: (pem: string): PublicKey => sm2PublicKey(pem, USER_ID),

  generate() {
    // Node makes the pair and writes both PEMs rightly; only signing is what it cannot do.
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "SM2" });
    return { privatePem: privateKeyPem(privateKey), publicPem: publicKeyPem(publicKey) };
  },
};

/** A private key that signs under a user id; undefined: over the hash of the bytes alone, without user id and key. */
export function sm2PrivateKey(pem: string, userId: Uint8Array | undefined): PrivateKey {
  const what = keyOf("private", NAME);
  const { der: info } = readPem(pem, ["PRIVATE KEY"], what);
  const { d, point } = sm2PrivateNumber(info, what);
  const z = userId === undefined ? NO_BYTES : identityDigest(point, userId);
  const signer = sm2Signer(d);
  const sign = (bytes: Uint8Array): Uint8Array => {
    const digest = sm3(z, bytes);
    for (const nonce of nonces(d, digest)) {
      const signature = signer(digest, nonce);
      if (signature !== undefined) return encodeSignature(signature.r, signature.s);
    }
    throw new Error("SM2: the nonce generator ended, which it never does");
  };
  return { kind: "private", scheme: NAME, pem: writePem("PRIVATE KEY", info), sign };
}

/** A public key that verifies under a user id; undefined as in `sm2PrivateKey`. */
export function sm2PublicKey(pem: string, userId: Uint8Array | undefined): PublicKey {
  const what = keyOf("public", NAME);
  const point = sm2PublicPoint(readPublicKeyInfo(pem, what), what);
  const z = userId === undefined ? NO_BYTES : identityDigest(point, userId);
  let verifications = 0;
  return {
    kind: "public",
    scheme: NAME,
    pem: writePem("PUBLIC KEY", publicKeyInfo(point)),
    verify(bytes: Uint8Array, signature: Uint8Array): boolean {
      const decoded = decodeSignature(signature);
      if (decoded === undefined) return false;
      verifications += 1;
      if (verifications === VERIFICATIONS_BEFORE_TABLES) point.precompute(TABLE_WINDOW_BITS);
      return verifyDigest(point, sm3(z, bytes), decoded.r, decoded.s);
    },
  };
}

/**
 * The PEM pair of a raw private key: 32 bytes, big-endian, in [1, n-2].
 *
 * @throws KeyRefused
 */
export function sm2PemPair(d: Uint8Array): { readonly privatePem: string; readonly publicPem: string } {
  const scalar = d.length === SCALAR_BYTES ? toScalar(d) : 0n;
  refuseUnfitScalar(scalar, { en: "SM2 private key", zh: "SM2 私钥" });
  const point = generatorTimes(scalar);
  const key = der(0x30, der(0x02, [1]), der(0x04, d), der(0xa1, der(0x03, [0], encodePoint(point))));
  return {
    privatePem: writePem("PRIVATE KEY", der(0x30, der(0x02, [0]), ALGORITHM, der(0x04, key))),
    publicPem: writePem("PUBLIC KEY", publicKeyInfo(point)),
  };
}

/** e = SM3(Z || message): what is really signed. Exported for known-answer tests. */
export function sm2Digest(publicPoint: Uint8Array, message: Uint8Array): Uint8Array {
  return sm3(identityDigest(Point.fromBytes(publicPoint)), message);
}

/**
 * Signs a digest with a *given* nonce: GB/T 32918.2 section 6.1, steps A4 to A7. Undefined when the standard says to
 * take another nonce. Exported for known-answer tests; a nonce used twice gives the key away.
 */
export function sm2Signer(
  d: bigint,
): (digest: Uint8Array, nonce: bigint) => { readonly r: bigint; readonly s: bigint } | undefined {
  const ecdh = createECDH("SM2");
  const inverse = Point.Fn.inv(1n + d);
  return (digest, nonce) => {
    ecdh.setPrivateKey(fromScalar(nonce));
    const x1 = toScalar(ecdh.getPublicKey().subarray(1, 1 + SCALAR_BYTES));
    const r = (toScalar(digest) + x1) % N;
    if (r === 0n || r + nonce === N) return undefined;
    const s = (inverse * modulo(nonce - r * d)) % N;
    return s === 0n ? undefined : { r, s };
  };
}

/** Exported for known-answer tests: `verifyDigest` under an encoded point. */
export function sm2VerifyDigest(publicPoint: Uint8Array, digest: Uint8Array, r: bigint, s: bigint): boolean {
  return verifyDigest(Point.fromBytes(publicPoint), digest, r, s);
}

/** GB/T 32918.2 section 7.1, steps B1 to B7, over the digest e. */
function verifyDigest(point: CurvePoint, digest: Uint8Array, r: bigint, s: bigint): boolean {
  if (r < 1n || r >= N || s < 1n || s >= N) return false;
  const t = (r + s) % N;
  if (t === 0n) return false;
  // Two multiplications with tables are faster than one shared chain without.
  const sum = Point.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
  if (sum.is0()) return false;
  return (toScalar(digest) + sum.toAffine().x) % N === r;
}

/**
 * Nonces derived from key and digest as RFC 6979 section 3.2 does, with SM3 in HMAC: the same message signs to the
 * same bytes, so that a run replays, and no bad generator can leak the key.
 */
function* nonces(d: bigint, digest: Uint8Array): Generator<bigint, void, void> {
  const seed = Buffer.concat([fromScalar(d), fromScalar(toScalar(digest) % N)]);
  let key: Uint8Array = Buffer.alloc(SCALAR_BYTES, 0x00);
  let value: Uint8Array = Buffer.alloc(SCALAR_BYTES, 0x01);
  for (const step of [0x00, 0x01]) {
    key = hmacSm3(key, value, Uint8Array.of(step), seed);
    value = hmacSm3(key, value);
  }
  for (;;) {
    value = hmacSm3(key, value);
    const candidate = toScalar(value);
    if (candidate >= 1n && candidate < N) yield candidate;
    key = hmacSm3(key, value, Uint8Array.of(0x00));
    value = hmacSm3(key, value);
  }
}

/** Z of GB/T 32918.2 section 5.5: binds user id, curve and public key into everything signed. */
function identityDigest(point: CurvePoint, userId: Uint8Array = USER_ID): Uint8Array {
  const bits = userId.length * 8;
  return sm3(
    Uint8Array.of(bits >> 8, bits & 0xff),
    userId,
    fromScalar(CURVE.a),
    fromScalar(CURVE.b),
    fromScalar(CURVE.Gx),
    fromScalar(CURVE.Gy),
    encodePoint(point).subarray(1),
  );
}

function generatorTimes(d: bigint): CurvePoint {
  const ecdh = createECDH("SM2");
  ecdh.setPrivateKey(fromScalar(d));
  return Point.fromBytes(ecdh.getPublicKey());
}

/** The point of a SubjectPublicKeyInfo. @throws KeyRefused */
export function sm2PublicPoint(info: Buffer, what: Bilingual): CurvePoint {
  const outer = new DerReader(info, what);
  const sequence = outer.take(0x30);
  outer.end();
  const fields = new DerReader(sequence, what);
  refuseOtherAlgorithm(fields.take(0x30), what);
  const bits = fields.take(0x03);
  fields.end();
  // The first byte of a BIT STRING counts unused bits: none here.
  if (bits[0] !== 0) throw new KeyRefused(what, { en: "malformed public key", zh: "公钥格式有误" });
  return readPoint(bits.subarray(1), what);
}

function readPoint(bytes: Uint8Array, what: Bilingual): CurvePoint {
  try {
    // Decoding checks the length, the range of the coordinates and the curve's equation; infinity has no bytes.
    return Point.fromBytes(bytes);
  } catch (cause) {
    throw new KeyRefused(
      what,
      { en: "the public key is not a point of the SM2 curve", zh: "公钥不是 SM2 曲线上的点" },
      cause,
    );
  }
}

/** The number of a PKCS#8 private key, and its point. @throws KeyRefused */
export function sm2PrivateNumber(info: Buffer, what: Bilingual): { readonly d: bigint; readonly point: CurvePoint } {
  const outer = new DerReader(info, what);
  const sequence = outer.take(0x30);
  outer.end();
  const fields = new DerReader(sequence, what);
  fields.take(0x02);
  refuseOtherAlgorithm(fields.take(0x30), what);
  const wrapped = new DerReader(fields.take(0x04), what);
  const key = new DerReader(wrapped.take(0x30), what);
  wrapped.end();
  key.take(0x02);
  const secret = key.take(0x04);
  if (secret.length !== SCALAR_BYTES)
    throw new KeyRefused(what, {
      en: `${secret.length} bytes, an SM2 key has ${SCALAR_BYTES}`,
      zh: `长 ${secret.length} 字节，而 SM2 私钥为 ${SCALAR_BYTES} 字节`,
    });
  const d = toScalar(secret);
  refuseUnfitScalar(d, what);
  const point = generatorTimes(d);
  // Both fields are optional (RFC 5915); parameters only repeat the curve.
  key.takeOptional(0xa0);
  const stated = key.takeOptional(0xa1);
  key.end();
  if (stated !== undefined) {
    const bits = new DerReader(stated, what).take(0x03);
    if (!readPoint(bits.subarray(1), what).equals(point))
      throw new KeyRefused(what, {
        en: "the public key inside does not belong to the private key",
        zh: "其中的公钥与私钥不匹配",
      });
  }
  return { d, point };
}

function refuseUnfitScalar(d: bigint, what: Bilingual): void {
  // n-1 is refused as well: 1 + d would have no inverse.
  if (d < 1n || d > N - 2n)
    throw new KeyRefused(what, {
      en: "the secret is not in [1, n-2]; make a new key with: openssl genpkey -algorithm SM2",
      zh: "私钥不在 [1, n-2] 之内；请重新生成：openssl genpkey -algorithm SM2",
    });
}

function refuseOtherAlgorithm(content: Uint8Array, what: Bilingual): void {
  if (!ALGORITHM.subarray(2).equals(content)) {
    throw new KeyRefused(what, {
      en: "this is a key of another algorithm or curve, allowed: an EC key on the curve SM2 (1.2.156.10197.1.301); name the scheme that fits the key, or make one with: openssl genpkey -algorithm SM2",
      zh: "密钥属于其他算法或曲线，应为 SM2 曲线（1.2.156.10197.1.301）上的 EC 密钥；请改写与密钥相符的算法，或重新生成：openssl genpkey -algorithm SM2",
    });
  }
}

function publicKeyInfo(point: CurvePoint): Uint8Array {
  return der(0x30, ALGORITHM, der(0x03, [0], encodePoint(point)));
}

function encodePoint(point: CurvePoint): Uint8Array {
  return point.toBytes(false);
}

/** SEQUENCE { INTEGER r, INTEGER s }, at most 72 bytes. */
function encodeSignature(r: bigint, s: bigint): Uint8Array {
  return der(0x30, derInteger(r), derInteger(s));
}

/**
 * Exactly what `encodeSignature` writes and nothing else: a second spelling of one signature would let a message be
 * replayed under a new one.
 */
function decodeSignature(bytes: Uint8Array): { readonly r: bigint; readonly s: bigint } | undefined {
  // 8 = two one-byte integers; 72 = two 33-byte ones. Neither needs a long-form length.
  if (bytes.length < 8 || bytes.length > 72 || bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return undefined;
  const first = decodeInteger(bytes, 2);
  if (first === undefined) return undefined;
  const second = decodeInteger(bytes, first.end);
  if (second === undefined || second.end !== bytes.length) return undefined;
  return { r: first.value, s: second.value };
}

function decodeInteger(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } | undefined {
  const length = bytes[start + 1];
  if (bytes[start] !== 0x02 || length === undefined || length < 1 || length > SCALAR_BYTES + 1) return undefined;
  const end = start + 2 + length;
  if (end > bytes.length) return undefined;
  const content = bytes.subarray(start + 2, end);
  const [head = 0, next = 0] = content;
  // A set top bit is a negative number; a zero byte is allowed only where it keeps the number positive.
  if (head >= 0x80) return undefined;
  if (head === 0 && length > 1 && next < 0x80) return undefined;
  return { value: toScalar(content), end };
}

function derInteger(value: bigint): Uint8Array {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (hex.charCodeAt(0) >= "8".charCodeAt(0)) hex = `00${hex}`;
  return der(0x02, Buffer.from(hex, "hex"));
}

function der(tag: number, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const body = Buffer.concat(contents.map((part) => Uint8Array.from(part)));
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  if (body.length > 0xff)
    throw new RangeError(`DER value of ${body.length} bytes: SM2 keys and signatures stay under 256`);
  return Buffer.concat([Uint8Array.of(tag, ...length), body]);
}

function modulo(value: bigint): bigint {
  const rest = value % N;
  return rest < 0n ? rest + N : rest;
}
