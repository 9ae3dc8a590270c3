import { calendar } from "../../core/calendar/calendar.ts";
import type { FormContext } from "../../core/form/form.ts";
import type { Schema } from "../../core/pack/types.ts";

export type SchemaObject = { readonly [key: string]: unknown };

/** A schema together with the document that its local references (`#/$defs/x`) point into. */
export interface LocatedSchema {
  readonly schema: SchemaObject | boolean;
  readonly document: Schema;
}

/** Finds the documents that schemas of a pack refer to by file (`messages/payment.json#/$defs/view`). */
export interface SchemaSource {
  /** What the forms of fields need to know of the pack (`x-as`). */
  readonly forms: FormContext;
  /** Whether a text comes to the receiver as it is, in whatever format the pack's messages have. */
  carries(text: string): boolean;
  locate(reference: string, from: Schema): LocatedSchema;
  /** What was made of a schema and its document before, else what `make` gives now: schemas do not change, and each is asked about with every request. */
  remembered<T>(what: string, schema: object, document: Schema, make: () => T): T;
}

/**
 * References over the message files of a pack. Keys may be given as `payment`, `payment.json` or `messages/payment.json`.
 * Throws a `TypeError` naming the reference when nothing is there: a pack that passed `pack check` has none of these.
 */
export function schemaSource(
  messages: Readonly<Record<string, Schema>>,
  forms: FormContext = { minorUnits: 2, currency: "CNY", calendar: calendar("UTC", "00:00:00") },
  carries: SchemaSource["carries"] = () => true,
): SchemaSource {
  const byStem = new Map(Object.entries(messages).map(([name, document]) => [stem(name), document]));
  const memory = new Map<string, WeakMap<object, Map<Schema, unknown>>>();
  return {
    forms,
    carries,
    remembered<T>(what: string, schema: object, document: Schema, make: () => T): T {
      const ofKind = memory.get(what) ?? new WeakMap<object, Map<Schema, unknown>>();
      memory.set(what, ofKind);
      const ofSchema = ofKind.get(schema) ?? new Map<Schema, unknown>();
      ofKind.set(schema, ofSchema);
      if (!ofSchema.has(document)) ofSchema.set(document, make());
      return ofSchema.get(document) as T;
    },
    locate(reference, from) {
      const [file = "", pointer = ""] = reference.split("#", 2);
      const document = file === "" ? from : byStem.get(stem(file));
      if (document === undefined)
        throw new TypeError(
          `schema reference "${reference}": no message file of that name; there are ${[...byStem.keys()].join(", ")}`,
        );
      let here: unknown = document;
      for (const part of pointer.split("/").slice(1)) {
        here =
          typeof here === "object" && here !== null
            ? (here as SchemaObject)[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")]
            : undefined;
      }
      if (typeof here !== "boolean" && (typeof here !== "object" || here === null))
        throw new TypeError(`schema reference "${reference}": nothing at that place`);
      return { schema: here as SchemaObject | boolean, document };
    },
  };
}

function stem(file: string): string {
  return (file.split("/").at(-1) ?? file).replace(/\.json$/, "");
}

/** Follows `$ref` and folds `allOf` in, so that one object carries every constraint; `oneOf` and `anyOf` stay. */
export function flatten(
  located: LocatedSchema,
  source: SchemaSource,
): { readonly schema: SchemaObject; readonly document: Schema } {
  const { schema, document } = located;
  if (typeof schema === "boolean") return { schema: {}, document };
  return source.remembered("flat", schema, document, () => folded(schema, document, source));
}

function folded(
  schema: SchemaObject,
  home: Schema,
  source: SchemaSource,
): { readonly schema: SchemaObject; readonly document: Schema } {
  const { $ref, allOf, ...own } = schema;
  let merged: SchemaObject = {};
  let document = home;
  const parts: LocatedSchema[] = [];
  if (typeof $ref === "string") parts.push(source.locate($ref, home));
  if (Array.isArray(allOf)) parts.push(...allOf.map((part: SchemaObject) => ({ schema: part, document: home })));
  for (const part of parts) {
    const flat = flatten(part, source);
    merged = merge(merged, anchored(flat.schema, flat.document, home));
    if (parts.length === 1 && Object.keys(own).every((key) => !SUBSCHEMAS.has(key))) document = flat.document;
  }
  if (document !== home && typeof $ref === "string") {
    const only = flatten(parts[0] as LocatedSchema, source);
    return { schema: merge(only.schema, own), document: only.document };
  }
  return { schema: merge(merged, own), document };
}

const SUBSCHEMAS = new Set(["properties", "items", "oneOf", "anyOf", "prefixItems"]);
/** Marks a subschema whose local references point into another document than its parent's. */
const DOCUMENT = Symbol("document");

/** The document that a subschema's references are local to. */
export function documentOf(schema: unknown, inherited: Schema): Schema {
  if (typeof schema !== "object" || schema === null) return inherited;
  return ((schema as { [DOCUMENT]?: Schema })[DOCUMENT] ?? inherited) as Schema;
}

function anchored(schema: SchemaObject, document: Schema, parent: Schema): SchemaObject {
  if (document === parent) return schema;
  const mark = (child: unknown): unknown =>
    typeof child === "object" && child !== null && (child as { [DOCUMENT]?: Schema })[DOCUMENT] === undefined
      ? { ...child, [DOCUMENT]: document }
      : child;
  const out: Record<string, unknown> = { ...schema };
  const properties = schema["properties"];
  if (typeof properties === "object" && properties !== null)
    out["properties"] = Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, mark(child)]));
  for (const key of ["items"]) if (out[key] !== undefined) out[key] = mark(out[key]);
  for (const key of ["oneOf", "anyOf", "prefixItems"])
    if (Array.isArray(out[key])) out[key] = (out[key] as unknown[]).map(mark);
  return out;
}

/** Both sets of constraints at once: properties and required are joined, bounds tightened, the rest taken from `b`. */
function merge(a: SchemaObject, b: SchemaObject): SchemaObject {
  const out: Record<string, unknown> = { ...a, ...b };
  const properties = { ...(a["properties"] as object | undefined) } as Record<string, unknown>;
  for (const [key, child] of Object.entries((b["properties"] as object | undefined) ?? {})) {
    const before = properties[key];
    properties[key] =
      before !== undefined && before !== true && typeof child === "object"
        ? { allOf: [before, child] }
        : child === true && before !== undefined
          ? before
          : child;
  }
  if (Object.keys(properties).length > 0) out["properties"] = properties;
  const required = [
    ...new Set([
      ...((a["required"] as string[] | undefined) ?? []),
      ...((b["required"] as string[] | undefined) ?? []),
    ]),
  ];
  if (required.length > 0) out["required"] = required;
  for (const [key, tighter] of BOUNDS) {
    if (typeof a[key] === "number" && typeof b[key] === "number") out[key] = tighter(a[key], b[key]);
  }
  return out;
}

const BOUNDS: readonly (readonly [string, (a: number, b: number) => number])[] = [
  ["minimum", Math.max],
  ["maximum", Math.min],
  ["minLength", Math.max],
  ["maxLength", Math.min],
  ["minItems", Math.max],
  ["maxItems", Math.min],
];

/** The alternatives of a flattened schema, each with the constraints around it; the schema itself when it has none. */
export function alternatives(
  flat: { readonly schema: SchemaObject; readonly document: Schema },
  source: SchemaSource,
): readonly { readonly schema: SchemaObject; readonly document: Schema }[] {
  return source.remembered("alternatives", flat.schema, flat.document, () => chosen(flat, source));
}

function chosen(
  flat: { readonly schema: SchemaObject; readonly document: Schema },
  source: SchemaSource,
): readonly { readonly schema: SchemaObject; readonly document: Schema }[] {
  const { oneOf, anyOf, ...around } = flat.schema;
  const choices = (oneOf ?? anyOf) as readonly (SchemaObject | boolean)[] | undefined;
  if (choices === undefined) return [flat];
  return choices.flatMap((choice) => {
    const one = flatten(
      { schema: { allOf: [around, choice] } as SchemaObject, document: documentOf(choice, flat.document) },
      source,
    );
    return alternatives(one, source);
  });
}
