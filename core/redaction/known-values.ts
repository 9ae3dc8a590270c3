import { isWordUnit } from "../text/word-unit.ts";
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
      // Made for every exchange, so it is small: the further values, together with those that one of them is a part of,
      // are looked for ahead of the others.
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

/** A spelling that is looked for, and what is shown in its place. */
interface Sought {
  readonly spelling: string;
  /** Whether it is a long number, whose digits people and banks write in groups. */
  readonly grouped: boolean;
  readonly mask: string;
}

/**
 * Hides all values at once, so that of two that begin alike the longer one is found. They are compared one by one where a
 * word begins: one regular expression for all of them, escapes included, takes 90 MB once it is compiled.
 */
function hider(known: Known): (text: string) => string {
  const wanted = [...known].filter(([value]) => isLookedFor(value));
  if (wanted.length === 0) return (text) => text;
  // The value overwrites its percent-encoded spelling, which is mostly the same text.
  const masks = new Map([
    ...wanted.map(([value]): [string, string] => [encodeURIComponent(value.toWellFormed()), "*".repeat(value.length)]),
    ...wanted.map(([value, kind]): [string, string] => [value, MASK[kind](value)]),
  ]);
  // The longest first: one value may begin with another.
  const sought = [...masks]
    .map(([spelling, mask]): Sought => ({ spelling, mask, grouped: /^\d{11,}X?$/.test(spelling) }))
    .toSorted((a, b) => b.spelling.length - a.spelling.length);
  const beginning = Map.groupBy(sought, ({ spelling }) => spelling.charAt(0));
  const heads = new Uint8Array(HEADS);
  for (const first of beginning.keys()) heads[first.charCodeAt(0) % HEADS] = 1;
  return (text) => hidden(text, { heads, beginning });
}

/** Beginnings told apart at first sight; two that are alike in this are told apart at the second. */
const HEADS = 256;

/** What is looked for, by the unit that it begins with. */
interface Wanted {
  readonly heads: Uint8Array;
  readonly beginning: ReadonlyMap<string, readonly Sought[]>;
}

function hidden(text: string, { heads, beginning }: Wanted): string {
  const { plain, begins } = spelt(text);
  const rawOf = (at: number): number => begins?.[at] ?? at;
  let out = "";
  let copied = 0;
  let at = 0;
  while (at < plain.length) {
    const candidates = heads[plain.charCodeAt(at) % HEADS] === 0 ? undefined : beginning.get(plain.charAt(at));
    const from = candidates === undefined ? undefined : wordBegins(text, rawOf(at));
    const found =
      from === undefined ? undefined : foundAt(plain, at, candidates ?? [], (end) => !isWordUnit(text, rawOf(end)));
    if (from === undefined || found === undefined) {
      at += 1;
      continue;
    }
    const to = rawOf(found.end);
    const whole = found.end - at === found.one.spelling.length;
    out += text.slice(copied, from) + (whole ? found.one.mask : "*".repeat(to - from));
    copied = to;
    at = found.end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** A text with its escapes read; `begins` says where each of its units begins in the text, where there were any. */
function spelt(text: string): { readonly plain: string; readonly begins?: readonly number[] } {
  if (!text.includes("\\u")) return { plain: text };
  let plain = "";
  const begins: number[] = [];
  const take = (unit: string, at: number): void => {
    plain += unit;
    begins.push(at);
  };
  let copied = 0;
  for (const { 0: escape, 1: hex = "", index } of text.matchAll(ESCAPE)) {
    for (; copied < index; copied += 1) take(text.charAt(copied), copied);
    take(String.fromCharCode(Number.parseInt(hex, 16)), index);
    copied = index + escape.length;
  }
  for (; copied < text.length; copied += 1) take(text.charAt(copied), copied);
  begins.push(text.length);
  return { plain, begins };
}

/** Where a word begins at a place, if one does; behind a letter the first of two backslashes may belong to that. */
function wordBegins(text: string, at: number): number | undefined {
  if (!isWordUnit(text, at - 1)) return at;
  return text.startsWith("\\\\u", at) ? at + 1 : undefined;
}

/** The first candidate that stands at a place and ends where a word may. */
function foundAt(
  plain: string,
  at: number,
  candidates: readonly Sought[],
  mayEnd: (end: number) => boolean,
): { readonly one: Sought; readonly end: number } | undefined {
  for (const one of candidates) {
    const end = endOf(plain, at, one);
    if (end !== undefined && mayEnd(end)) return { one, end };
  }
  return undefined;
}

/** Behind a spelling that stands at a place; undefined where it does not. */
function endOf(plain: string, at: number, { spelling, grouped }: Sought): number | undefined {
  if (!grouped) return plain.startsWith(spelling, at) ? at + spelling.length : undefined;
  let end = at;
  for (let index = 0; index < spelling.length; index += 1) {
    if (index > 0 && (plain[end] === " " || plain[end] === "-")) end += 1;
    if (plain[end] !== spelling[index]) return undefined;
    end += 1;
  }
  return end;
}
