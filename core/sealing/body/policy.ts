/**
 * How a pack carries whole bodies encrypted under a secret of both sides: the payload is encrypted, and what is signed is
 * the payload as it is carried. Modelled on Alipay's content encryption and on gateways of banks that carry SM4.
 */
export interface BodySealingPolicy {
  /** Name of a body scheme: `aes-cbc`, `aes-256-gcm`, `sm4-cbc`, `sm4-gcm`. */
  readonly scheme: string;
  /** How the text of a secret gives the bytes of the key. */
  readonly secret: "base64" | "hex" | "text";
  /**
   * The initial vector or nonce: zero bytes, the bytes of the key, new ones for each message that stand ahead of the
   * ciphertext, or bytes that the pack has in hexadecimal.
   */
  readonly iv: "zeros" | "key" | "ahead" | { readonly hex: string };
  /** How the ciphertext is spelled; hexadecimal in lower case. */
  readonly encoding: "base64" | "hex";
  /** Which bodies are encrypted; all others are in clear. */
  readonly carried: {
    /** Those that have a body, notifications aside. */
    readonly requests?: SealedBody;
    /** Good answers that have a body, files and answers to notifications aside; refusals are in clear. */
    readonly answers?: SealedBody;
    readonly notifications?: SealedBody;
  };
}

/** Where the ciphertext of a body stands. */
export interface SealedBody {
  /** It is the payload, as it is spelled; a JSON text that is the payload; or the one member of a JSON object. */
  readonly as: "text" | "json-text" | "member";
  /** Name of that member. */
  readonly member?: string;
  /** Media type of what is carried; absent: that of the interface's format. */
  readonly mediaType?: string;
  /** A header that says that the body is encrypted; it has this one value. */
  readonly header?: { readonly name: string; readonly value: string };
}
