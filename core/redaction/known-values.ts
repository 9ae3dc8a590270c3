import { MASK } from "./mask.ts";
import type { Kind } from "./mask.ts";

/** Values of people, by what they are. */
export type Known = ReadonlyMap<string, Kind>;

/** Masks known values wherever they stand alone: a longer word or number that happens to hold one is another value. */
export interface KnownValues {
  readonly values: Known;
  hide(text: string): string;
  /** These values and further ones, for one exchange or a few. */
  and(more: Known): KnownValues;
}

export function knownValues(values: Known): KnownValues {
  return withHider(values, hider(values));
}

function withHider(values: Known, hide: KnownValues["hide"]): KnownValues {
  return {
    values,
    hide,
    and: (more) => {
      // Each pattern costs memory by its length, and there is an exchange for every new one. So the further values have
      // a small pattern ahead of the large one, together with the values that one of them is a part of.
      const longer = [...values].filter(([value]) => [...more.keys()].some((part) => value.includes(part)));
      const first = hider(new Map([...longer, ...more]));
      return withHider(new Map([...values, ...more]), (text) => hide(first(text)));
    },
  };
}

/** Shorter values are not searched for, since they turn up in any text. */
const LEAST_LOOKED_FOR = 6;
const LEAST_NAME = 3;
/** Longer values are trials of a field's limits, not names or numbers of people. */
const MOST_LOOKED_FOR = 64;

/** A value that is masked already needs no mask. */
function isLookedFor(value: string): boolean {
  return (
    !value.includes("*") &&
    value.length <= MOST_LOOKED_FOR &&
    (/^[\x20-\x7e]*$/.test(value) ? value.length >= LEAST_LOOKED_FOR : Array.from(value).length >= LEAST_NAME)
  );
}

/** An escape of JSON; in a document that stands in another document its backslash is doubled. */
const ESCAPE = /\\{1,2}u([0-9A-Fa-f]{4})/g;

/** A pattern for one UTF-16 unit, as itself or spelt as an escape. */
function unit(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
  const either = hex
    .split("")
    .map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit))
    .join("");
  return `(?:\\u${hex}|\\\\{1,2}u${either})`;
}

/** Between the digits of a long number, which people and banks write in groups. */
const GROUPED = "[ -]?";

/** One pattern for all values, so that of two that begin alike the longer one is found. */
function hider(known: Known): (text: string) => string {
  const wanted = [...known].filter(([value]) => isLookedFor(value));
  if (wanted.length === 0) return (text) => text;
  // The value overwrites its percent-encoded spelling, which is mostly the same text.
  const masks = new Map([
    ...wanted.map(([value]): [string, string] => [encodeURIComponent(value.toWellFormed()), "*".repeat(value.length)]),
    ...wanted.map(([value, kind]): [string, string] => [value, MASK[kind](value)]),
  ]);
  // The longest first: one value may begin with another.
  const patterns = [...masks.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((value) =>
      value
        .split("")
        .map(unit)
        .join(/^\d{11,}X?$/.test(value) ? GROUPED : ""),
    );
  const anywhere = new RegExp(`(?<![0-9A-Za-z])(?:${patterns.join("|")})(?![0-9A-Za-z])`, "g");
  return (text) =>
    text.replaceAll(
      anywhere,
      (found) =>
        masks.get(found.replaceAll(ESCAPE, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))) ??
        "*".repeat(found.length),
    );
}
