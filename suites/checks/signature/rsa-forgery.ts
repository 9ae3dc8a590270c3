import { der } from "../../../core/signature/der.ts";
import { constants, createHash, createPrivateKey, privateEncrypt } from "node:crypto";
import type { KeyObject } from "node:crypto";

/*
 * RSA signatures made by hand, to be wrong in one place: the owner's key raises any block to its private exponent, so a
 * verifier that looks less closely than RFC 8017 8.2.2 is shown a block that it takes for right.
 */

/** AlgorithmIdentifier's OID content octets. */
const OIDS = {
  md5: "2a864886f70d0205",
  sha1: "2b0e03021a",
  sha224: "608648016503040204",
  sha256: "608648016503040201",
  sha384: "608648016503040202",
  sha512: "608648016503040203",
} as const;
export type HashName = keyof typeof OIDS;

export interface RsaForge {
  readonly modulusBytes: number;
  readonly modulus: bigint;
  /** The block to the private exponent, as long as the modulus. The block must be smaller than the modulus. */
  raise(block: Uint8Array): Uint8Array;
}

export function rsaForge(privatePem: string): RsaForge {
  const key: KeyObject = createPrivateKey(privatePem);
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: "jwk" }).n ?? "", "base64url").toString("hex")}`);
  const modulusBytes = Math.ceil(modulus.toString(16).length / 2);
  return { modulus, modulusBytes, raise: (block) => privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block) };
}

export function digest(hash: HashName, base: Uint8Array): Buffer {
  return createHash(hash).update(base).digest();
}

/** Like `der`, with the length written in one byte more than needed: BER, and not DER. */
export function longLength(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, 0x81, content.length]), content]);
}

export const NULL = Buffer.from([0x05, 0x00]);

export function oid(hash: HashName): Buffer {
  return der(0x06, Buffer.from(OIDS[hash], "hex"));
}

/** DigestInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING }. */
export function digestInfo(hash: HashName, value: Uint8Array): Buffer {
  return der(0x30, der(0x30, oid(hash), NULL), der(0x04, value));
}

export interface BlockParts {
  readonly first?: number;
  readonly type?: number;
  readonly fill?: number;
  /** How much padding; default all that fits. */
  readonly padding?: number;
  readonly separator?: readonly number[];
  /** What follows after the DigestInfo. */
  readonly tail?: Uint8Array;
}

/** EM = 00 01 FF..FF 00 T, or what `parts` make of it; too short a block is filled up at its end with `A5`. */
export function block(modulusBytes: number, info: Uint8Array, parts: BlockParts = {}): Buffer {
  const { first = 0x00, type = 0x01, fill = 0xff, separator = [0x00], tail = new Uint8Array() } = parts;
  const padding = parts.padding ?? modulusBytes - 2 - separator.length - info.length - tail.length;
  const made = Buffer.concat([
    Buffer.from([first, type]),
    Buffer.alloc(padding, fill),
    Buffer.from(separator),
    info,
    tail,
  ]);
  return Buffer.concat([made, Buffer.alloc(modulusBytes - made.length, 0xa5)]);
}

/** EMSA-PSS-ENCODE (RFC 8017 9.1.1) with MGF1 over the same hash, for a modulus of a multiple of eight bits. */
export function pssBlock(modulusBytes: number, hash: HashName, base: Uint8Array, salt: Uint8Array): Buffer {
  const h = digest(hash, Buffer.concat([Buffer.alloc(8), digest(hash, base), salt]));
  const data = Buffer.alloc(modulusBytes - h.length - 1);
  data[data.length - salt.length - 1] = 0x01;
  data.set(salt, data.length - salt.length);
  const mask = Buffer.concat(
    Array.from({ length: Math.ceil(data.length / h.length) }, (_, counter) =>
      digest(hash, Buffer.concat([h, Buffer.from([0, 0, 0, counter])])),
    ),
  );
  for (const at of data.keys()) data[at] = (data[at] as number) ^ (mask[at] as number);
  data[0] = (data[0] as number) & 0x7f;
  return Buffer.concat([data, h, Buffer.from([0xbc])]);
}

export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Big-endian, in as many bytes; longer when the number needs it. */
export function fromInteger(value: bigint, bytes: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(Math.max(bytes * 2, hex.length + (hex.length % 2)), "0"), "hex");
}
