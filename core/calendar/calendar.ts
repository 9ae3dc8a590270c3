import { DAY_MS, addDays, dateOf, dayOf, nextDate } from "./date.ts";
import { ZoneOffsets } from "./zone-offsets.ts";

/** Business dates kept per calendar; a run touches few days at a time, so the cache is simply emptied when it is full. */
const CACHED_DAYS = 512;

/**
 * Business dates and wire times of one time zone and cut-over. Make one per pack: it keeps formatters and offsets,
 * so that the calls of a payment cost a map look-up each.
 *
 * The cut-over is a local time of day. Before noon, date D begins on D at that time (`02:00:00`: trades of one in the
 * morning still count to yesterday); from noon on, date D begins on the eve (`23:00:00`: the last hour already counts
 * to tomorrow). Where daylight saving skips the moment, the date turns at the first instant after the gap; where it
 * happens twice, at the first time, so business dates never run backwards.
 */
export interface Calendar {
  readonly timeZone: string;
  readonly cutoverAt: string;
  /** `YYYY-MM-DD` of the settlement day that `timeMs` belongs to. */
  businessDate(timeMs: number): string;
  /** `2026-11-22T21:00:00+08:00`: whole seconds, the zone's offset at that moment. */
  rfc3339(timeMs: number): string;
  /** `2026-11-22T21:00:00`, local. */
  localTime(timeMs: number): string;
  /** The moment at which the zone's clocks show a local time, given as if it were UTC; the first of two, undefined for one that is skipped. */
  timeOfLocal(wallMs: number): number | undefined;
  /** The moment, in ms since the epoch, at which the business date begins. */
  startOfBusinessDate(date: string): number;
  nextDate(date: string): string;
  addDays(date: string, days: number): string;
}

/** Throws `RangeError` for an unknown zone or a cut-over that is not `HH:MM:SS`. */
export function calendar(timeZone: string, cutoverAt: string): Calendar {
  const shiftMs = shiftOf(cutoverAt);
  const offsets = new ZoneOffsets(timeZone);
  const startsByDate = new Map<string, number>();
  let written = { from: Number.POSITIVE_INFINITY, text: "" };
  let current = { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY, date: "" };

  function startOfBusinessDate(date: string): number {
    const known = startsByDate.get(date);
    if (known !== undefined) return known;
    const wall = dayOf(date) * DAY_MS + shiftMs;
    const start = offsets.timeOfLocal(wall) ?? offsets.firstPastGap(wall);
    if (startsByDate.size >= CACHED_DAYS) startsByDate.clear();
    startsByDate.set(date, start);
    return start;
  }

  function businessDate(timeMs: number): string {
    if (timeMs >= current.from && timeMs < current.until) return current.date;
    assertTime(timeMs);
    let date = dateOf(Math.floor((timeMs + offsets.at(timeMs) - shiftMs) / DAY_MS));
    while (startOfBusinessDate(date) > timeMs) date = addDays(date, -1);
    while (startOfBusinessDate(nextDate(date)) <= timeMs) date = nextDate(date);
    current = { from: startOfBusinessDate(date), until: startOfBusinessDate(nextDate(date)), date };
    return date;
  }

  function rfc3339(timeMs: number): string {
    // Most calls are of this very second, and several of one message.
    if (timeMs >= written.from && timeMs < written.from + 1_000 && Number.isSafeInteger(timeMs)) return written.text;
    const from = Math.floor(timeMs / 1_000) * 1_000;
    written = { from, text: rfc3339At(timeMs, offsets) };
    return written.text;
  }

  function localTime(timeMs: number): string {
    assertTime(timeMs);
    const day = Math.floor((timeMs + offsets.at(timeMs)) / DAY_MS);
    const text = new Date(timeMs + offsets.at(timeMs)).toISOString();
    return `${dateOf(day)}${text.slice(-14, -5)}`;
  }

  return {
    timeZone,
    cutoverAt,
    businessDate,
    rfc3339,
    localTime,
    timeOfLocal: (wallMs) => offsets.timeOfLocal(wallMs),
    startOfBusinessDate,
    nextDate,
    addDays,
  };
}

/** How far the turn of the business date lies behind midnight; ahead of it for a cut-over from noon on. */
function shiftOf(cutoverAt: string): number {
  const cutover = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/u.exec(cutoverAt);
  if (cutover === null) {
    throw new RangeError(
      `Cut-over ${JSON.stringify(cutoverAt)} is not a time of day. Write HH:MM:SS from 00:00:00 to 23:59:59, e.g. "00:00:00" or "23:00:00".`,
    );
  }
  const ofDayMs = (Number(cutover[1]) * 3_600 + Number(cutover[2]) * 60 + Number(cutover[3])) * 1_000;
  return ofDayMs >= DAY_MS / 2 ? ofDayMs - DAY_MS : ofDayMs;
}

function rfc3339At(timeMs: number, offsets: ZoneOffsets): string {
  assertTime(timeMs);
  // RFC 3339 offsets have no seconds; local mean times of the nineteenth century do.
  const minutes = Math.trunc(offsets.at(timeMs) / 60_000);
  const local = new Date(timeMs + minutes * 60_000).toISOString().slice(0, 19);
  const size = Math.abs(minutes);
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** One-off form of `Calendar.businessDate`; make a `calendar` where it is called more than once. */
export function businessDate(timeMs: number, timeZone: string, cutoverAt: string): string {
  return calendar(timeZone, cutoverAt).businessDate(timeMs);
}

/** One-off form of `Calendar.rfc3339`. */
export function rfc3339(timeMs: number, timeZone: string): string {
  return calendar(timeZone, "00:00:00").rfc3339(timeMs);
}

/** One-off form of `Calendar.startOfBusinessDate`. */
export function startOfBusinessDate(date: string, timeZone: string, cutoverAt: string): number {
  return calendar(timeZone, cutoverAt).startOfBusinessDate(date);
}

function assertTime(timeMs: number): void {
  if (!Number.isSafeInteger(timeMs))
    throw new RangeError(`${String(timeMs)} is not a time. Times are whole milliseconds since the Unix epoch.`);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
