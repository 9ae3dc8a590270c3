/**
 * Types of expressions. `unknown` is what the checker cannot know; it passes everywhere and fails closed at run time.
 * A `date` is a text and passes where a text is wanted, never the other way round. A `time` is no integer: it is moved
 * with `time.add-seconds`.
 */
export type Type =
  | { readonly kind: "text"; readonly values?: readonly string[] }
  | { readonly kind: "integer" | "boolean" | "money" | "time" | "date" | "null" | "unknown" }
  | { readonly kind: "list"; readonly of: Type }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Type>>; readonly open?: boolean }
  | { readonly kind: "optional"; readonly of: Type };

export const TEXT: Type = { kind: "text" };
export const INTEGER: Type = { kind: "integer" };
export const BOOLEAN: Type = { kind: "boolean" };
export const MONEY: Type = { kind: "money" };
export const TIME: Type = { kind: "time" };
export const DATE: Type = { kind: "date" };
export const NULL: Type = { kind: "null" };
export const UNKNOWN: Type = { kind: "unknown" };

export function list(of: Type): Type {
  return { kind: "list", of };
}

export function object(fields: Readonly<Record<string, Type>>, open = false): Type {
  return open ? { kind: "object", fields, open } : { kind: "object", fields };
}

export function optional(of: Type): Type {
  return of.kind === "optional" || of.kind === "unknown" ? of : { kind: "optional", of };
}

/** The type of the value when it is there. */
export function present(type: Type): Type {
  return type.kind === "optional" ? type.of : type;
}

/** For messages: `money`, `list<text>`, `{state, amount}`, `text?`. */
export function show(type: Type): string {
  switch (type.kind) {
    case "text":
      return type.values === undefined
        ? "text"
        : `text (${type.values.map((value) => JSON.stringify(value)).join(" | ")})`;
    case "list":
      return `list<${show(type.of)}>`;
    case "object":
      return `{${Object.keys(type.fields).join(", ")}}`;
    case "optional":
      return `${show(type.of)}?`;
    default:
      return type.kind;
  }
}

/** Why a value of type `actual` may not stand where `expected` is wanted; `undefined` when it may. */
export function mismatch(
  actual: Type,
  expected: Type,
  at = "",
): { readonly at: string; readonly why: string } | undefined {
  if (actual.kind === "unknown" || expected.kind === "unknown") return undefined;
  if (actual.kind === "optional") {
    if (expected.kind !== "optional")
      return { at, why: `${show(actual)} may be missing where ${show(expected)} is required` };
    return mismatch(actual.of, expected.of, at);
  }
  const wanted = present(expected);
  if (actual.kind === "text" && wanted.kind === "text") {
    if (actual.values === undefined || wanted.values === undefined) return undefined;
    const allowed = wanted.values;
    const stray = actual.values.filter((value) => !allowed.includes(value));
    return stray.length === 0
      ? undefined
      : {
          at,
          why: `${stray.map((value) => JSON.stringify(value)).join(", ")} is none of ${allowed.map((value) => JSON.stringify(value)).join(", ")}`,
        };
  }
  if (actual.kind === "date" && wanted.kind === "text") return undefined;
  if (actual.kind === "list" && wanted.kind === "list") return mismatch(actual.of, wanted.of, at);
  if (actual.kind === "object" && wanted.kind === "object") {
    for (const [name, type] of Object.entries(wanted.fields)) {
      const given = Object.hasOwn(actual.fields, name) ? actual.fields[name] : undefined;
      if (given === undefined) {
        if (type.kind === "optional" || actual.open === true) continue;
        return { at: `${at}/${name}`, why: `the required field ${JSON.stringify(name)} is missing` };
      }
      const found = mismatch(given, type, `${at}/${name}`);
      if (found !== undefined) return found;
    }
    const stray =
      wanted.open === true ? undefined : Object.keys(actual.fields).find((name) => !Object.hasOwn(wanted.fields, name));
    return stray === undefined
      ? undefined
      : { at: `${at}/${stray}`, why: `the field ${JSON.stringify(stray)} is not in ${show(wanted)}` };
  }
  // Money is an object of two fields; a template that spells them out is as good.
  if (actual.kind === "object" && wanted.kind === "money")
    return mismatch(actual, object({ value: INTEGER, currency: TEXT }), at);
  return actual.kind === wanted.kind
    ? undefined
    : { at, why: `${show(actual)} stands where ${show(wanted)} is wanted` };
}

/** The type that covers both: equal kinds join, anything else is `unknown`. */
export function join(left: Type, right: Type): Type {
  if (left.kind === "optional" || right.kind === "optional") return optional(join(present(left), present(right)));
  if (left.kind === "text" && right.kind === "text") {
    return left.values === undefined || right.values === undefined
      ? TEXT
      : { kind: "text", values: [...new Set([...left.values, ...right.values])] };
  }
  if ((left.kind === "date" && right.kind === "text") || (left.kind === "text" && right.kind === "date")) return TEXT;
  if (left.kind === "list" && right.kind === "list") return list(join(left.of, right.of));
  if (left.kind === "object" && right.kind === "object") {
    const names = new Set([...Object.keys(left.fields), ...Object.keys(right.fields)]);
    const fields: Record<string, Type> = {};
    for (const name of names) {
      const a = Object.hasOwn(left.fields, name) ? left.fields[name] : undefined;
      const b = Object.hasOwn(right.fields, name) ? right.fields[name] : undefined;
      fields[name] = a !== undefined && b !== undefined ? join(a, b) : optional(a ?? b ?? UNKNOWN);
    }
    return object(fields, left.open === true || right.open === true);
  }
  return left.kind === right.kind ? left : UNKNOWN;
}
