import type { Interval } from "../../core/load/interval.ts";
import { LatencyTally } from "../../core/load/latency-counts.ts";
import { counts, isGood } from "../../core/load/level.ts";
import type { Level } from "../../core/load/level.ts";
import { ENDINGS } from "../../core/load/sample.ts";
import type { Ending, Sample } from "../../core/load/sample.ts";

/** An arrival that began later than this after its moment shows a generator that cannot keep up. */
export const LATE_MS = 50;

/** Codes of one interval that are counted by name; what a SUT makes up beyond is counted as one. */
const MOST_CODES = 100;
const OTHER_CODES = "(others)";

/** Gathers what happens in each interval of a load, and reports the interval when it is over. */
export class Gatherer {
  readonly #levels: readonly Level[];
  readonly #intervalMs: number;
  readonly #report: (interval: Interval) => void;
  #index: number;
  #open: Gathered;

  /** `first` is the index of the interval that it begins with. */
  constructor(levels: readonly Level[], intervalSeconds: number, report: (interval: Interval) => void, first = 0) {
    this.#levels = levels;
    this.#intervalMs = 1000 * intervalSeconds;
    this.#report = report;
    this.#index = first;
    this.#open = gathered(levels);
  }

  /** An arrival that was due at a moment, in milliseconds from the begin of the load. */
  arrival(atMs: number, late: boolean, begun: boolean): void {
    this.until(atMs);
    this.#open.due += 1;
    if (late) this.#open.late += 1;
    if (!begun) this.#open.dropped += 1;
  }

  sample(sample: Sample): void {
    const open = this.#open;
    open.endings[sample.ending] += 1;
    if (sample.signed === false) open.unsigned += 1;
    if (sample.code !== undefined) {
      const known = sample.code in open.codes || Object.keys(open.codes).length < MOST_CODES;
      const code = known ? sample.code : OTHER_CODES;
      open.codes[code] = (open.codes[code] ?? 0) + 1;
    }
    if (Number.isFinite(sample.sinceScheduledMs)) {
      const latencies = (open.latencies[sample.interface] ??= {
        sinceScheduled: new LatencyTally(),
        sinceSent: new LatencyTally(),
      });
      latencies.sinceScheduled.take(sample.sinceScheduledMs);
      latencies.sinceSent.take(sample.sinceSentMs);
    }
    for (const [index, level] of this.#levels.entries()) {
      const tally = open.levels[index];
      if (tally === undefined || !counts(level, sample)) continue;
      tally.total += 1;
      if (isGood(level, sample)) tally.good += 1;
    }
  }

  /** Reports the interval that is over at a moment. */
  until(nowMs: number): void {
    const index = Math.floor(nowMs / this.#intervalMs);
    if (index <= this.#index) return;
    this.end();
    this.#index = index;
  }

  /** Reports the interval that is open. */
  end(): void {
    const { latencies, ...rest } = this.#open;
    this.#report({
      index: this.#index,
      ...rest,
      latencies: Object.fromEntries(
        Object.entries(latencies).map(([id, { sinceScheduled, sinceSent }]) => [
          id,
          { sinceScheduled: sinceScheduled.counts(), sinceSent: sinceSent.counts() },
        ]),
      ),
    });
    this.#open = gathered(this.#levels);
  }
}

interface Gathered {
  due: number;
  late: number;
  dropped: number;
  unsigned: number;
  readonly endings: Record<Ending, number>;
  readonly levels: { total: number; good: number }[];
  readonly codes: Record<string, number>;
  readonly latencies: Record<string, { readonly sinceScheduled: LatencyTally; readonly sinceSent: LatencyTally }>;
}

const gathered = (levels: readonly Level[]): Gathered => ({
  due: 0,
  late: 0,
  dropped: 0,
  unsigned: 0,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each ending
  endings: Object.fromEntries(ENDINGS.map((ending) => [ending, 0])) as Record<Ending, number>,
  levels: levels.map(() => ({ total: 0, good: 0 })),
  codes: Object.create(null) as Record<string, number>,
  latencies: {},
});
