/**
 * How a pack signs messages whose signature is a detached JWS in a header (RFC 7515 appendix F): `header..signature`,
 * where the payload is the message's body. The open-banking profiles sign so.
 */
export interface DetachedJwsPolicy {
  readonly style: "detached-jws";
  /** Name of the header, such as `x-jws-signature`. */
  readonly header: string;
  /** `alg` to the name of a signature scheme. The key decides which it is for, never the message. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of protected parameters beside `alg` and `kid`; an optional one is not carried where it is absent. */
  readonly parameters: {
    /** The caller, in requests. */
    readonly party?: string;
    /** The time of signing, a whole number of seconds. */
    readonly timestamp?: string;
    readonly nonce?: string;
  };
  /** Further protected parameters, each with the one value that it has. */
  readonly constants?: Readonly<Record<string, string>>;
  /** The same of answers, in addition. */
  readonly answerConstants?: Readonly<Record<string, string>>;
  /** Names that `crit` lists, in this order; absent: there is none. */
  readonly crit?: readonly string[];
  /** Whether the payload is signed in base64url, or as it is (RFC 7797, with `b64` in the header and in `crit`). */
  readonly payload: "base64url" | "unencoded";
}
