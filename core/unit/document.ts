import type { Json, Write } from "./unit.ts";

const KEY = /^[\x20-\x7e]*$/;
const BOUND = /^[\x20-\x7f]*$/;
const DEEPEST = 100;

/**
 * Collections and keys are printable ASCII, because stores do not agree on the order of anything else: SQLite compares
 * UTF-8 bytes, JavaScript UTF-16 code units. Throws a TypeError.
 */
export function assertRowName(collection: string, key: string): void {
  if (!KEY.test(collection))
    throw new TypeError(
      `The collection ${JSON.stringify(collection)} is not printable ASCII; encode what is not (encodeURIComponent).`,
    );
  if (!KEY.test(key))
    throw new TypeError(
      `The key ${JSON.stringify(key)} in ${JSON.stringify(collection)} is not printable ASCII; encode what is not (encodeURIComponent).`,
    );
}

/** A scan's bounds are like keys, and may hold U+007F, which is above every key's characters. Throws a TypeError. */
export function assertScan(scan: {
  readonly collection: string;
  readonly from: string;
  readonly below: string;
  readonly limit: number;
}): void {
  assertRowName(scan.collection, "");
  for (const bound of [scan.from, scan.below])
    if (!BOUND.test(bound))
      throw new TypeError(
        `The bound ${JSON.stringify(bound)} of a scan of ${JSON.stringify(scan.collection)} is not printable ASCII or U+007F.`,
      );
  if (!Number.isSafeInteger(scan.limit) || scan.limit < 0)
    throw new TypeError(
      `The limit ${scan.limit} of a scan of ${JSON.stringify(scan.collection)} is not a whole number of at least 0.`,
    );
}

/**
 * Holds every write to what a row may be: numbers are safe integers (money is in minor units), objects are plain and
 * nothing is undefined, so that what is read back equals what was written. Throws a TypeError that points at the value.
 */
export function assertWrites(writes: readonly Write[]): void {
  for (const { collection, key, value } of writes) {
    assertRowName(collection, key);
    if (value !== undefined && !isStorable(value, 0))
      throw new TypeError(
        `${faultOf(value, "", 0)} The document is ${JSON.stringify(key)} in ${JSON.stringify(collection)}.`,
      );
  }
}

/** Freezes a document to its leaves, so that code which changes a stored or read document throws at that line. */
export function freezeDocument<T extends Json | undefined>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freezeDocument(part);
  }
  return value;
}

/** The quick answer, for every write; `faultOf` finds the place only when it is no. */
function isStorable(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isSafeInteger(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth >= DEEPEST) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) if (!isStorable(value[at], depth + 1)) return false;
    return true;
  }
  if (!isPlain(value)) return false;
  // Plain objects inherit nothing that could be listed, so this is `Object.keys` without the list.
  for (const name in value) if (!isStorable((value as Record<string, unknown>)[name], depth + 1)) return false;
  return true;
}

function faultOf(value: unknown, pointer: string, depth: number): string {
  const where = `At ${JSON.stringify(pointer)}`;
  if (typeof value === "number")
    return `${where} stands ${value}, which is not a safe integer; write amounts in minor units and anything else as text.`;
  if (typeof value !== "object" || value === null)
    return `${where} stands ${typeof value === "bigint" ? "a bigint" : String(value)}, which is not a JSON value; leave absent fields out.`;
  if (depth >= DEEPEST) return `${where} the document is nested deeper than ${DEEPEST} levels.`;
  if (!Array.isArray(value) && !isPlain(value))
    return `${where} stands an object that is not plain (${value.constructor?.name ?? "of another prototype"}).`;
  // By index, so that a hole in an array is met too.
  const names = Array.isArray(value) ? Array.from(value, (_, at) => String(at)) : Object.keys(value);
  const name = names.find((name) => !isStorable((value as Record<string, unknown>)[name], depth + 1)) ?? "";
  return faultOf(
    (value as Record<string, unknown>)[name],
    `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    depth + 1,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) && !("toJSON" in value && typeof value.toJSON === "function")
  );
}
