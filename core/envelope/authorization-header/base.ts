/*
 * Imports nothing of Node's: scripts that run elsewhere sign with this file too.
 */

import { zeroedBytes } from "../../signature/slab.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

/** The words that a signature base is made of. */
export const BASE_COMPONENTS = [
  "method",
  "path-and-query",
  "timestamp",
  "nonce",
  "body",
  // The parameters of the Authorization header ahead of the signature, as they are sent.
  "authorization",
] as const;
export type BaseComponent = (typeof BASE_COMPONENTS)[number];

export interface ResponseParts {
  /** As it stands in the header, unparsed: what was signed are its characters. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Raw bytes as on the wire; never decoded and encoded again. */
  readonly body: Uint8Array;
}

export interface RequestParts extends ResponseParts {
  readonly method: string;
  /** As on the request line, such as `/v1/payments?party_id=1`; percent signs as they came. */
  readonly target: string;
  /** Those of the Authorization header's parameters that the signature covers; needed where the base names them. */
  readonly authorization?: string;
}

/**
 * The bytes that a request's signature covers.
 *
 * @throws RangeError when the policy names an unknown component, or a part other than the body holds a line break.
 */
export function requestBase(policy: AuthorizationHeaderPolicy, parts: RequestParts): Uint8Array {
  return signatureBase(policy.requestBase, {
    method: parts.method,
    "path-and-query": parts.target,
    timestamp: parts.timestamp,
    nonce: parts.nonce,
    body: parts.body,
    ...(parts.authorization === undefined ? {} : { authorization: parts.authorization }),
  });
}

/**
 * The bytes that the signature of an answer or a notification covers. An empty body is an empty line.
 *
 * @throws RangeError as `requestBase` does; also when the policy asks an answer for a method or a path.
 */
export function responseBase(policy: AuthorizationHeaderPolicy, parts: ResponseParts): Uint8Array {
  return signatureBase(policy.responseBase, { timestamp: parts.timestamp, nonce: parts.nonce, body: parts.body });
}

const encoder = new TextEncoder();

/** What one UTF-16 unit takes in UTF-8 at most. */
const WIDEST = 3;

function signatureBase(
  components: readonly string[],
  parts: Partial<Record<BaseComponent, string | Uint8Array>>,
): Uint8Array {
  // Texts that follow each other are encoded together: the encoder costs more by the call than by the character.
  const pieces: (string | Uint8Array)[] = [];
  let text = "";
  let room = 0;
  for (const component of components) {
    const value = Object.hasOwn(parts, component) ? parts[component as BaseComponent] : undefined;
    if (value === undefined) {
      throw new RangeError(
        `the signature base names "${component}"; allowed here: ${Object.keys(parts).join(", ")}. Correct the pack's signature policy`,
      );
    }
    if (typeof value === "string") {
      // A line break inside a line would let two different messages share one base.
      if (value.includes("\n") || value.includes("\r"))
        throw new RangeError(
          `${component} holds a line break, which a signature base cannot carry; refuse the message before`,
        );
      text += `${value}\n`;
    } else {
      if (text !== "") pieces.push(text);
      room += WIDEST * text.length + value.length;
      pieces.push(value);
      text = "\n";
    }
  }
  if (text !== "") pieces.push(text);
  const base = zeroedBytes(room + WIDEST * text.length);
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") {
      at += encoder.encodeInto(piece, at === 0 ? base : base.subarray(at)).written;
    } else {
      base.set(piece, at);
      at += piece.length;
    }
  }
  return base.subarray(0, at);
}
