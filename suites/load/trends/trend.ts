import { named } from "../../../core/text/alike.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { differenceOf } from "../../../core/load/difference.ts";
import type { Difference } from "../../../core/load/difference.ts";
import type { Interval } from "../../../core/load/interval.ts";
import { percentileOf } from "../../../core/load/latency-counts.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { Judged } from "../judge-load.ts";
import type { LoadRule } from "../rules.ts";

/** The percentile of each interval that stands for it. */
const PERCENTILE = 95;

/** A rule over the time of a load. */
export interface TrendRule {
  readonly rule: LoadRule;
  readonly judge: (head: LoadHead, trend: Trend) => Judged;
}

/** A stretch of a load in seconds from its begin; its end is left out. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What became of the calls of a stretch. */
export interface Calls {
  readonly all: number;
  /** Neither carried out nor refused as the pack says. */
  readonly bad: number;
}

/** Keeps of each interval of a load one latency an interface, in milliseconds, and how its calls ended. */
export class Trend {
  readonly #latencies = new Map<string, { readonly index: number; readonly ms: number }[]>();
  readonly #calls: (Calls & { readonly index: number })[] = [];
  readonly #intervalSeconds: number;

  constructor(intervalSeconds: number) {
    this.#intervalSeconds = intervalSeconds;
  }

  take({ index, endings, latencies }: Interval): void {
    const all = Object.values(endings).reduce((sum, count) => sum + count, 0);
    this.#calls.push({ index, all, bad: all - endings.success - endings.refused });
    for (const [id, { sinceScheduled }] of Object.entries(latencies)) {
      const ms = percentileOf(sinceScheduled, PERCENTILE);
      if (ms === undefined) continue;
      const own = this.#latencies.get(id) ?? [];
      this.#latencies.set(id, own);
      own.push({ index, ms });
    }
  }

  /** By interface: what a later stretch shows beside an earlier one. */
  differences(before: Stretch, after: Stretch): ReadonlyMap<string, Difference> {
    return new Map(
      [...this.#latencies].map(([id, own]) => {
        const within = (stretch: Stretch): readonly number[] =>
          own.filter(({ index }) => this.#isWithin(index, stretch)).map(({ ms }) => ms);
        return [id, differenceOf(within(before), within(after))];
      }),
    );
  }

  calls(stretch: Stretch): Calls {
    let [all, bad] = [0, 0];
    for (const one of this.#calls) {
      if (!this.#isWithin(one.index, stretch)) continue;
      all += one.all;
      bad += one.bad;
    }
    return { all, bad };
  }

  /** Whether all of an interval lies in a stretch. */
  #isWithin(index: number, { from, to }: Stretch): boolean {
    return index * this.#intervalSeconds >= from && (index + 1) * this.#intervalSeconds <= to;
  }
}

const shownMs = (ms: number | undefined): string => `${(ms ?? 0).toFixed(1)} ms`;

/** What got worse, a text for each interface: `payment.create 12.0 ms to 40.1 ms`. */
export function worseIn(differences: ReadonlyMap<string, Difference>): readonly Bilingual[] {
  return [...differences].flatMap(
    ([
      id,
      {
        what,
        medians: [from, to],
        delta,
        p,
      },
    ]) =>
      what === "worse"
        ? [
            named(
              id,
              `${shownMs(from)} → ${shownMs(to)} (δ ${(delta ?? 0).toFixed(2)}, p ${(p ?? 1).toExponential(1)})`,
            ),
          ]
        : [],
  );
}

/** Whether there is an interface of which enough was seen in both stretches. */
export const saysEnough = (differences: ReadonlyMap<string, Difference>): boolean =>
  [...differences.values()].some(({ what }) => what !== "too-few");
