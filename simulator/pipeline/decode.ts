import type { Decoding } from "../../core/codec/codec.ts";
import { CANNOT_BE_OPENED } from "../../core/sealing/sealed-parts.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { BodySealing } from "../../core/sealing/body/carried.ts";
import { decodedFrom } from "../identity/body-sealing.ts";
import { namesReceiverKey, openedFrom } from "../identity/sealing.ts";
import type { Identity } from "../identity/identity.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Policies } from "../../core/pack/types.ts";
import type { Violation } from "../../core/pack/violation.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { refuse, pass } from "./refusal.ts";
import type { Staged } from "./refusal.ts";
import type { Routed } from "./route.ts";
import { schemaHint } from "./schema-hint.ts";
import type { Signed } from "./verify-signature.ts";

/** Whom a message has reached, when, and with which headers. */
export interface Reached {
  readonly identity: Identity;
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Fourth and fifth stage: strict decoding, the schemas, and whether the message speaks for the party that signed it. */
export function decode(
  pack: Pack,
  routed: Routed,
  signed: Signed,
  { identity, headers, now }: Reached,
  /** Explains a message that breaks its schema; without it only the field and the issue are told. */
  explaining?: Redaction,
): Staged<Readonly<Record<string, Json>>> {
  const { limits, stages } = pack.source.manifest.policies;
  const validators = pack.validators(routed.interface.id);
  let body: Json | undefined;
  if (routed.codec !== undefined) {
    // Where the signature stands in the body, the envelope has decoded it already.
    const encryption = bodySealingOf(pack.source.manifest.policies, routed.interface, "request");
    const unsaid = lacksHeader(encryption, headers);
    if (unsaid !== undefined) return refuse(stages, "decode", { detail: { ...unsaid, location: "header" } });
    const bounds = { bytes: limits.bodyBytes, depth: limits.depth, members: limits.members };
    const decoded: Decoding | undefined =
      signed.payload === undefined
        ? decodedFrom(
            { pack, peer: signed.peer },
            [routed.interface, "request"],
            signed.body,
            pack.codecOf(routed.interface.request.representation) ?? routed.codec,
            bounds,
          )
        : { ok: true, value: signed.payload };
    if (decoded === undefined)
      return refuse(stages, "decode", { detail: { field: "", issue: CANNOT_BE_OPENED, location: "body" } });
    if (!decoded.ok)
      return refuse(stages, "decode", {
        detail: { field: "", issue: `${decoded.message.en} (byte ${decoded.offset})`, location: "body" },
      });
    const opened = openedFrom({ pack, identity, peer: signed.peer, now }, validators.sealedInBody, decoded.value, {
      bounds,
      ...(namesReceiverKey(pack, routed.interface) ? { named: { headers } } : {}),
    });
    if (opened.fault !== undefined) return refuse(stages, "decode", { detail: { ...opened.fault, location: "body" } });
    body = validators.readBody(opened.value);
    const problem = validators.body(body);
    if (problem !== undefined) return unfit(stages, { ...problem, location: "body" }, body, explaining);
    body = validators.bodyForms.read(body);
  } else if (routed.body.length > 0) {
    return refuse(stages, "decode", { detail: { field: "", issue: "this interface takes no body", location: "body" } });
  }
  const query: Query = signed.query === undefined ? parseQuery(routed.query) : { ok: true, values: signed.query };
  if (!query.ok)
    return refuse(stages, "schema", { detail: { field: query.field, issue: query.issue, location: "query" } });
  const parameters = validators.parameters(routed.pathParameters, query.values);
  if (!parameters.ok) return unfit(stages, parameters, { ...query.values, ...routed.pathParameters }, explaining);
  const request = { ...(body as Record<string, Json> | undefined), ...parameters.values } as Readonly<
    Record<string, Json>
  >;
  const { party, receiver } = routed.interface.request;
  const location = routed.codec === undefined ? "query" : "body";
  if (party !== undefined && named(request, party) !== signed.peer.record.party_id)
    return refuse(stages, "party", {
      detail: {
        field: pointerTo(party),
        issue: "the message names another party than the one that signed it",
        location,
      },
    });
  if (receiver !== undefined && !identity.names.has(String(named(request, receiver))))
    return refuse(stages, "party", {
      detail: { field: pointerTo(receiver), issue: "the message is for another party than this one", location },
    });
  return pass(request);
}

/** What is wrong with the header that says that a body is encrypted. */
function lacksHeader(
  encryption: BodySealing | undefined,
  headers: Headers,
): { readonly field: string; readonly issue: string } | undefined {
  const header = encryption?.place.header;
  if (header === undefined) return undefined;
  const values = headerValues(headers, header.name.toLowerCase());
  return values.length === 1 && values[0] === header.value
    ? undefined
    : { field: header.name, issue: `says that the body is encrypted, and must be there once: ${header.value}` };
}

/** A message that breaks a schema. `explaining`: with where, by which rule, and what stands there. */
function unfit(
  stages: Policies["stages"],
  { location, ...problem }: Violation & { readonly location: "body" | "query" | "path" },
  message: Json,
  explaining: Redaction | undefined,
): Staged<never> {
  const { field, issue } = problem;
  const pointer = field === "" || field.startsWith("/") ? field : `/${field}`;
  return refuse(stages, "schema", {
    detail: { field, issue, location },
    ...(explaining === undefined ? {} : { hint: schemaHint(explaining, { ...problem, field: pointer }, message) }),
  });
}

/** The steps of a path such as `$request.payment.party_id`. */
const stepsOf = (path: string): readonly string[] => path.replace(/^\$request\./, "").split(".");

const pointerTo = (path: string): string => `/${stepsOf(path).join("/")}`;

/** What a request has at a path. */
const named = (request: Readonly<Record<string, Json>>, path: string): unknown =>
  stepsOf(path).reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], request);

type Query =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly field: string; readonly issue: string };

/** Strict: what was signed must have one reading only, so a repeated name, a stray `+` or a broken escape is refused. */
function parseQuery(query: string): Query {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  if (query === "") return { ok: true, values };
  for (const part of query.split("&")) {
    const at = part.indexOf("=");
    // What stands there may be anything, a person's number too, so it is not repeated.
    if (at <= 0) return { ok: false, field: "", issue: "every query parameter is written name=value" };
    if (part.includes("+"))
      return { ok: false, field: part.slice(0, at), issue: "write a space as %20 and a plus sign as %2B" };
    let name: string;
    let value: string;
    try {
      name = decodeURIComponent(part.slice(0, at));
      value = decodeURIComponent(part.slice(at + 1));
    } catch {
      return { ok: false, field: part.slice(0, at), issue: "the percent escape is not valid UTF-8" };
    }
    if (name in values) return { ok: false, field: name, issue: "the query parameter is given more than once" };
    values[name] = value;
  }
  return { ok: true, values };
}
