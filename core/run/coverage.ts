import type { Bilingual } from "./verdict.ts";

/** What a run has seen happen for the first time: a piece of the pack that is covered from then on. */
export type Piece =
  /** An interface of the SUT carried out a call. */
  | { readonly called: string }
  /** The SUT called an interface of its peer, such as a notification. */
  | { readonly told: string }
  | { readonly moved: Move };

/** A resource was seen in a state after another. Without `from` it came about. */
export interface Move {
  readonly resource: string;
  readonly from?: string;
  readonly to: string;
}

/** What a run can cover of one module of the pack, as far as the statement claims it. */
export interface ModuleScope {
  /** Absent: what all modules share. */
  readonly name?: string;
  readonly title: Bilingual;
  readonly called: readonly string[];
  readonly told: readonly string[];
  readonly codes: readonly string[];
  readonly moves: readonly Move[];
}

export type Coverable = "called" | "told" | "codes" | "moves";

/** How much of it was covered, and what was not. */
export interface Covered {
  readonly covered: number;
  readonly of: number;
  readonly missing: readonly string[];
}

/** What a run covered of a module. */
export interface ModuleCoverage extends Readonly<Record<Coverable, Covered>> {
  readonly name?: string;
  readonly title: Bilingual;
}

/** A move as it is listed: `payment PROCESSING -> SUCCEEDED`. */
const moveInWords = ({ resource, from = "(none)", to }: Move): string => `${resource} ${from} -> ${to}`;

/** A piece as it is remembered; equal for equal pieces. */
export function pieceKey(piece: Piece): string {
  if ("called" in piece) return `called ${piece.called}`;
  return "told" in piece ? `told ${piece.told}` : `moved ${moveInWords(piece.moved)}`;
}

/** @param seen Keys of the pieces that were covered. @param codes Codes that the SUT answered. */
export function moduleCoverage(
  { name, title, called, told, codes: declared, moves }: ModuleScope,
  seen: ReadonlySet<string>,
  codes: ReadonlySet<string>,
): ModuleCoverage {
  const count = <Item>(items: readonly Item[], has: (item: Item) => boolean, said: (item: Item) => string): Covered => {
    const missing = items.filter((item) => !has(item)).map(said);
    return { covered: items.length - missing.length, of: items.length, missing };
  };
  const same = (text: string): string => text;
  return {
    ...(name === undefined ? {} : { name }),
    title,
    called: count(called, (id) => seen.has(pieceKey({ called: id })), same),
    told: count(told, (id) => seen.has(pieceKey({ told: id })), same),
    codes: count(declared, (code) => codes.has(code), same),
    moves: count(moves, (moved) => seen.has(pieceKey({ moved })), moveInWords),
  };
}
