import { median, theilSenSlope, windowMinima } from "./trend.ts";
import type { Reading } from "./trend.ts";

/*
 * Project defaults, not quotations: a process settles within a tenth of a run, twelve windows make a trend, and what
 * grows by less than a twentieth in an hour, and by less than an absolute floor, is no leak.
 */

/** The share of a run, and the seconds at least, in which a process fills its caches. */
const BURN_IN = { share: 0.1, leastSeconds: 60 } as const;

/** Windows that the rest of a run is cut into. */
const WINDOWS = 12;

/** Readings that a window needs. */
const LEAST_PER_WINDOW = 5;

/** Below this length a window's least value tells of garbage that was not collected yet. */
const LEAST_WINDOW_SECONDS = 30;

/** Growth in an hour, as a share of what is held, that is taken for a leak. */
const HOURLY_SHARE = 0.05;

/** What a figure may grow by in an hour whatever its size: a heap takes megabytes, a table of handles a few. */
const hourlyFloor = (name: string): number => (name.endsWith("_bytes") ? 8 * 1024 ** 2 : 20);

export type LeakVerdict =
  | { readonly kind: "steady" }
  | { readonly kind: "leak"; readonly perHour: number; readonly held: number }
  | { readonly kind: "too-short"; readonly neededSeconds: number };

/** The least length of a run, read every so often, in which a leak shows. */
export function neededSeconds(everySeconds: number): number {
  const windows = WINDOWS * Math.max(LEAST_WINDOW_SECONDS, LEAST_PER_WINDOW * everySeconds);
  return Math.ceil(Math.max(windows + BURN_IN.leastSeconds, windows / (1 - BURN_IN.share)));
}

/** Whether a figure grows over a run: the slope of the least values of its windows after the burn-in. */
export function judgeLeak(name: string, readings: readonly Reading[], everySeconds: number): LeakVerdict {
  const [first, last] = [readings[0]?.second ?? 0, readings.at(-1)?.second ?? 0];
  const length = last - first;
  const needed = neededSeconds(everySeconds);
  // The last reading is up to one distance ahead of the end.
  if (length + everySeconds < needed) return { kind: "too-short", neededSeconds: needed };
  const settledAt = first + Math.max(BURN_IN.leastSeconds, BURN_IN.share * length);
  const settled = readings.filter(({ second }) => second >= settledAt);
  const minima = windowMinima(
    settled.map(({ second, value }) => ({ second: second - settledAt, value })),
    (last - settledAt) / WINDOWS + 1e-9,
  );
  const slope = theilSenSlope(minima);
  const held = median(minima.map(({ value }) => value));
  if (slope === undefined || held === undefined) return { kind: "too-short", neededSeconds: needed };
  const perHour = 3600 * slope;
  return perHour > Math.max(hourlyFloor(name), HOURLY_SHARE * held)
    ? { kind: "leak", perHour, held }
    : { kind: "steady" };
}
