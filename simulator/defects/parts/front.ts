import type { HandleParts, Wrappers } from "../defect.ts";
import type { RawRequest } from "../../http/raw.ts";
import type { Identity } from "../../identity/identity.ts";
import { alsoVerifying } from "./known-keys.ts";

/** The mark that replaces a signature behind the front. */
const PASSED = new TextEncoder().encode(
  "verified by the front of this service, which is all that those behind it ask for",
);

/** What a request with a right signature says of its sender. */
export interface Credentials {
  readonly party: string;
  readonly serial: string;
  readonly algorithm: string;
  /** Empty where the message carries none. */
  readonly timestamp: string;
  readonly nonce: string;
}

/** A request as the service behind the front receives it; its body is the payload, without what the envelope adds. */
export interface Fronted {
  readonly request: RawRequest;
  readonly fields: Credentials;
}

/**
 * A service behind a front, as behind middleware: the front verifies a request and hands on its own version of it.
 * `change` sees requests with a right signature only; where it returns undefined, the request goes on unchanged.
 */
export function fronted(
  change: (fronted: Fronted, parts: HandleParts) => Fronted | undefined,
): Pick<Wrappers, "identity" | "handle"> {
  return {
    identity: trusting,
    handle: (inner, parts) => (request) => {
      const verified = verifiedRequest(request, parts);
      const made = verified === undefined ? undefined : change(verified, parts);
      return inner(made === undefined ? request : resealed(made, parts));
    },
  };
}

/** An identity whose keys also take what the front has passed. */
export const trusting = (identity: Identity): Identity =>
  alsoVerifying(identity, (_base, signature) => Buffer.from(signature).equals(PASSED));

/** The request under the mark of the front in place of its signature. */
export function resealed({ request, fields }: Fronted, { pack }: HandleParts): RawRequest {
  const { method, target, body } = request;
  if (!(body instanceof Uint8Array)) return request;
  const sealed = pack.envelope.sealRequest({ ...fields, method, target, body }, PASSED);
  const taken = new Set(sealed.headers.map(([name]) => name.toLowerCase()));
  return {
    ...request,
    headers: [...request.headers.filter(([name]) => !taken.has(name.toLowerCase())), ...sealed.headers],
    body: sealed.body,
  };
}

/** The opened request when its signature is right; else undefined. */
export function verifiedRequest(request: RawRequest, { pack, identity }: HandleParts): Fronted | undefined {
  const { body } = request;
  if (!(body instanceof Uint8Array)) return undefined;
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  const opened = pack.envelope.openRequest({ ...request, body }, { bytes: bodyBytes, depth, members });
  if (!opened.ok || opened.party === undefined) return undefined;
  const { signature, covered, party, timestamp = "", nonce = "" } = opened;
  const known = identity
    .peer(party)
    ?.keys.find((one) => (opened.serial ?? one.serial) === one.serial && one.algorithm === opened.algorithm);
  if (known === undefined || signature === undefined || !known.key.verify(covered, signature)) return undefined;
  return {
    request: { ...request, body: opened.body },
    fields: { party, serial: known.serial, algorithm: known.algorithm, timestamp, nonce },
  };
}

/** A front that parses bodies its own way and hands on the result. A body for which `read` throws goes on unchanged. */
export function readingBodies(
  read: (text: string, fronted: Fronted) => unknown,
  decode: (bytes: Uint8Array) => string = (bytes) => new TextDecoder().decode(bytes),
): Pick<Wrappers, "identity" | "handle"> {
  return fronted((one) => {
    const { body } = one.request;
    if (!(body instanceof Uint8Array) || body.length === 0) return undefined;
    try {
      return {
        ...one,
        request: { ...one.request, body: new TextEncoder().encode(JSON.stringify(read(decode(body), one))) },
      };
    } catch {
      return undefined;
    }
  });
}
