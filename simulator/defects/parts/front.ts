import { formatAuthorization, parseAuthorization } from "../../../core/envelope/authorization-header/authorization.ts";
import { requestBase } from "../../../core/envelope/authorization-header/base.ts";
import type { AuthorizationFields } from "../../../core/envelope/authorization-header/authorization.ts";
import type { Handle, HandleParts, Wrappers } from "../defect.ts";
import { headerValues } from "../../../core/envelope/headers.ts";
import type { RawRequest } from "../../http/raw.ts";
import type { Identity } from "../../identity/identity.ts";
import { decodeBase64Strict } from "../../../core/signature/base64.ts";
import { alsoVerifying } from "./known-keys.ts";

/** The mark that replaces a signature behind the front. */
const PASSED = new TextEncoder().encode(
  "verified by the front of this service, which is all that those behind it ask for",
);
const PASSED_TEXT = Buffer.from(PASSED).toString("base64");

/** A request as the service behind the front receives it. */
export interface Fronted {
  readonly request: RawRequest;
  readonly fields: AuthorizationFields & { readonly token: string };
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
      const fields = verifiedFields(request, parts);
      const made = fields === undefined ? undefined : change({ request, fields }, parts);
      return inner(made === undefined ? request : resealed(made, parts));
    },
  };
}

/** An identity whose keys also take what the front has passed. */
export const trusting = (identity: Identity): Identity =>
  alsoVerifying(identity, (_base, signature) => Buffer.from(signature).equals(PASSED));

/** The request under the mark of the front in place of its signature. */
export function resealed({ request, fields }: Fronted, { pack }: HandleParts): RawRequest {
  const policy = pack.source.manifest.policies.envelope;
  const name = policy.authorization.header;
  const header = formatAuthorization(policy, fields.token, { ...fields, signature: PASSED_TEXT });
  return {
    ...request,
    headers: [...request.headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase()), [name, header]],
  };
}

/** The fields of the Authorization header when its signature is right. */
export function verifiedFields(request: RawRequest, { pack, identity }: HandleParts): Fronted["fields"] | undefined {
  const policy = pack.source.manifest.policies.envelope;
  const values = headerValues(request.headers, policy.authorization.header.toLowerCase());
  const parsed = parseAuthorization(policy, values[0]);
  if (values.length !== 1 || !parsed.ok || !(request.body instanceof Uint8Array)) return undefined;
  const key = identity
    .peer(parsed.party)
    ?.keys.find(({ serial, algorithm }) => serial === parsed.serial && algorithm === parsed.token);
  const signature = decodeBase64Strict(parsed.signature);
  if (key === undefined || signature === undefined) return undefined;
  const base = requestBase(policy, {
    method: request.method,
    target: request.target,
    timestamp: parsed.timestamp,
    nonce: parsed.nonce,
    body: request.body,
  });
  return key.key.verify(base, signature) ? parsed : undefined;
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

export type { Handle };
