/** One way to seal a part of a message under a secret of both sides, so that only the other side reads it. */
export interface SealingScheme {
  /** The name packs use: `aes-256-gcm`. */
  readonly name: string;
  /** How many bytes a nonce has. */
  readonly nonceBytes: number;
  /** Reads the text of a secret, taken as its UTF-8 bytes. @throws KeyRefused */
  key(text: string): SealingKey;
  /** The text of a new secret. */
  generate(): string;
}

/** A secret that both sides have. Its text cannot be read from it, so that it is never printed, logged or reported. */
export interface SealingKey {
  readonly kind: "sealing";
  readonly scheme: string;
  /** Ciphertext with the tag behind it. @throws RangeError for a nonce of another length. */
  seal(plain: Uint8Array, nonce: Uint8Array, associated: Uint8Array): Uint8Array;
  /** What was sealed; undefined where any bit of ciphertext, nonce or associated data is another. Never throws. */
  open(sealed: Uint8Array, nonce: Uint8Array, associated: Uint8Array): Uint8Array | undefined;
}
