import type { PackSource, Schema } from "../core/pack/types.ts";

/** The operators by which the reference pack answers moments as texts, and reads them. */
const OF_TEXT_TIMES = ["time.rfc3339", "time.parse"];

/**
 * The reference pack with other forms on the wire: amounts are texts of yuan, moments are local times. What rules hold
 * stays, so an answer gives the moment itself where it gave a text; files, whose cells are texts, stay as they are.
 */
export function inOtherForms(source: PackSource): PackSource {
  return {
    ...source,
    messages: mapped(source.messages, (schema) => formed(schema) as Schema),
    interfaces: source.interfaces.map((one) => ({
      ...(withMoments(one) as typeof one),
      response: {
        ...(withMoments(one.response) as typeof one.response),
        ...(one.response.table === undefined ? {} : { table: one.response.table }),
      },
    })),
    lifecycles: source.lifecycles.map((one) => withMoments(one) as typeof one),
  };
}

/** A schema whose amounts are yuan and whose times are local. */
function formed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(formed);
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = schema as Readonly<Record<string, unknown>>;
  if (parts["format"] === "date-time") {
    const { format: _f, pattern: _p, minLength: _least, maxLength: _most, ...rest } = parts;
    return { ...rest, "x-as": "local-datetime" };
  }
  const told = mapped(parts, formed);
  const properties = told["properties"] as Readonly<Record<string, unknown>> | undefined;
  const { value, currency } = properties ?? {};
  return value === undefined || currency === undefined
    ? told
    : { ...told, properties: { ...properties, value: { ...(value as object), type: "string", "x-as": "yuan" } } };
}

/** Expressions without the operators that make texts of moments, or moments of texts. */
function withMoments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMoments);
  if (typeof value !== "object" || value === null) return value;
  const [[name, given] = ["", undefined], ...more] = Object.entries(value) as (readonly [string, unknown])[];
  if (more.length === 0 && OF_TEXT_TIMES.includes(name))
    return withMoments(Array.isArray(given) ? (given as readonly unknown[])[0] : given);
  return mapped(value as Readonly<Record<string, unknown>>, withMoments);
}

function mapped<T>(fields: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}
