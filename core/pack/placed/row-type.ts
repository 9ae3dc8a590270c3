import { BOOLEAN, DATE, INTEGER, MONEY, object, optional, TEXT, TIME, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import type { FieldType, Lifecycle } from "../types.ts";

const FIELD_TYPES: Readonly<Record<string, Type>> = {
  text: TEXT,
  integer: INTEGER,
  money: MONEY,
  time: TIME,
  date: DATE,
  boolean: BOOLEAN,
  json: UNKNOWN,
};

function typeOfField(type: FieldType): Type {
  const there = FIELD_TYPES[type.replace("?", "")] ?? UNKNOWN;
  return type.endsWith("?") ? optional(there) : there;
}

/** A resource's row as expressions see it. */
export function rowType(lifecycle: Lifecycle): Type & { kind: "object" } {
  const fields: Record<string, Type> = {
    state: { kind: "text", values: Object.keys(lifecycle.states) },
    entered: INTEGER,
  };
  for (const name of lifecycle.key) fields[name] = TEXT;
  for (const [name, type] of Object.entries(lifecycle.fields)) fields[name] = typeOfField(type);
  // A sum has no currency until something was summed, unless a transition starts it at zero.
  for (const [name, { sum }] of Object.entries(lifecycle.aggregates ?? {}))
    fields[name] = sum === undefined ? INTEGER : optional(MONEY);
  return { kind: "object", fields };
}

/** A row that a transition creates, until `set` has run: its key and its counts. */
export function newRowType(lifecycle: Lifecycle, row: Type): Type {
  if (row.kind !== "object" || lifecycle.transitions.length === 0) return row;
  return object(
    Object.fromEntries(
      Object.entries(row.fields).map(([name, type]) => [
        name,
        lifecycle.key.includes(name) || isCount(lifecycle, name) ? type : optional(type),
      ]),
    ),
  );
}

/** The row as `set` may write it: a sum that nothing was added to may be started at zero. */
export function settableType(lifecycle: Lifecycle, own: Type): Type {
  if (own.kind !== "object") return own;
  return object({
    ...own.fields,
    ...Object.fromEntries(
      Object.entries(lifecycle.aggregates ?? {})
        .filter(([, { sum }]) => sum !== undefined)
        .map(([name]) => [name, MONEY]),
    ),
  });
}

/** One field of a key. */
export function typeOfKey(lifecycle: Lifecycle, name: string): Type {
  const type = lifecycle.fields[name];
  return type === undefined ? TEXT : typeOfField(type);
}

function isCount(lifecycle: Lifecycle, name: string): boolean {
  const aggregate = lifecycle.aggregates?.[name];
  return aggregate !== undefined && aggregate.sum === undefined;
}
