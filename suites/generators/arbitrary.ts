import * as fc from "fast-check";
import { boundsOf, formOf } from "../../core/form/forms.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { momentWriting } from "./moments.ts";
import { alternatives, documentOf, flatten } from "./schema-source.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/**
 * A fast-check arbitrary of documents that a JSON Schema accepts: `$ref`, `allOf`, `oneOf`, `anyOf`, `const`, `enum`,
 * types, bounds, `pattern`, `format`, closed objects. ajv is its oracle in the tests. Keywords it does not know are
 * ignored, so a schema that uses them is generated too widely: filter with the validator where that matters.
 */
export function arbitrary(schema: Schema, source: SchemaSource, document: Schema = schema): fc.Arbitrary<Json> {
  const make = (): fc.Arbitrary<Json> => {
    const choices = alternatives(flatten({ schema: schema as SchemaObject | boolean, document }, source), source);
    const made = choices.map((choice) => single(choice.schema, choice.document, source));
    return made.length === 1 ? (made[0] as fc.Arbitrary<Json>) : fc.oneof(...made);
  };
  // An arbitrary holds no state, and making one of a string is slow.
  return typeof schema === "boolean" ? make() : source.remembered("arbitrary", schema, document, make);
}

function single(schema: SchemaObject, document: Schema, source: SchemaSource): fc.Arbitrary<Json> {
  if (schema["const"] !== undefined) return fc.constant(schema["const"] as Json);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as Json[]));
  const types = Array.isArray(schema["type"])
    ? (schema["type"] as string[])
    : [(schema["type"] as string | undefined) ?? inferred(schema)];
  const made = types.map((type) => ofType(type, schema, document, source));
  return made.length === 1 ? (made[0] as fc.Arbitrary<Json>) : fc.oneof(...made);
}

function inferred(schema: SchemaObject): string {
  if (schema["properties"] !== undefined || schema["required"] !== undefined) return "object";
  if (schema["items"] !== undefined) return "array";
  if (schema["minimum"] !== undefined || schema["maximum"] !== undefined) return "integer";
  return "string";
}

function ofType(type: string, schema: SchemaObject, document: Schema, source: SchemaSource): fc.Arbitrary<Json> {
  switch (type) {
    case "object":
      return object(schema, document, source);
    case "array": {
      const items = (schema["items"] ?? true) as Schema;
      const minLength = number(schema, "minItems") ?? 0;
      return fc
        .array(arbitrary(items, source, documentOf(items, document)), {
          minLength,
          maxLength: number(schema, "maxItems") ?? minLength + 5,
        })
        .map((list): Json => list);
    }
    case "integer":
    case "number":
      return integer(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return formed(schema, source) ?? text(schema, source);
  }
}

function object(schema: SchemaObject, document: Schema, source: SchemaSource): fc.Arbitrary<Json> {
  const required = (schema["required"] as string[] | undefined) ?? [];
  const model: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, property] of Object.entries((schema["properties"] as Record<string, Schema> | undefined) ?? {})) {
    if (property === false) continue;
    model[name] = arbitrary(property, source, documentOf(property, document));
  }
  return fc
    .record(model, { requiredKeys: required.filter((name) => model[name] !== undefined), noNullPrototype: true })
    .map((made): Json => made);
}

function integer(schema: SchemaObject): fc.Arbitrary<Json> {
  const step = number(schema, "multipleOf") ?? 1;
  const min = Math.max(
    number(schema, "minimum") ?? -Number.MAX_SAFE_INTEGER,
    (number(schema, "exclusiveMinimum") ?? -Infinity) + 1,
  );
  const max = Math.min(
    number(schema, "maximum") ?? Number.MAX_SAFE_INTEGER,
    (number(schema, "exclusiveMaximum") ?? Infinity) - 1,
  );
  return fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((factor): Json => factor * step);
}

/** Texts of a form (`x-as`), within the bounds beside it; undefined for a schema that says none. */
function formed(schema: SchemaObject, { forms }: SchemaSource): fc.Arbitrary<Json> | undefined {
  const form = formOf(schema);
  if (form === undefined) return undefined;
  const { least, most } = boundsOf(schema);
  const values: fc.Arbitrary<number | string> =
    form.holds === "integer"
      ? fc.integer({ min: least, max: most })
      : form.holds === "time"
        ? moment().map((text) => Date.parse(text))
        : form.holds === "date"
          ? moment().map((text) => text.slice(0, 10))
          : fc.string({ unit: CHARACTER, maxLength: 64 });
  // Where daylight saving skips a local time it has no text.
  return values.map((value): Json => form.write(value, forms) ?? form.example(forms));
}

function text(schema: SchemaObject, { carries }: SchemaSource): fc.Arbitrary<Json> {
  // JSON Schema counts characters (code points), fast-check counts units of its `unit`.
  const minLength = number(schema, "minLength") ?? 0;
  const maxLength = number(schema, "maxLength") ?? minLength + 32;
  const fits = (value: string): boolean =>
    Array.from(value).length >= minLength && Array.from(value).length <= maxLength;
  const pattern = typeof schema["pattern"] === "string" ? new RegExp(schema["pattern"], "u") : undefined;
  // A pattern takes more than there are days and hours, so a moment is written and not drawn from its pattern.
  const writing = momentWriting(schema);
  if (writing !== undefined)
    return moment()
      .map(writing)
      .filter((value) => fits(value) && pattern?.test(value) !== false);
  const format = typeof schema["format"] === "string" ? FORMATS[schema["format"]] : undefined;
  if (format !== undefined) return format().filter((value) => fits(value) && pattern?.test(value) !== false);
  // At the default size a {6,32} never reaches 32; the longest values are where limits break.
  if (pattern !== undefined)
    return fc.stringMatching(pattern, { size: "medium" }).filter((value) => fits(value) && carries(value));
  // By its characters, so that few texts are drawn in vain.
  return fc.string({ unit: CHARACTER.filter(carries), minLength, maxLength, size: "medium" });
}

const SURROGATES = { from: 0xd800, count: 0x800 } as const;
const CHARACTERS = 0x110000 - SURROGATES.count;
/** What is shrunk becomes blanks and digits before it becomes control characters. */
const SIMPLEST = 0x20;

/** Every code point but the surrogates. fast-check's own unit "binary" is the same, and keeps the way back as a map of all of them. */
const CHARACTER = fc.integer({ min: 0, max: CHARACTERS - 1 }).map(
  (place) => {
    const at = (place + SIMPLEST) % CHARACTERS;
    return String.fromCodePoint(at < SURROGATES.from ? at : at + SURROGATES.count);
  },
  (value) => {
    const code = typeof value === "string" && value.isWellFormed() ? value.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== value) throw new TypeError("This is no character.");
    const at = code < SURROGATES.from ? code : code - SURROGATES.count;
    return (at - SIMPLEST + CHARACTERS) % CHARACTERS;
  },
);

/** Whole seconds of this century, as `2026-11-22T21:00:00+08:00`. */
const moment = (): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date("2000-01-01T00:00:00Z"), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true })
    .map((date) => `${new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`);
const FORMATS: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  uri: () => fc.webUrl(),
  email: () => fc.emailAddress(),
  uuid: () => fc.uuid(),
};

function number(schema: SchemaObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === "number" ? value : undefined;
}
