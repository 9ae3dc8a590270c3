import { hash } from "node:crypto";

/** Hash functions of files by the names that interfaces give them, and the names that the crypto library has. */
const ALGORITHMS = { SHA1: "sha1", SHA256: "sha256", SM3: "sm3" } as const;
export type HashName = keyof typeof ALGORITHMS;
export const HASH_NAMES = Object.keys(ALGORITHMS) as readonly HashName[];

export const isHashName = (value: unknown): value is HashName =>
  typeof value === "string" && Object.hasOwn(ALGORITHMS, value);

/** The hash of a file, lower-case hex. */
export const hashOf = (file: Uint8Array, name: HashName): string => hash(ALGORITHMS[name], file, "hex");
