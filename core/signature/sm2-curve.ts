import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { Buffer } from "node:buffer";

/** Bytes of a coordinate, and of a number below the order. */
export const SCALAR_BYTES = 32;

/** sm2p256v1, GM/T 0003.5-2012. */
export const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
/** The order of the group. */
export const N = CURVE.n;
export const Point = weierstrass(CURVE);
export type CurvePoint = WeierstrassPoint<bigint>;

/** The number that bytes write, the highest first. */
export function toScalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`);
}

/** A number below 2^256 as 32 bytes. */
export function fromScalar(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(SCALAR_BYTES * 2, "0"), "hex");
}
