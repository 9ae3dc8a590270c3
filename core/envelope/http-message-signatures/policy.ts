/** What a signature of RFC 9421 covers, as component identifiers; the body is covered by its digest (RFC 9530). */
export type Component = "@method" | "@request-target" | "@path" | "@query" | "@status" | "content-digest";

/**
 * How a pack signs messages by HTTP Message Signatures (RFC 9421). What stands ahead of the path (`@authority`,
 * `@scheme`, `@target-uri`) is not among the components: gateways change it.
 */
export interface HttpMessageSignaturesPolicy {
  readonly style: "http-message-signatures";
  /** `alg` to the name of a signature scheme. The key decides which it is for, never the message. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Header that names the caller of a request, and is covered. Absent: the key tells the sender. */
  readonly party?: string;
  readonly requestComponents: readonly Component[];
  readonly answerComponents: readonly Component[];
  /** The algorithm of `Content-Digest`. */
  readonly digest: "sha-256" | "sha-512";
  /** Whether messages carry a nonce (the parameter `nonce`). */
  readonly nonce: boolean;
  /** The one value of the parameter `tag`; absent: there is none. */
  readonly tag?: string;
  /** The label under which this side signs; a receiver takes any. */
  readonly label: string;
}
