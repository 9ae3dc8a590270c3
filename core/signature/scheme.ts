import type { Offload } from "../runtime/runtime.ts";

/**
 * One signature algorithm: bytes in, signature bytes out. What is signed (the signature base) and where the signature
 * travels (headers) are the pack's business; see `message.ts`.
 *
 * A scheme reads keys once (`privateKey`, `publicKey`): parsing PEM per call costs half the throughput.
 */
export interface SignatureScheme {
  /** The name packs use: `rsa2048`, `sm2`, `ed25519`. */
  readonly name: string;
  privateKey(pem: string): PrivateKey;
  publicKey(pem: string): PublicKey;
  /** A new pair for tests and demos. `random` is only used where the host's generator can be replaced. */
  generate(): { readonly privatePem: string; readonly publicPem: string };
}

export interface PrivateKey {
  readonly scheme: string;
  /** Signs in line; deterministic for the same key and bytes in every scheme we ship (nonces are derived). */
  sign(bytes: Uint8Array): Uint8Array;
  /** Signs on `offload`. */
  signOffloaded(bytes: Uint8Array, offload: Offload): Promise<Uint8Array>;
}

export interface PublicKey {
  readonly scheme: string;
  /** SPKI PEM, normalised. */
  readonly pem: string;
  /** False for anything that is not a valid signature, malformed encodings included; never throws. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}
