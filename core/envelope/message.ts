/** An answer or a notification's answer, before it is signed. */
export interface AnswerMessage {
  /** The enrolled serial of the key. */
  readonly serial: string;
  /** The token of the algorithm on the wire. */
  readonly algorithm: string;
  /** As it stands on the wire, unparsed: what is signed are its characters. */
  readonly timestamp: string;
  readonly nonce: string;
  /** The HTTP status of an answer. */
  readonly status?: number;
  /**
   * What of the envelope's own is signed, as it stood on the wire; signed in place of what the other fields would give.
   * Absent for a message that is to be sent.
   */
  readonly carried?: string;
  /** The payload as its codec has written it; never decoded and encoded again. */
  readonly body: Uint8Array;
  /** The name under which the payload stands in an answer that wraps it; absent: the envelope's own. */
  readonly member?: string;
  /** The certificate of the key, where the message is to carry it: base64 of its DER. */
  readonly certificate?: string;
}

/** A request, before it is signed. */
export interface RequestMessage extends AnswerMessage {
  readonly method: string;
  /** As on the request line, such as `/v1/payments?party_id=1`; percent signs as they came. */
  readonly target: string;
  readonly party: string;
}
