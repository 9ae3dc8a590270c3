import type { SchemaObject } from "./schema-source.ts";

/** Writes a moment, given as `2026-11-22T21:00:00+08:00`, in another way. */
export type Writing = (rfc3339: string) => string;

const digits = (text: string): string => text.replaceAll(/\D/g, "");
const DATE_TIMES: readonly Writing[] = [
  (text) => text,
  (text) => `${text.slice(0, 19)}.000${text.slice(19)}`,
  (text) => new Date(text).toISOString(),
  (text) => new Date(text).toISOString().replace(".000", ""),
  (text) => text.slice(0, 19),
  (text) => text.slice(0, 19).replace("T", " "),
];
const DATES: readonly Writing[] = [(text) => text.slice(0, 10), (text) => text.slice(0, 10).replaceAll("-", "/")];
const TIMES: readonly Writing[] = [
  (text) => text.slice(11),
  (text) => text.slice(11, 19),
  (text) => text.slice(11, 16),
];
/** Without separators, where only the field's name tells a moment from a number. */
const COMPACT: readonly Writing[] = [
  (text) => digits(text.slice(0, 19)),
  (text) => digits(text.slice(0, 10)),
  (text) => digits(text.slice(11, 19)),
];
const OF_FORMAT: Readonly<Record<string, readonly Writing[]>> = {
  "date-time": DATE_TIMES,
  date: DATES,
  time: TIMES,
};
const NAMED_AFTER_A_MOMENT = /(?:^|_)(?:at|time|date|day|timestamp)$|(?:Time|Date|Day)$/u;
const EXAMPLE = "2026-11-22T21:34:56+08:00";

/**
 * How texts of a schema write a moment; undefined for texts that tell none. A schema says so by `format`, by a pattern
 * that takes a written moment and no other digits in its place, or by the field's name beside a pattern of digits.
 */
export function momentWriting(schema: SchemaObject, name = ""): Writing | undefined {
  const format = typeof schema["format"] === "string" ? OF_FORMAT[schema["format"]] : undefined;
  const pattern = typeof schema["pattern"] === "string" ? new RegExp(schema["pattern"], "u") : undefined;
  const takes = (text: string): boolean =>
    pattern?.test(text) !== false &&
    text.length >= bound(schema, "minLength", 0) &&
    text.length <= bound(schema, "maxLength", Number.POSITIVE_INFINITY);
  if (format !== undefined) return format.find((write) => takes(write(EXAMPLE)));
  if (pattern === undefined) return undefined;
  const separated = [...DATE_TIMES, ...DATES, ...TIMES].find((write) => {
    const text = write(EXAMPLE);
    return takes(text) && !pattern.test(text.replaceAll(/[^\d]/g, "0"));
  });
  return separated ?? (NAMED_AFTER_A_MOMENT.test(name) ? COMPACT.find((write) => takes(write(EXAMPLE))) : undefined);
}

function bound(schema: SchemaObject, key: string, otherwise: number): number {
  const value = schema[key];
  return typeof value === "number" ? value : otherwise;
}
