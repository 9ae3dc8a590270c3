/**
 * A unit of work over rows: what one call, timer or operator decision does to the state, as a pure generator.
 *
 * It asks for rows by yielding reads, decides synchronously, and returns its writes with its result. A driver may run it
 * in line (SQLite: one writer), asynchronously with version checks and retries (PostgreSQL), or over a plain map (the
 * suites' model). So a unit must be pure: no I/O, no clock, no randomness drawn inside.
 */
export type Unit<T> = Generator<Read, Outcome<T>, ReadResult>;

/** Part of a unit: reads like one, but hands its value to the unit that called it with `yield*`. */
export type Reading<T> = Generator<Read, T, ReadResult>;

export type Read = { readonly get: readonly RowKey[] } | { readonly scan: Scan };

/** Rows of one collection with `from <= key < below` in code-unit order, or backwards from `below` when `reverse`. */
export interface Scan {
  readonly collection: string;
  readonly from: string;
  readonly below: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

export interface RowKey {
  readonly collection: string;
  readonly key: string;
}

/**
 * For `get`: one value per key in order, `undefined` where absent, and no keys. For `scan`: the rows found, with their
 * keys.
 */
export interface ReadResult {
  readonly keys: readonly string[];
  readonly values: readonly (Json | undefined)[];
}

export interface Outcome<T> {
  readonly result: T;
  /** Later writes of the same key win. */
  readonly writes: readonly Write[];
}

/** `value: undefined` deletes. */
export interface Write {
  readonly collection: string;
  readonly key: string;
  readonly value: Json | undefined;
}

/** A JSON document. Numbers are safe integers in everything the project stores; documents read are never mutated. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
