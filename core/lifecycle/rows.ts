import type { Json } from "../unit/unit.ts";

/** A resource's row: its fields flat, beside what the engine keeps of it. */
export interface Row {
  readonly [field: string]: Json;
  readonly state: string;
  /** How often the row has entered a state: a timer set for an earlier stay does not fire in a later one. */
  readonly entered: number;
  /** Pending transfers of the row, by the name the posting gave them. */
  readonly holds: { readonly [name: string]: string };
}

export const rowCollection = (resource: string): string => `row.${resource}`;

/** Texts that encoding leaves unchanged. */
const PLAIN = /^[\w.!~*'()-]*$/;

/**
 * Key parts are encoded, so that no value of a party's can reach into another's keys; the result is printable ASCII.
 */
export function joinKey(parts: readonly (string | number)[]): string {
  let key = "";
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as string | number;
    if (index > 0) key += "/";
    key += typeof part === "string" && !PLAIN.test(part) ? encodeURIComponent(part) : part;
  }
  return key;
}

/** Milliseconds as text whose order is the order of time. */
export const timeKey = (timeMs: number): string => String(timeMs).padStart(15, "0");

/** A key above every key that starts with `prefix`, for scans: DEL is in no key, and above all that is. */
export const above = (prefix: string): string => `${prefix}\x7f`;
