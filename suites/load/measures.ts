import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";
import type { Interval } from "../../core/load/interval.ts";
import type { LatencyCounts } from "../../core/load/latency-counts.ts";
import type { Sample } from "../../core/load/sample.ts";

/** Microseconds that a histogram can tell apart from 1 to an hour, to three digits. */
const RANGE = { lowest: 1, highest: 3_600_000_000, figures: 3 } as const;

const PERCENTILES = [50, 95, 99, 99.9] as const;

/** The latencies of one interface: HDR histograms in microseconds, which threads share. */
export interface Latencies {
  /** From when the call was to begin: what a customer would have waited. */
  readonly sinceScheduled: RecordableHistogram;
  readonly sinceSent: RecordableHistogram;
}

/** Latencies by interface. Those that are made in one thread can be given to others, which record into the same. */
export class Measures {
  readonly byInterface: Readonly<Record<string, Latencies>>;

  constructor(byInterface: Readonly<Record<string, Latencies>>) {
    this.byInterface = byInterface;
  }

  static of(interfaces: readonly string[]): Measures {
    return new Measures(
      Object.fromEntries(
        interfaces.map((id) => [id, { sinceScheduled: createHistogram(RANGE), sinceSent: createHistogram(RANGE) }]),
      ),
    );
  }

  take({ interface: id, sinceScheduledMs, sinceSentMs }: Sample): void {
    const latencies = this.byInterface[id];
    latencies?.sinceScheduled.record(microseconds(sinceScheduledMs));
    latencies?.sinceSent.record(microseconds(sinceSentMs));
  }

  /** What an interval has counted, as if it were seen now. */
  takeAll({ latencies }: Interval): void {
    for (const [id, { sinceScheduled, sinceSent }] of Object.entries(latencies)) {
      const own = this.byInterface[id];
      if (own === undefined) continue;
      recordAll(own.sinceScheduled, sinceScheduled);
      recordAll(own.sinceSent, sinceSent);
    }
  }
}

/** Records pairs of microseconds and count. */
function recordAll(histogram: RecordableHistogram, counts: LatencyCounts): void {
  for (let index = 0; index + 1 < counts.length; index += 2)
    for (let left = counts[index + 1] ?? 0; left > 0; left -= 1) histogram.record(counts[index] ?? 1);
}

const microseconds = (ms: number): number => Math.min(RANGE.highest, Math.max(RANGE.lowest, Math.round(ms * 1000)));

export interface Percentiles {
  readonly count: number;
  /** Milliseconds by percentile, such as `"99.9"`. */
  readonly ms: Readonly<Record<string, number>>;
  readonly largestMs: number;
}

export function percentilesOf(histogram: RecordableHistogram): Percentiles {
  return {
    count: histogram.count,
    ms: Object.fromEntries(
      PERCENTILES.map((each) => [String(each), histogram.count === 0 ? 0 : histogram.percentile(each) / 1000]),
    ),
    largestMs: histogram.count === 0 ? 0 : histogram.max / 1000,
  };
}
