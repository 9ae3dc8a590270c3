import type { WireExchange } from "../../core/run/finding.ts";
import type { HttpRequest, HttpResponse, TransportFailure } from "../../core/runtime/runtime.ts";
import type { Answer } from "./answer.ts";
import { bodyOf, fieldsOf, targetOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Signer } from "./signer.ts";

/** One call and what came of it. */
export interface Exchange {
  readonly draft: Draft;
  readonly label: string;
  /** Present when an answer came. */
  readonly answer?: Answer;
  readonly response?: HttpResponse;
  /** Present when none came: the outcome is unknown until a query settles it. */
  readonly failure?: TransportFailure;
  readonly wire: WireExchange;
}

/** Whom a request speaks for: the party that its message names, else the one that signs. */
export function partyOf(draft: Draft, signer: Signer): string {
  const named = fieldsOf(draft)["party_id"];
  return typeof named === "string" ? named : signer.partyId;
}

/** Whether the bytes that went out say what the draft, as it is spelled on the wire, says. */
export function faithful(draft: Draft, request: HttpRequest): boolean {
  const body = bodyOf(draft);
  return request.method === draft.interface.http.method && request.url.endsWith(targetOf(draft)) && body.length === request.body.length && body.every((byte, index) => byte === request.body[index]);
}
