const DAY_MS = 86_400_000;
/** Business dates and offsets kept per calendar; a run touches few days at a time, so the caches are simply emptied when full. */
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
  const cutover = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/u.exec(cutoverAt);
  if (cutover === null) {
    throw new RangeError(
      `Cut-over ${JSON.stringify(cutoverAt)} is not a time of day. Write HH:MM:SS from 00:00:00 to 23:59:59, e.g. "00:00:00" or "23:00:00".`,
    );
  }
  const ofDayMs = (Number(cutover[1]) * 3_600 + Number(cutover[2]) * 60 + Number(cutover[3])) * 1_000;
  const shiftMs = ofDayMs >= DAY_MS / 2 ? ofDayMs - DAY_MS : ofDayMs;
  const formatter = zoneFormatter(timeZone);

  /** Offsets of one UTC day: `before` until `turnsAt`, `after` from there. Zones change at most once a day. */
  interface DayOffsets {
    readonly before: number;
    readonly turnsAt: number;
    readonly after: number;
  }
  const offsetsByDay = new Map<number, DayOffsets>();
  const startsByDate = new Map<string, number>();
  let written = { from: Number.POSITIVE_INFINITY, text: "" };
  let current = { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY, date: "" };

  function measureOffset(timeMs: number): number {
    const parts: Record<string, number> = {};
    for (const part of formatter.formatToParts(timeMs)) {
      if (part.type !== "literal") parts[part.type] = Number(part.value);
    }
    const local = Date.UTC(
      parts["year"] ?? 0,
      (parts["month"] ?? 1) - 1,
      parts["day"] ?? 1,
      parts["hour"] ?? 0,
      parts["minute"] ?? 0,
      parts["second"] ?? 0,
    );
    return local - Math.floor(timeMs / 1_000) * 1_000;
  }

  function offsetsOf(day: number): DayOffsets {
    const known = offsetsByDay.get(day);
    if (known !== undefined) return known;
    const from = day * DAY_MS;
    const before = measureOffset(from);
    const after = measureOffset(from + DAY_MS);
    // The moment of change, to the second, by halving; equal ends mean there was none.
    let low = from;
    let high = from + DAY_MS;
    if (before !== after) {
      while (high - low > 1_000) {
        const middle = Math.floor((low + high) / 2_000) * 1_000;
        if (measureOffset(middle) === before) low = middle;
        else high = middle;
      }
    }
    const offsets = { before, turnsAt: high, after };
    if (offsetsByDay.size >= CACHED_DAYS) offsetsByDay.clear();
    offsetsByDay.set(day, offsets);
    return offsets;
  }

  function offsetAt(timeMs: number): number {
    const offsets = offsetsOf(Math.floor(timeMs / DAY_MS));
    return timeMs < offsets.turnsAt ? offsets.before : offsets.after;
  }

  function startOfBusinessDate(date: string): number {
    const known = startsByDate.get(date);
    if (known !== undefined) return known;
    const wall = dayOf(date) * DAY_MS + shiftMs;
    const start = timeOfLocal(wall) ?? firstPastGap(wall);
    if (startsByDate.size >= CACHED_DAYS) startsByDate.clear();
    startsByDate.set(date, start);
    return start;
  }

  function timeOfLocal(wall: number): number | undefined {
    const candidates = [wall - offsetAt(wall - DAY_MS), wall - offsetAt(wall + DAY_MS)].filter(
      (timeMs) => timeMs + offsetAt(timeMs) === wall,
    );
    return candidates.length === 0 ? undefined : Math.min(...candidates);
  }

  /** Of a wall time that was skipped: the moment at which the clocks are put forward. */
  function firstPastGap(wall: number): number {
    const [earlier, later] = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)];
    return firstAtOrPast(wall, wall - Math.max(earlier, later), wall - Math.min(earlier, later));
  }

  /** The first second in `(low, high]` whose wall time is `wall` or later. */
  function firstAtOrPast(wall: number, low: number, high: number): number {
    let before = low;
    let past = high;
    while (past - before > 1_000) {
      const middle = Math.floor((before + past) / 2_000) * 1_000;
      if (middle + offsetAt(middle) < wall) before = middle;
      else past = middle;
    }
    return past;
  }

  function businessDate(timeMs: number): string {
    if (timeMs >= current.from && timeMs < current.until) return current.date;
    assertTime(timeMs);
    let date = dateOf(Math.floor((timeMs + offsetAt(timeMs) - shiftMs) / DAY_MS));
    while (startOfBusinessDate(date) > timeMs) date = addDays(date, -1);
    while (startOfBusinessDate(nextDate(date)) <= timeMs) date = nextDate(date);
    current = { from: startOfBusinessDate(date), until: startOfBusinessDate(nextDate(date)), date };
    return date;
  }

  function rfc3339(timeMs: number): string {
    // Most calls are of this very second, and several of one message.
    if (timeMs >= written.from && timeMs < written.from + 1_000 && Number.isSafeInteger(timeMs)) return written.text;
    const from = Math.floor(timeMs / 1_000) * 1_000;
    written = { from, text: write(timeMs) };
    return written.text;
  }

  function write(timeMs: number): string {
    assertTime(timeMs);
    // RFC 3339 offsets have no seconds; local mean times of the nineteenth century do.
    const minutes = Math.trunc(offsetAt(timeMs) / 60_000);
    const local = new Date(timeMs + minutes * 60_000).toISOString().slice(0, 19);
    const size = Math.abs(minutes);
    return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }

  function localTime(timeMs: number): string {
    assertTime(timeMs);
    const day = Math.floor((timeMs + offsetAt(timeMs)) / DAY_MS);
    const text = new Date(timeMs + offsetAt(timeMs)).toISOString();
    return `${dateOf(day)}${text.slice(-14, -5)}`;
  }

  return {
    timeZone,
    cutoverAt,
    businessDate,
    rfc3339,
    localTime,
    timeOfLocal,
    startOfBusinessDate,
    nextDate,
    addDays,
  };
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

function dayOf(date: string): number {
  if (!isDate(date))
    throw new RangeError(
      `${JSON.stringify(date)} is not a date. Write YYYY-MM-DD of a day that exists, e.g. "2026-11-22".`,
    );
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

function dateOf(day: number): string {
  const text = Number.isSafeInteger(day) && Math.abs(day) < 1e8 ? new Date(day * DAY_MS).toISOString() : "";
  // Years before 0 and after 9999 print with a sign: they have no place in a bill.
  if (!/^\d{4}-/u.test(text))
    throw new RangeError(`Day ${String(day)} since 1970-01-01 lies outside the years 0000 to 9999.`);
  return text.slice(0, 10);
}

function assertTime(timeMs: number): void {
  if (!Number.isSafeInteger(timeMs))
    throw new RangeError(`${String(timeMs)} is not a time. Times are whole milliseconds since the Unix epoch.`);
}

function zoneFormatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch (cause) {
    throw new RangeError(
      `${JSON.stringify(timeZone)} is not a time zone this host knows. Give an IANA name, e.g. "Asia/Shanghai".`,
      { cause },
    );
  }
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
