import type { Interface, Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { alternatives, documentOf, flatten } from "../generators/schema-source.ts";
import type { LocatedSchema, SchemaObject, SchemaSource } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { valueAt, withValueAt } from "../resources/meant.ts";

/** An answer without what changes by itself: the moment it was made, and where the next page begins. */
export function steady(pack: PackView, one: Interface, json: Json | undefined): Json | undefined {
  const { shown } = pack.meanings(one);
  return without(json, [...shown("as-of"), ...shown("next")]);
}

/**
 * An answer's fields that its schema names. Where a schema is open others may stand there, such as an id of the request,
 * and differ from call to call.
 */
export function declaredIn(
  pack: PackView,
  { response: { body } }: Interface,
  json: Json | undefined,
): Json | undefined {
  return body === undefined ? json : declared({ schema: body as SchemaObject, document: body }, pack.schemas, json);
}

function declared(place: LocatedSchema, schemas: SchemaSource, json: Json | undefined): Json | undefined {
  if (typeof json !== "object" || json === null) return json;
  const choices = alternatives(flatten(place, schemas), schemas);
  const within = (schema: unknown, inherited: Schema, value: Json): Json =>
    declared({ schema: schema as SchemaObject, document: documentOf(schema, inherited) }, schemas, value) as Json;
  if (Array.isArray(json)) {
    const [choice] = choices.filter(({ schema }) => schema["items"] !== undefined);
    return choice === undefined ? json : json.map((item) => within(choice.schema["items"], choice.document, item));
  }
  const named = choices.flatMap(({ schema, document }) =>
    Object.entries((schema["properties"] as SchemaObject | undefined) ?? {}).map(
      ([name, property]) => [name, { property, document }] as const,
    ),
  );
  // An object without a field of its own is data of any shape.
  if (named.length === 0) return json;
  const properties = new Map(named);
  return Object.fromEntries(
    Object.entries(json as Readonly<Record<string, Json>>).flatMap(([name, value]) => {
      const found = properties.get(name);
      return found === undefined ? [] : [[name, within(found.property, found.document, value)]];
    }),
  );
}

/** A copy without what stands at the places. */
export function without(json: Json | undefined, places: readonly (readonly string[])[]): Json | undefined {
  return places.reduce<Json | undefined>(
    (left, place) => (valueAt(left, [place]) === undefined ? left : withValueAt(left, place, undefined)),
    json,
  );
}

/** Equal as JSON: the order of an object's fields does not matter. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => equal(item as Json, b[index] as Json))
    );
  const left = a as Readonly<Record<string, Json>>;
  const right = b as Readonly<Record<string, Json>>;
  return (
    Object.keys(left).length === Object.keys(right).length &&
    Object.keys(left).every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

/** How much each number of a view moved, by place; lists count by their length. What did not move is left out. */
export function movement(
  before: Json | undefined,
  after: Json | undefined,
  place = "",
): Readonly<Record<string, number>> {
  if (typeof before === "number" && typeof after === "number")
    return before === after ? {} : { [place]: after - before };
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length ? {} : { [place]: after.length - before.length };
  if (
    typeof before !== "object" ||
    typeof after !== "object" ||
    before === null ||
    after === null ||
    Array.isArray(before) ||
    Array.isArray(after)
  )
    return {};
  const moved: Record<string, number> = {};
  for (const [name, value] of Object.entries(before))
    Object.assign(moved, movement(value as Json, (after as Readonly<Record<string, Json>>)[name], `${place}/${name}`));
  return moved;
}
