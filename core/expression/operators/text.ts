import { held, strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import { BOOLEAN, INTEGER, TEXT } from "../type.ts";

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//iu;

/** Characters are counted as code points, as JSON Schema's `maxLength` does. */
export const TEXTS: readonly Operator[] = [
  strict("length", ["text"], ["text"], INTEGER, ([text]) => Array.from(text).length),
  {
    // Of texts and integers. Paths alone are put into a text as {$root.field}.
    name: "concat",
    parameters: ["part", "part"],
    arity: { least: 2, most: Number.POSITIVE_INFINITY },
    compile: (evaluators, source) => (scope) => {
      let text = "";
      for (const evaluate of evaluators) {
        const part = evaluate(scope);
        text += typeof part === "number" ? held("integer", part, "part", source) : held("text", part, "part", source);
      }
      return text;
    },
    type: (call) => {
      call.arguments.forEach((_argument, index) => call.expect(index, ["text", "integer"]));
      return TEXT;
    },
  },
  strict("mask", ["text", "keepStart", "keepEnd"], ["text", "integer", "integer"], TEXT, ([text, keepStart, keepEnd]) =>
    mask(text, keepStart, keepEnd),
  ),
  strict("starts-with-any", ["text", "prefixes"], ["text", "list"], BOOLEAN, ([text, prefixes]) =>
    prefixes.some((prefix) => {
      if (typeof prefix !== "string") throw new TypeError("Every prefix must be a text.");
      return startsWith(text, prefix);
    }),
  ),
];

/** All but the first and last characters as asterisks; a text too short to hide anything in is hidden whole. */
function mask(text: string, keepStart: number, keepEnd: number): string {
  if (keepStart < 0 || keepEnd < 0) throw new RangeError("mask keeps no fewer than zero characters on either side.");
  const characters = Array.from(text);
  const hidden = characters.length - keepStart - keepEnd;
  if (hidden <= 0) return "*".repeat(characters.length);
  return (
    characters.slice(0, keepStart).join("") +
    "*".repeat(hidden) +
    characters.slice(characters.length - keepEnd).join("")
  );
}

/**
 * Plain texts: as the name says. Where the prefix is an absolute URL, the text must be one too, of the same origin and
 * with a path at or under the prefix's: `https://a.example` admits `https://a.example/x`, but neither
 * `https://a.example.evil.test/`, `https://a.example@evil.test/`, `https://a.example:8443/` nor `/hooks/../admin` under `/hooks`.
 * User names, backslashes, blanks and control characters are never admitted: readers of URLs disagree about them.
 */
function startsWith(text: string, prefix: string): boolean {
  if (prefix === "") return false;
  if (!ABSOLUTE.test(prefix)) return !ABSOLUTE.test(text) && text.startsWith(prefix);
  if (/[\\\s\p{Cc}]/u.test(text)) return false;
  const wanted = URL.parse(prefix);
  const given = URL.parse(text);
  if (wanted === null || given === null) return false;
  // A query in a prefix would be compared in pieces; it is never meant.
  if (wanted.search !== "" || wanted.hash !== "") return false;
  if (given.username !== "" || given.password !== "") return false;
  // Schemes without an origin (`null`) compare by protocol and host.
  if (given.protocol !== wanted.protocol || given.host !== wanted.host) return false;
  // Encoded slashes and dots may be decoded by the receiver after our look at them.
  if (/%2f|%5c|%2e/iu.test(given.pathname)) return false;
  const base = wanted.pathname;
  return given.pathname === base || given.pathname.startsWith(base.endsWith("/") ? base : `${base}/`);
}
