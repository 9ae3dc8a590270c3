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
  /** PKCS#8 PEM, normalised: what another thread reads the key from. Never printed, logged or reported. */
  readonly pem: string;
  /**
   * Signs in line; deterministic for the same key and bytes in every scheme we ship (nonces are derived). Where many
   * signatures are wanted at once, `Offload.sign` spreads them over threads.
   */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface PublicKey {
  readonly scheme: string;
  /** SPKI PEM, normalised. */
  readonly pem: string;
  /** False for anything that is not a valid signature, malformed encodings included; never throws. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}
