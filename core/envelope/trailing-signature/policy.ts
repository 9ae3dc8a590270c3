/**
 * How a pack signs messages whose signature stands behind the document, in the same body. What is signed are the
 * document's bytes as they are sent; party, key and time are fields of the document. Clearing networks sign so.
 */
export interface TrailingSignaturePolicy {
  readonly style: "trailing-signature";
  /** How the document is written: a `representation` of the pack. */
  readonly representation: "xml" | "json";
  /** Value of the algorithm's field to the name of a signature scheme; the first is meant where no field names one. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of the fields that the envelope adds to those of the business. */
  readonly fields: {
    readonly party: string;
    readonly serial: string;
    readonly algorithm?: string;
    readonly timestamp?: string;
    readonly nonce?: string;
  };
  /** What stands between the document and the signature in base64, and behind that. */
  readonly before: string;
  readonly behind: string;
}
