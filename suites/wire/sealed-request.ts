import { requestTarget } from "../../core/runtime/wire.ts";
import { isDeepStrictEqual } from "node:util";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import { requestBase } from "../../core/envelope/authorization-header/base.ts";
import type { AuthorizationFields } from "../../core/envelope/authorization-header/authorization.ts";
import type { RequestParts } from "../../core/envelope/authorization-header/base.ts";
import type { EnvelopePolicy } from "../../core/envelope/policy.ts";
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
  /** Marks a tamper that may leave its layer unchanged, for right requests. */
  readonly mayKeep?: true;
}

/**
 * A tamper left its layer as it was: a right request would have been sent in place of a wrong one. An error of the
 * harness.
 */
export class TamperWithoutEffect extends Error {
  constructor(layer: keyof Tamper, id: string) {
    super(
      `the tamper of "${layer}" changed nothing in a request of ${id}, so that nothing would be judged: choose a value that differs, skip the form where there is none, or say mayKeep where the request is to be right (suites/wire/sealed-request.ts)`,
    );
    this.name = "TamperWithoutEffect";
  }
}

export interface Sealing {
  readonly policy: EnvelopePolicy;
  readonly baseUrl: string;
  readonly signer: Signer;
  readonly timestampSeconds: number;
  readonly nonce: string;
  readonly timeoutMs: number;
}

/**
 * The bytes that go out for a draft: body, signature base, signature, headers. Pure.
 *
 * @throws TamperWithoutEffect
 */
export function seal(draft: Draft, sealing: Sealing, tamper: Tamper = {}): HttpRequest {
  const { policy } = sealing;
  const signer = otherSigner(draft, sealing.signer, tamper);
  const layer = layersOf(draft, tamper);
  const prefix = new URL(sealing.baseUrl).pathname.replace(/\/$/, "");
  const target = layer("target", prefix + targetOf(draft));
  const body = layer("body", bodyOf(draft));
  const timestamp = layer("timestamp", String(sealing.timestampSeconds));
  const nonce = layer("nonce", sealing.nonce);
  const parts: RequestParts = { method: draft.interface.http.method, target, timestamp, nonce, body };
  const base = requestBase(policy, layer("signed", parts));
  const { sign } = tamper;
  const signature = layer(
    "signature",
    sign === undefined
      ? signer.sign(base)
      : layersOf(draft, { ...tamper, signature: () => sign(base, signer) })("signature", signer.sign(base)),
  );
  const fields = {
    token: signer.token,
    party: signer.partyId,
    nonce,
    timestamp,
    serial: signer.serial,
    signature: encodeBase64(signature),
  };
  const authorization = layer<AuthorizationSaid>("authorization", fields);
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
    headers: layer("headers", headers),
    body,
    timeoutMs: sealing.timeoutMs,
  };
  if (requestTarget(request.url) !== target)
    throw new TypeError(`the target ${JSON.stringify(target)} cannot be sent as it was signed`);
  return layer("wire", request);
}

type AuthorizationSaid = (AuthorizationFields & { readonly token: string }) | string | undefined;

/** Applies a layer of a tamper to what stands there. */
function layersOf(draft: Draft, tamper: Tamper): <T>(name: keyof Tamper, before: T) => T {
  return <T>(name: keyof Tamper, before: T): T => {
    const change = tamper[name] as ((before: T) => T) | undefined;
    if (change === undefined) return before;
    const after = change(before);
    if (tamper.mayKeep !== true && isDeepStrictEqual(plainBytes(before), plainBytes(after)))
      throw new TamperWithoutEffect(name, draft.interface.id);
    return after;
  };
}

function otherSigner(draft: Draft, own: Signer, { signer, mayKeep }: Tamper): Signer {
  if (signer === undefined) return own;
  if (mayKeep !== true && signer.partyId === own.partyId && signer.serial === own.serial && signer.token === own.token)
    throw new TamperWithoutEffect("signer", draft.interface.id);
  return signer;
}

/** Bytes are compared as bytes, whatever kind of array holds them. */
function plainBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value !== "object" || value === null || !("body" in value)) return value;
  return { ...value, body: plainBytes(value.body) };
}

/** Like `formatAuthorization`, but it also writes what no right client would: checks send wrong headers on purpose. */
function authorizationText(policy: EnvelopePolicy, fields: AuthorizationFields & { readonly token: string }): string {
  const names = policy.authorization;
  return `${fields.token} ${names.party}="${fields.party}",${names.nonce}="${fields.nonce}",${names.signature}="${fields.signature}",${names.timestamp}="${fields.timestamp}",${names.serial}="${fields.serial}"`;
}
