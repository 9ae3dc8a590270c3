import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import type { Component, HttpMessageSignaturesPolicy } from "./policy.ts";

/** A component identifier as the base writes it, such as `"@method"`, and its value. */
export type ComponentValue = readonly [identifier: string, value: string];

/**
 * The signature base (RFC 9421 section 2.5): a line for each component, then one with the signature's parameters,
 * without a line break behind it.
 *
 * @throws RangeError for a value that holds a line break, which would be another line.
 */
export function signatureBase(components: readonly ComponentValue[], parameters: string): Uint8Array {
  const lines = [...components, ['"@signature-params"', parameters] as const].map(([identifier, value]) => {
    if (/[\r\n]/.test(value))
      throw new RangeError(`${identifier} holds a line break, which a signature base cannot carry`);
    return `${identifier}: ${value}`;
  });
  return Buffer.from(lines.join("\n"));
}

type Message = AnswerMessage & Partial<Pick<RequestMessage, "method" | "target" | "party">>;

/** The value of a component of a message; `party` is the caller's header. @throws RangeError for one that it has not. */
export function componentValue(policy: HttpMessageSignaturesPolicy, name: string, message: Message): string {
  const [path, query] = splitTarget(message.target ?? "");
  const values: Readonly<Record<Component, string | undefined>> = {
    "@method": message.method,
    "@request-target": message.target,
    "@path": message.target === undefined ? undefined : path,
    // RFC 9421 section 2.2.7: an absent query is a question mark alone.
    "@query": message.target === undefined ? undefined : `?${query ?? ""}`,
    "@status": String(message.status ?? 200),
    "content-digest": contentDigest(policy, message.body),
  };
  const value = name === policy.party?.toLowerCase() ? message.party : values[name as Component];
  if (value === undefined) throw new RangeError(`a message of this kind has no component ${name}`);
  return value;
}

function splitTarget(target: string): readonly [string, string | undefined] {
  const at = target.indexOf("?");
  return at < 0 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
}

/** The value of `Content-Digest` (RFC 9530 section 2): one digest, of the agreed algorithm. */
export function contentDigest({ digest }: HttpMessageSignaturesPolicy, body: Uint8Array): string {
  return `${digest}=:${createHash(digest.replace("-", "")).update(body).digest("base64")}:`;
}

/** The components of a request or an answer, in the order in which this side signs them. */
export function componentsOf(policy: HttpMessageSignaturesPolicy, way: "request" | "answer"): readonly string[] {
  return way === "answer"
    ? policy.answerComponents
    : [...policy.requestComponents, ...(policy.party === undefined ? [] : [policy.party.toLowerCase()])];
}
