import { Buffer } from "node:buffer";
import { createECDH, timingSafeEqual } from "node:crypto";
import { DerReader } from "../signature/der-reader.ts";
import { der } from "../signature/der.ts";
import { keyOf, readPem, readPublicKeyInfo } from "../signature/pem.ts";
import { fromScalar, N, Point, SCALAR_BYTES, toScalar } from "../signature/sm2-curve.ts";
import type { CurvePoint } from "../signature/sm2-curve.ts";
import { sm2PrivateNumber, sm2PublicPoint } from "../signature/sm2.ts";
import { sm3 } from "../signature/sm3.ts";
import type { ReceiverScheme } from "./receiver-scheme.ts";

/** The parts of a ciphertext (GM/T 0003.4-2012): a point without its first byte 04, a hash, the text under a key stream. */
export interface Sm2Ciphertext {
  readonly c1: Uint8Array;
  readonly c3: Uint8Array;
  readonly c2: Uint8Array;
}

const POINT_BYTES = 2 * SCALAR_BYTES;
const HASH_BYTES = 32;
/** What one element of a message may hold; the standard has no bound. */
const MOST_BYTES = 4096;
const UNCOMPRESSED = 0x04;

/** How the parts are written one after another. A layout is named by the pack, and never guessed from the bytes. */
interface Layout {
  write(parts: Sm2Ciphertext): Uint8Array;
  /** Undefined for whatever `write` does not write. */
  read(bytes: Uint8Array): Sm2Ciphertext | undefined;
}

const bare: Layout = {
  write: ({ c1, c3, c2 }) => Buffer.concat([c1, c3, c2]),
  read: (bytes) =>
    bytes.length <= POINT_BYTES + HASH_BYTES
      ? undefined
      : {
          c1: bytes.subarray(0, POINT_BYTES),
          c3: bytes.subarray(POINT_BYTES, POINT_BYTES + HASH_BYTES),
          c2: bytes.subarray(POINT_BYTES + HASH_BYTES),
        },
};

const marked: Layout = {
  write: (parts) => Buffer.concat([Uint8Array.of(UNCOMPRESSED), bare.write(parts)]),
  read: (bytes) => (bytes[0] === UNCOMPRESSED ? bare.read(bytes.subarray(1)) : undefined),
};

/** SEQUENCE { INTEGER x, INTEGER y, OCTET STRING c3, OCTET STRING c2 } (GM/T 0009-2012, 7.2). */
const asn1: Layout = {
  write: ({ c1, c3, c2 }) =>
    der(
      0x30,
      positive(c1.subarray(0, SCALAR_BYTES)),
      positive(c1.subarray(SCALAR_BYTES)),
      der(0x04, c3),
      der(0x04, c2),
    ),
  read(bytes) {
    const what = keyOf("public", "sm2");
    try {
      const outer = new DerReader(bytes, what);
      const fields = new DerReader(outer.take(0x30), what);
      outer.end();
      const coordinates = [fields.take(0x02), fields.take(0x02)];
      const parts = { c3: fields.take(0x04), c2: fields.take(0x04) };
      fields.end();
      if (parts.c3.length !== HASH_BYTES || parts.c2.length === 0 || !coordinates.every(isMinimal)) return undefined;
      return { ...parts, c1: Buffer.concat(coordinates.map((bytes) => fromScalar(toScalar(bytes)))) };
    } catch {
      return undefined;
    }
  },
};

/** An INTEGER without a sign, in its shortest form. */
function positive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  return der(0x02, (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), shortest]) : shortest);
}

function isMinimal(bytes: Uint8Array): boolean {
  const [head = 0x80, next = 0] = bytes;
  return head < 0x80 && (head !== 0 || bytes.length === 1 || next >= 0x80) && bytes.length <= SCALAR_BYTES + 1;
}

const scheme = (name: string, layout: Layout): ReceiverScheme => ({
  name,
  keys: "sm2",
  longest: () => MOST_BYTES,
  seal(publicPem, plain) {
    if (plain.length === 0 || plain.length > MOST_BYTES)
      throw new RangeError(`${name} seals 1 to ${MOST_BYTES} bytes, and ${plain.length} were given`);
    const point = sm2PublicPoint(readPublicKeyInfo(publicPem, keyOf("public", "sm2")), keyOf("public", "sm2"));
    for (;;) {
      const ecdh = createECDH("SM2");
      ecdh.generateKeys();
      const parts = sm2Encrypt(point, toScalar(ecdh.getPrivateKey()), plain);
      if (parts !== undefined) return layout.write(parts);
    }
  },
  open(privatePem, sealed) {
    const what = keyOf("private", "sm2");
    const { d } = sm2PrivateNumber(readPem(privatePem, ["PRIVATE KEY"], what).der, what);
    const parts = layout.read(sealed);
    return parts === undefined ? undefined : sm2Decrypt(d, parts);
  },
});

/**
 * Encrypts with a *given* number: GM/T 0003.4-2012, 6.1, steps A1 to A7. Undefined where the standard says to take
 * another one. Exported for known-answer tests; a number used twice gives both texts away.
 */
export function sm2Encrypt(point: CurvePoint, k: bigint, plain: Uint8Array): Sm2Ciphertext | undefined {
  const ecdh = createECDH("SM2");
  ecdh.setPrivateKey(fromScalar(k));
  const shared = coordinatesOf(point.multiply(k % N));
  const stream = keyStream(shared, plain.length);
  if (stream.every((byte) => byte === 0)) return undefined;
  return {
    c1: ecdh.getPublicKey().subarray(1),
    c3: sm3(shared.subarray(0, SCALAR_BYTES), plain, shared.subarray(SCALAR_BYTES)),
    c2: plain.map((byte, at) => byte ^ (stream[at] ?? 0)),
  };
}

/** GM/T 0003.4-2012, 7.1, steps B1 to B7; undefined for whatever fails. */
export function sm2Decrypt(d: bigint, { c1, c3, c2 }: Sm2Ciphertext): Uint8Array | undefined {
  let shared: Uint8Array;
  try {
    // Decoding checks the range of the coordinates and the curve's equation; a point of another curve gives the key away.
    shared = coordinatesOf(Point.fromBytes(Buffer.concat([Uint8Array.of(UNCOMPRESSED), c1])).multiply(d));
  } catch {
    return undefined;
  }
  const stream = keyStream(shared, c2.length);
  const plain = c2.map((byte, at) => byte ^ (stream[at] ?? 0));
  const hash = sm3(shared.subarray(0, SCALAR_BYTES), plain, shared.subarray(SCALAR_BYTES));
  return timingSafeEqual(hash, c3) ? plain : undefined;
}

const coordinatesOf = (point: CurvePoint): Uint8Array => point.toBytes(false).subarray(1);

/** The key derivation of GM/T 0003.4-2012, 5.4.3: SM3 of the shared point and a counter from 1 on. */
function keyStream(shared: Uint8Array, length: number): Uint8Array {
  const stream = Buffer.alloc(Math.ceil(length / HASH_BYTES) * HASH_BYTES);
  for (let block = 0; block * HASH_BYTES < length; block += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(block + 1);
    stream.set(sm3(shared, counter), block * HASH_BYTES);
  }
  return stream.subarray(0, length);
}

/** As WeChat Pay seals fields. */
export const sm2Asn1 = scheme("sm2-c1c3c2-asn1", asn1);

/** The parts one after another, from 04 on. */
export const sm2Raw = scheme("sm2-c1c3c2", marked);

/** The same without the 04, as many gateways write it. That x1 may begin with 04 itself tells nothing. */
export const sm2Bare = scheme("sm2-c1c3c2-no04", bare);
