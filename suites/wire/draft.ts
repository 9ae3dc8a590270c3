import type { CodecOf } from "../../core/codec/codecs.ts";
import { form } from "../../core/codec/form.ts";
import { json } from "../../core/codec/json.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";

export type Fields = Readonly<Record<string, Json>>;

/** The data layer of a request: what is said, before it is bytes. */
export interface Draft {
  readonly interface: Interface;
  readonly path: Fields;
  readonly query: Fields;
  /** Absent for an interface without a body. */
  readonly body?: Fields;
}

/** All fields in one object, as packs see a request. */
export function fieldsOf(draft: Draft): Fields {
  return { ...draft.body, ...draft.query, ...draft.path };
}

/** Those of the named fields that there are. */
export function picked(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

/** A copy with other values at the top level; `undefined` takes a field out. A new field goes into the body, or the query where there is none. */
export function withFields(draft: Draft, changes: Readonly<Record<string, Json | undefined>>): Draft {
  const parts = { path: { ...draft.path }, query: { ...draft.query }, body: { ...draft.body } } as Record<
    "path" | "query" | "body",
    Record<string, Json>
  >;
  for (const [name, value] of Object.entries(changes)) {
    const part = name in draft.path ? "path" : name in draft.query || draft.body === undefined ? "query" : "body";
    if (value === undefined) delete parts[part][name];
    else parts[part][name] = value;
  }
  return {
    interface: draft.interface,
    path: parts.path,
    query: parts.query,
    ...(draft.body === undefined ? {} : { body: parts.body }),
  };
}

/** The request target (`/v1/payments/P1?party_id=1001`); path parameters and query percent-encoded (RFC 3986). */
export function targetOf(draft: Draft): string {
  const path = draft.interface.http.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
    percentEncoded(scalar(draft.path[name])),
  );
  const query = Object.entries(draft.query).map(
    ([name, value]) => `${percentEncoded(name)}=${percentEncoded(scalar(value))}`,
  );
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}

/** A text with everything but unreserved characters escaped (RFC 3986, 2.3), so that nothing on the way writes it otherwise. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The body's bytes, in the codec of a pack; empty without a body. */
export function bodyOf(draft: Draft, codecOf: CodecOf): Uint8Array {
  if (draft.body === undefined) return new Uint8Array();
  const codec = codecOf(draft.interface.request.representation);
  if (codec?.loosely !== undefined) return codec.loosely.encode(draft.body);
  if (codec?.textual !== true) return json.encode(draft.body);
  // A check may say what no form can carry, such as a list: it stands there as JSON writes it.
  return form.encode(Object.fromEntries(Object.entries(draft.body).map(([name, value]) => [name, scalar(value)])));
}

function scalar(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
