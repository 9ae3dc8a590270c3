import type { Calendar } from "../calendar/calendar.ts";
import type { Money } from "../money/money.ts";

/** A JSON value, or `undefined` for what is missing. Typed `unknown` so that rows of any shape pass without a cast. */
export type Value = unknown;

/** What an expression is evaluated over. */
export interface Scope {
  /** The first segment of a path, without `$`: `request`, `now`, `payment`, `party`, `item` inside `each` and `sum`. */
  readonly roots: Readonly<Record<string, unknown>>;
  readonly host: ExpressionHost;
}

/** What operators need beyond their arguments. Pure for the unit that holds it: the same host gives the same values. */
export interface ExpressionHost {
  /** The currencies of the pack. An empty `sum` is zero of the only one. */
  readonly currencies: readonly { readonly code: string; readonly minorUnits: number }[];
  /** The fee that the pack's rule of this name asks for. Throws when there is no such rule. */
  fee(rule: string, amount: Money): Money;
  /** Business dates and written times, in the pack's time zone. */
  readonly calendar: Calendar;
  /** Deterministic draws given by the caller of the unit: an id with a prefix, or so many decimal digits. */
  draw(kind: "id" | "digits", argument: string | number): string;
  /** The file that an interface with a table would give in this scope, not packed, and its number of rows. */
  table(interfaceId: string, scope: Scope): { readonly bytes: Uint8Array; readonly rows: number };
}

/** An expression turned into a closure. */
export type Evaluate = (scope: Scope) => Value;
