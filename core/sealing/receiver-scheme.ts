/**
 * One way to seal a text so that only the receiver reads it: under the public key of the receiver, which is the key that
 * it signs with. What is sealed says nothing of its sender; that is the signature's business.
 */
export interface ReceiverScheme {
  /** The name packs use: `rsa-oaep-sha1`. */
  readonly name: string;
  /** The name of the signature scheme whose keys it takes, such as `rsa2048`. */
  readonly keys: string;
  /** Most bytes of a text, by the public key. */
  longest(publicPem: string): number;
  /** Seals anew each time. @throws RangeError for a text that is too long or empty where the scheme takes none. */
  seal(publicPem: string, plain: Uint8Array): Uint8Array;
  /**
   * What was sealed; undefined for whatever cannot be opened, without a word on why: a sender that learns more can open
   * what others have sealed. Never throws.
   */
  open(privatePem: string, sealed: Uint8Array): Uint8Array | undefined;
}
