import { DAY_MS } from "./date.ts";

/** Offsets kept; a run touches few days at a time, so the cache is simply emptied when it is full. */
const CACHED_DAYS = 512;

/** Offsets of one UTC day: `before` until `turnsAt`, `after` from there. Zones change at most once a day. */
interface DayOffsets {
  readonly before: number;
  readonly turnsAt: number;
  readonly after: number;
}

/** How far the clocks of a time zone are ahead of UTC at any moment. Throws `RangeError` for an unknown zone. */
export class ZoneOffsets {
  readonly #formatter: Intl.DateTimeFormat;
  readonly #byDay = new Map<number, DayOffsets>();

  constructor(timeZone: string) {
    this.#formatter = zoneFormatter(timeZone);
  }

  /** In milliseconds. */
  at(timeMs: number): number {
    const offsets = this.#of(Math.floor(timeMs / DAY_MS));
    return timeMs < offsets.turnsAt ? offsets.before : offsets.after;
  }

  /** The moment of a wall time, given as if it were UTC; the first of two, undefined for one that is skipped. */
  timeOfLocal(wall: number): number | undefined {
    const candidates = [wall - this.at(wall - DAY_MS), wall - this.at(wall + DAY_MS)].filter(
      (timeMs) => timeMs + this.at(timeMs) === wall,
    );
    return candidates.length === 0 ? undefined : Math.min(...candidates);
  }

  /** Of a wall time that was skipped: the moment at which the clocks are put forward. */
  firstPastGap(wall: number): number {
    const [earlier, later] = [this.at(wall - DAY_MS), this.at(wall + DAY_MS)];
    return this.#firstAtOrPast(wall, wall - Math.max(earlier, later), wall - Math.min(earlier, later));
  }

  /** The first second in `(low, high]` whose wall time is `wall` or later. */
  #firstAtOrPast(wall: number, low: number, high: number): number {
    let before = low;
    let past = high;
    while (past - before > 1_000) {
      const middle = Math.floor((before + past) / 2_000) * 1_000;
      if (middle + this.at(middle) < wall) before = middle;
      else past = middle;
    }
    return past;
  }

  #of(day: number): DayOffsets {
    const known = this.#byDay.get(day);
    if (known !== undefined) return known;
    const from = day * DAY_MS;
    const before = this.#measure(from);
    const after = this.#measure(from + DAY_MS);
    // The moment of change, to the second, by halving; equal ends mean there was none.
    let low = from;
    let high = from + DAY_MS;
    if (before !== after) {
      while (high - low > 1_000) {
        const middle = Math.floor((low + high) / 2_000) * 1_000;
        if (this.#measure(middle) === before) low = middle;
        else high = middle;
      }
    }
    const offsets = { before, turnsAt: high, after };
    if (this.#byDay.size >= CACHED_DAYS) this.#byDay.clear();
    this.#byDay.set(day, offsets);
    return offsets;
  }

  #measure(timeMs: number): number {
    const parts: Record<string, number> = {};
    for (const part of this.#formatter.formatToParts(timeMs)) {
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
