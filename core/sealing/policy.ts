/** The parts of a sealed object: which algorithm, and what its key needs beside the secret to open it. */
export interface SealedFields {
  readonly algorithm: string;
  /** Ciphertext and tag, in base64. */
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associatedData: string;
  /** What kind of object was sealed; absent: messages do not say. */
  readonly type?: string;
}

/** How a pack seals parts of messages (`x-sealed` in a schema). Modelled on WeChat Pay APIv3. */
export interface SealingPolicy {
  /** Token on the wire to the name of a sealing scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of the fields of a sealed object. */
  readonly fields: SealedFields;
}

/** What `x-sealed` says of one field. */
export interface SealedAs {
  /** What is sealed: the JSON of the field's value, or a text as it is. Absent: JSON. */
  readonly content?: "json" | "text";
  readonly associatedData?: string;
  readonly type?: string;
}

/** A field that is sealed: names from the message's root; `*` stands for each item of a list. */
export interface SealedPlace extends SealedAs {
  readonly path: readonly string[];
}
