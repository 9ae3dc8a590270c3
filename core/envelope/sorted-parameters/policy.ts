/**
 * How a pack signs messages whose signature is a parameter. What is signed are all other parameters that have a value,
 * sorted by name, as `name=value` with `&` between, the values as they read and not as they are escaped. The form
 * gateways of cards and wallets sign so; the words beyond the first four say how they differ.
 */
export interface SortedParametersPolicy {
  readonly style: "sorted-parameters";
  /** Value of the algorithm's parameter to the name of a signature scheme; the first is meant where no parameter names one. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of the parameters that the envelope adds to the business ones; an optional one is not carried where it is absent. */
  readonly parameters: {
    /** Absent in notifications whose sender is known by its key. */
    readonly party?: string;
    readonly serial?: string;
    readonly algorithm?: string;
    readonly timestamp?: string;
    readonly nonce?: string;
    readonly signature: string;
  };
  /** How the signature is spelled; hexadecimal in lower case. */
  readonly encoding: "hex" | "base64";
  /** The parameter whose value is the payload, a document in the format of the interface; absent: the payload's fields are parameters themselves. */
  readonly document?: string;
  /** True where the parameters of the query and those of the body are one set, and all are signed; absent: those of the body are. */
  readonly query?: boolean;
  /** True where the path and a question mark stand ahead of the parameters in what is signed. */
  readonly path?: boolean;
  /** Parameters that are not signed, besides the signature. */
  readonly unsigned?: readonly string[];
  /** The digest whose lower-case hexadecimal digits are signed in place of the text. */
  readonly digest?: DigestName;
  /** The parameter in which answers and notifications carry the certificate of the key that signed. */
  readonly certificate?: string;
  /** How answers are written; absent: like requests. */
  readonly answer?: WrappedAnswer;
}

/** Digests by their names in packs, and what Node calls them. */
export const DIGESTS = { "sha-256": "sha256", sm3: "sm3" } as const;
export type DigestName = keyof typeof DIGESTS;

/** An answer that is a JSON object of the payload, whose bytes as they stand there are signed, and the signature. */
export interface WrappedAnswer {
  readonly style: "wrapped";
  /** The name of the payload where its interface names none (`response.member`), as of a refusal that no interface gives. */
  readonly member: string;
  readonly signature: string;
  /**
   * The name of a member with the algorithm, between payload and signature. Where there is one, both members are signed
   * with their names, as they stand there, in place of the payload's bytes alone.
   */
  readonly algorithm?: string;
}
