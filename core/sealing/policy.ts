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

/** How a pack seals parts of messages (`x-sealed` in a schema) under a secret of both sides. Modelled on WeChat Pay APIv3. */
export interface SealingPolicy {
  /** Token on the wire to the name of a sealing scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Token of a signature algorithm to the token that seals for a party that signs with it. Absent: the first seals for all. */
  readonly bySignature?: Readonly<Record<string, string>>;
  /** Names of the fields of a sealed object. */
  readonly fields: SealedFields;
}

/** How a pack seals texts for the receiver alone (`"key": "receiver"` of `x-sealed`), under the key that it signs with. */
export interface ReceiverSealingPolicy {
  /** Token of a signature algorithm, whose keys are used, to the name of a receiver scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** How the ciphertext is spelled; hexadecimal in lower case. Absent: base64. */
  readonly encoding?: "base64" | "hex";
  /**
   * Where a request names the key of the receiver: a header, or a field at the top of its body. Absent: nowhere, and the
   * receiver tries each of its keys. Answers, and notifications that are signed like them, name none.
   */
  readonly serial?: { readonly header: string } | { readonly field: string };
}

/** What `x-sealed` says of one field. */
export interface SealedAs {
  /** Whose key seals: the secret of both sides, or the receiver's. Absent: the secret. */
  readonly key?: "secret" | "receiver";
  /** What is sealed: the JSON of the field's value, or a text as it is. Absent: JSON. */
  readonly content?: "json" | "text";
  readonly associatedData?: string;
  readonly type?: string;
}

/** A field that is sealed: names from the message's root; `*` stands for each item of a list. */
export interface SealedPlace extends SealedAs {
  readonly path: readonly string[];
}
