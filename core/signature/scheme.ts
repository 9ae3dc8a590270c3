/**
 * One signature algorithm: bytes in, signature bytes out. What is signed (the signature base) and where the signature
 * travels is the business of the pack's envelope; see `core/envelope`.
 *
 * A scheme is of pairs, where one key signs and the other verifies, or of secrets, where both sides have the same one.
 * It reads keys once: parsing PEM per call costs half the throughput.
 */
export type SignatureScheme = PairScheme | SecretScheme;

export interface PairScheme {
  readonly keys: "pair";
  /** The name packs use: `rsa2048`, `sm2`, `ed25519`. */
  readonly name: string;
  privateKey(pem: string): PrivateKey;
  publicKey(pem: string): PublicKey;
  /** A new pair for tests and demos. */
  generate(): { readonly privatePem: string; readonly publicPem: string };
}

export interface SecretScheme {
  readonly keys: "secret";
  /** The name packs use: `hmac-sha256`. */
  readonly name: string;
  /** The text is taken as its UTF-8 bytes. @throws KeyRefused */
  secret(text: string): SharedSecret;
  /** The text of a new secret. */
  generate(): string;
}

/** What a message is signed with. */
export type SigningKey = PrivateKey | SharedSecret;

/** What a signature is verified with. */
export type VerifyingKey = PublicKey | SharedSecret;

export interface PrivateKey {
  readonly kind: "private";
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
  readonly kind: "public";
  readonly scheme: string;
  /** SPKI PEM, normalised. */
  readonly pem: string;
  /** False for anything that is not a valid signature, malformed encodings included; never throws. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** A secret that both sides have. Its text cannot be read from it, so that it is never printed, logged or reported. */
export interface SharedSecret {
  readonly kind: "secret";
  readonly scheme: string;
  /** Signs in line: a thread of its own would cost more. */
  sign(bytes: Uint8Array): Uint8Array;
  /** False for anything that is not a valid signature; never throws. Takes the same time whatever differs. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
  /** Whether the signature is what `make` makes of the secret's text: for mistakes that people make with secrets. */
  explains(make: (secret: string) => Uint8Array, signature: Uint8Array): boolean;
}
