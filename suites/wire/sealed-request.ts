import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { encodeBase64, requestBase } from "../../core/signature/message.ts";
import type { AuthorizationFields, RequestParts, SignaturePolicy } from "../../core/signature/message.ts";
import { bodyOf, targetOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Signer } from "./signer.ts";

/**
 * Where a check departs from a right request. The layers are applied in this order, each seeing what the one before
 * made; a check changes exactly one of them.
 *
 *   target, body, timestamp, nonce   said otherwise and *signed so*: the signature is right for what is sent
 *   signer                           another identity, signing for itself
 *   signed                           the signature covers something else than what is sent
 *   sign                             the bytes signed, or how they are signed
 *   signature                        the signature's own bytes
 *   authorization                    the fields of the Authorization header, or the header's whole text; undefined leaves it out
 *   headers                          any header
 *   wire                             the finished request
 */
export interface Tamper {
  readonly target?: (target: string) => string;
  readonly body?: (body: Uint8Array) => Uint8Array;
  /** Seconds since the epoch, as text. */
  readonly timestamp?: (timestamp: string) => string;
  readonly nonce?: (nonce: string) => string;
  readonly signer?: Signer;
  readonly signed?: (parts: RequestParts) => RequestParts;
  /** Makes the signature from the signature base in place of `signer.sign`. */
  readonly sign?: (base: Uint8Array, signer: Signer) => Uint8Array;
  readonly signature?: (signature: Uint8Array) => Uint8Array;
  readonly authorization?: (
    fields: AuthorizationFields & { readonly token: string },
  ) => (AuthorizationFields & { readonly token: string }) | string | undefined;
  readonly headers?: (headers: readonly (readonly [string, string])[]) => readonly (readonly [string, string])[];
  readonly wire?: (request: HttpRequest) => HttpRequest;
}

export interface Sealing {
  readonly policy: SignaturePolicy;
  readonly baseUrl: string;
  readonly signer: Signer;
  readonly timestampSeconds: number;
  readonly nonce: string;
  readonly timeoutMs: number;
}

/** The bytes that go out for a draft: body, signature base, signature, headers. Pure. */
export function seal(draft: Draft, sealing: Sealing, tamper: Tamper = {}): HttpRequest {
  const { policy } = sealing;
  const signer = tamper.signer ?? sealing.signer;
  const prefix = new URL(sealing.baseUrl).pathname.replace(/\/$/, "");
  const target = (tamper.target ?? same)(prefix + targetOf(draft));
  const body = (tamper.body ?? same)(bodyOf(draft));
  const timestamp = (tamper.timestamp ?? same)(String(sealing.timestampSeconds));
  const nonce = (tamper.nonce ?? same)(sealing.nonce);
  const parts: RequestParts = { method: draft.interface.http.method, pathAndQuery: target, timestamp, nonce, body };
  const base = requestBase(policy, (tamper.signed ?? same)(parts));
  const signature = (tamper.signature ?? same)(
    tamper.sign === undefined ? signer.sign(base) : tamper.sign(base, signer),
  );
  const fields = {
    token: signer.token,
    party: signer.partyId,
    nonce,
    timestamp,
    serial: signer.serial,
    signature: encodeBase64(signature),
  };
  const authorization = tamper.authorization === undefined ? fields : tamper.authorization(fields);
  const headers: (readonly [string, string])[] = [["Accept", "application/json"]];
  if (draft.body !== undefined) headers.push(["Content-Type", "application/json"]);
  if (authorization !== undefined)
    headers.push([
      policy.authorization.header,
      typeof authorization === "string" ? authorization : authorizationText(policy, authorization),
    ]);
  const request: HttpRequest = {
    method: parts.method,
    url: new URL(sealing.baseUrl).origin + target,
    headers: (tamper.headers ?? same)(headers),
    body,
    timeoutMs: sealing.timeoutMs,
  };
  return (tamper.wire ?? same)(request);
}

/** Like `formatAuthorization`, but it also writes what no right client would: checks send wrong headers on purpose. */
function authorizationText(policy: SignaturePolicy, fields: AuthorizationFields & { readonly token: string }): string {
  const names = policy.authorization;
  return `${fields.token} ${names.party}="${fields.party}",${names.nonce}="${fields.nonce}",${names.signature}="${fields.signature}",${names.timestamp}="${fields.timestamp}",${names.serial}="${fields.serial}"`;
}

function same<T>(value: T): T {
  return value;
}
