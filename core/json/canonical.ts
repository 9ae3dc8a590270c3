/**
 * The one JSON text of a value: keys sorted by UTF-16 code units, no spaces, numbers as ECMAScript writes them, which
 * is RFC 8785 (JCS) for the values we have. Two values are equal exactly when their texts are, whatever order their
 * members came in; so it is what fingerprints are taken of. Hashing is the caller's, as this file imports nothing of
 * Node's and k6 shares it.
 *
 * @throws TypeError, naming the place as a JSON Pointer, for what JSON cannot say: undefined, functions, bigints, dates,
 * numbers that are not finite, lone surrogates, cycles. Dropping them silently would give unequal values one text.
 */
export function canonicalJson(value: unknown): string {
  return plain(value, 0) ?? write(value, "", []);
}

/** `canonicalJson` as UTF-8, ready for a hash. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** What JSON writes between quotes as it stands. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

/** The quick path of `write` for ordinary values; undefined for anything odd, which `write` then handles. */
function plain(value: unknown, depth: number): string | undefined {
  if (typeof value === "string")
    return UNESCAPED.test(value) ? `"${value}"` : value.isWellFormed() ? JSON.stringify(value) : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : undefined;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  // A cycle ends here as well.
  if (typeof value !== "object" || depth > 32) return undefined;
  if (Array.isArray(value)) {
    let text = "[";
    for (let at = 0; at < value.length; at += 1) {
      const element = plain(value[at], depth + 1);
      if (element === undefined) return undefined;
      text += at === 0 ? element : `,${element}`;
    }
    return `${text}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  let text = "";
  for (const key of sorted(Object.keys(value))) {
    const name = plain(key, depth);
    const member = plain((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (name === undefined || member === undefined) return undefined;
    text += `${text === "" ? "" : ","}${name}:${member}`;
  }
  return `{${text}}`;
}

/** Sorts in place by insertion, which is quicker than a general sort for the few members of most objects. */
function sorted(keys: string[]): string[] {
  if (keys.length > 32) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] as string;
    let at = end;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

function write(value: unknown, pointer: string, above: readonly object[]): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw refused(pointer, "a string with a lone surrogate");
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) throw refused(pointer, String(value));
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeContainer(value, pointer, above);
    default:
      throw refused(pointer, typeof value);
  }
}

function writeContainer(value: object, pointer: string, above: readonly object[]): string {
  if (above.includes(value)) throw refused(pointer, "a reference to a value that contains it");
  const inside = [...above, value];
  if (Array.isArray(value)) {
    // Array.from visits holes too, so that they are refused as undefined.
    return `[${Array.from(value, (element: unknown, index) => write(element, `${pointer}/${index}`, inside)).join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refused(pointer, `an object of class ${value.constructor.name}`);
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]: [string, unknown]) => {
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      return `${write(key, place, inside)}:${write(member, place, inside)}`;
    });
  return `{${members.join(",")}}`;
}

function refused(pointer: string, what: string): TypeError {
  return new TypeError(
    `no canonical JSON: ${pointer === "" ? "the value" : pointer} is ${what}; allowed: null, booleans, finite numbers, well-formed strings, arrays and plain objects of these`,
  );
}
