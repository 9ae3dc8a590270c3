export const DAY_MS = 86_400_000;

/** The calendar day after. Throws `RangeError` for a text that is not a date. */
export function nextDate(date: string): string {
  return dateOf(dayOf(date) + 1);
}

/** `days` may be negative. Throws `RangeError` for a text that is not a date. */
export function addDays(date: string, days: number): string {
  return dateOf(dayOf(date) + days);
}

/** Days from one date to another, negative where that is earlier. Throws `RangeError` for a text that is not a date. */
export function daysBetween(from: string, to: string): number {
  return dayOf(to) - dayOf(from);
}

/** True for `YYYY-MM-DD` that names a day of the calendar (`2026-02-29` is none). */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const timeMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(text);
}

/** Days since 1970-01-01. Throws `RangeError` for a text that is not a date. */
export function dayOf(date: string): number {
  if (!isDate(date))
    throw new RangeError(
      `${JSON.stringify(date)} is not a date. Write YYYY-MM-DD of a day that exists, e.g. "2026-11-22".`,
    );
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** The date so many days after 1970-01-01. */
export function dateOf(day: number): string {
  const text = Number.isSafeInteger(day) && Math.abs(day) < 1e8 ? new Date(day * DAY_MS).toISOString() : "";
  // Years before 0 and after 9999 print with a sign: they have no place in a bill.
  if (!/^\d{4}-/u.test(text))
    throw new RangeError(`Day ${String(day)} since 1970-01-01 lies outside the years 0000 to 9999.`);
  return text.slice(0, 10);
}
