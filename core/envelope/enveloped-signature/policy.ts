/**
 * How a pack signs XML whose signature stands within the document, as XML Signature has it (XML-DSig, enveloped): one
 * reference to the whole document, the transforms `enveloped-signature` and exclusive canonicalisation, and nothing
 * else. Party, key and time are fields of the document.
 */
export interface EnvelopedSignaturePolicy {
  readonly style: "enveloped-signature";
  /** `Algorithm` of SignatureMethod to the name of a signature scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of the fields that the envelope adds to those of the business. */
  readonly fields: {
    readonly party: string;
    readonly serial: string;
    readonly timestamp?: string;
    readonly nonce?: string;
  };
  /** The digest of the document. */
  readonly digest: XmlDigest;
  /** Value of the root's attribute `Id`, to which the reference then points; absent: `URI=""`. */
  readonly id?: string;
}

export type XmlDigest = "sha-256" | "sha-512";
