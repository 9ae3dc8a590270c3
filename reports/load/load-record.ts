import { existsSync } from "node:fs";
import { join } from "node:path";
import { emptyInterval, together } from "../../core/load/interval.ts";
import type { Interval } from "../../core/load/interval.ts";
import { LatencyTally, countOf, percentileOf } from "../../core/load/latency-counts.ts";
import type { LatencyCounts } from "../../core/load/latency-counts.ts";
import { readLines } from "../../core/load/lines.ts";
import { readHead, readIntervals } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { lengthOf } from "../../core/load/profile.ts";
import type { Ending } from "../../core/load/sample.ts";
import { Totalling } from "../../core/load/totals.ts";
import type { Totals } from "../../core/load/totals.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { reasonOf } from "../../core/text/said-error.ts";

/** Points of a picture; a longer load has more intervals in each. */
const MOST_POINTS = 240;

/** Readings that are drawn; what a SUT tells beyond is in the file. */
const MOST_VITALS = 12;

/** A stretch of a load, as one point of a picture. */
export interface LoadPoint {
  /** Its begin and its length, in seconds from the begin of the load. */
  readonly second: number;
  readonly seconds: number;
  readonly due: number;
  readonly begun: number;
  readonly endings: Readonly<Record<Ending, number>>;
  /** Of all interfaces, in milliseconds from when a call was to begin; undefined without an answer. */
  readonly latency: Readonly<Record<50 | 95 | 99, number | undefined>>;
}

/** Latencies of one interface over the whole load. */
export interface Spread {
  readonly count: number;
  /** Milliseconds by percentile, such as `"99.9"`. */
  readonly ms: Readonly<Record<string, number>>;
}

/** What the SUT told of itself under one name, such as its memory. */
export interface Vital {
  readonly name: string;
  readonly readings: readonly (readonly [second: number, value: number])[];
}

/** What the folder of a load tells beyond its event log. */
export interface LoadRecord {
  readonly head: LoadHead;
  readonly totals: Totals;
  readonly points: readonly LoadPoint[];
  /** By interface, from when a call was to begin and from when it was sent. */
  readonly latencies: Readonly<Record<string, { readonly sinceScheduled: Spread; readonly sinceSent: Spread }>>;
  /** Empty where the SUT told none. */
  readonly vitals: readonly Vital[];
}

/** A load's record, or why there is none although its files are there. */
export type LoadReading = { readonly record: LoadRecord } | { readonly problem: Bilingual };

/** Reads what a load left in a run's folder, interval by interval; undefined where the run was none. */
export function readLoad(folder: string): LoadReading | undefined {
  if (!existsSync(join(folder, "load.json"))) return undefined;
  try {
    return { record: recordOf(folder) };
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    return {
      problem: {
        en: `The files of the load (load.json, intervals.ndjson, vitals.ndjson) cannot be read: ${en}`,
        zh: `无法读取负载文件（load.json、intervals.ndjson、vitals.ndjson）：${zh}`,
      },
    };
  }
}

function recordOf(folder: string): LoadRecord {
  const head = readHead(folder);
  const { intervalSeconds, levels, profile } = head;
  const perPoint = Math.max(1, Math.ceil(lengthOf(profile.phases) / intervalSeconds / MOST_POINTS));
  const totalling = new Totalling(levels, intervalSeconds);
  const points = new Map<number, Gathering>();
  const latencies = new Map<string, { readonly sinceScheduled: LatencyTally; readonly sinceSent: LatencyTally }>();
  readIntervals(folder, (interval) => {
    totalling.take(interval);
    const point = Math.floor(interval.index / perPoint);
    const gathering = points.get(point) ?? new Gathering();
    points.set(point, gathering);
    gathering.take(interval);
    for (const [id, counts] of Object.entries(interval.latencies)) {
      const own = latencies.get(id) ?? { sinceScheduled: new LatencyTally(), sinceSent: new LatencyTally() };
      latencies.set(id, own);
      own.sinceScheduled.add(counts.sinceScheduled);
      own.sinceSent.add(counts.sinceSent);
    }
  });
  return {
    head,
    totals: totalling.totals(),
    points: [...points]
      .toSorted(([one], [other]) => one - other)
      .map(([index, gathering]) => gathering.point(index * perPoint * intervalSeconds, perPoint * intervalSeconds)),
    latencies: Object.fromEntries(
      [...latencies]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([id, { sinceScheduled, sinceSent }]) => [
          id,
          { sinceScheduled: spreadOf(sinceScheduled.counts()), sinceSent: spreadOf(sinceSent.counts()) },
        ]),
    ),
    vitals: vitalsOf(join(folder, "vitals.ndjson")),
  };
}

/** Intervals on the way to one point. */
class Gathering {
  readonly #latencies = new LatencyTally();
  #sum = emptyInterval(0, 0);

  take(interval: Interval): void {
    this.#sum = together(this.#sum, { ...interval, latencies: {} });
    for (const { sinceScheduled } of Object.values(interval.latencies)) this.#latencies.add(sinceScheduled);
  }

  point(second: number, seconds: number): LoadPoint {
    const { due, dropped, endings } = this.#sum;
    const counts = this.#latencies.counts();
    const [p50, p95, p99] = [50, 95, 99].map((percent) => percentileOf(counts, percent));
    return { second, seconds, due, begun: due - dropped, endings, latency: { 50: p50, 95: p95, 99: p99 } };
  }
}

function spreadOf(counts: LatencyCounts): Spread {
  return {
    count: countOf(counts),
    ms: Object.fromEntries([50, 95, 99, 99.9].map((percent) => [String(percent), percentileOf(counts, percent) ?? 0])),
  };
}

/** One line of `vitals.ndjson`: the second, and the figures beside it or in `values`. */
interface VitalsLine {
  readonly second: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

function vitalsOf(file: string): readonly Vital[] {
  if (!existsSync(file)) return [];
  const byName = new Map<string, (readonly [number, number])[]>();
  readLines(file, (line) => {
    // It was written beside the intervals; numbers alone are drawn.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { second, values, ...beside } = JSON.parse(line) as VitalsLine;
    for (const [name, value] of Object.entries(values ?? beside)) {
      if (typeof value !== "number" || !Number.isFinite(second)) continue;
      const readings = byName.get(name) ?? [];
      if (readings.length === 0 && byName.size >= MOST_VITALS) continue;
      byName.set(name, readings);
      readings.push([second, value]);
    }
  });
  return [...byName].map(([name, readings]) => ({ name, readings: thinned(readings) }));
}

/** So many readings as a picture has room for, the last always among them. */
function thinned(readings: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const step = Math.ceil(readings.length / MOST_POINTS);
  return readings.filter((_, index) => index % step === 0 || index === readings.length - 1);
}
