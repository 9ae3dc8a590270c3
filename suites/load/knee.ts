import type { LoadKnee } from "../../core/run/event.ts";
import type { Interval } from "../../core/load/interval.ts";
import { addedCounts, percentileOf } from "../../core/load/latency-counts.ts";
import type { LatencyCounts } from "../../core/load/latency-counts.ts";
import { resultOf } from "../../core/load/level.ts";
import type { Level } from "../../core/load/level.ts";
import type { LoadProfile } from "../../core/load/profile.ts";
import { Totalling } from "../../core/load/totals.ts";

/** A stretch of a load at one rate. */
interface Step {
  readonly rate: number;
  readonly beginsAt: number;
  readonly seconds: number;
  readonly totals: Totalling;
  latencies: Readonly<Record<string, LatencyCounts>>;
}

/**
 * Finds the knee of a load that goes up by steps: the highest rate up to which every step held its levels, and the
 * generator was not late. Of a step the intervals count that lie in it whole.
 */
export class KneeFinder {
  readonly #steps: readonly Step[];
  readonly #levels: readonly Level[];
  readonly #intervalSeconds: number;
  readonly #mostLate: number;

  private constructor(steps: readonly Step[], levels: readonly Level[], intervalSeconds: number, mostLate: number) {
    this.#steps = steps;
    this.#levels = levels;
    this.#intervalSeconds = intervalSeconds;
    this.#mostLate = mostLate;
  }

  /** Undefined for a load that does not go up by steps. */
  static of(
    { phases }: Pick<LoadProfile, "phases">,
    levels: readonly Level[],
    { intervalSeconds, mostLate }: { readonly intervalSeconds: number; readonly mostLate: number },
  ): KneeFinder | undefined {
    const goesUp = phases.every(({ from, to }, index) => from === to && from > (phases[index - 1]?.to ?? 0));
    if (phases.length < 2 || !goesUp) return undefined;
    let beginsAt = 0;
    const steps = phases.map(({ seconds, from }): Step => {
      const step = { rate: from, beginsAt, seconds, totals: new Totalling(levels, intervalSeconds), latencies: {} };
      beginsAt += seconds;
      return step;
    });
    return new KneeFinder(steps, levels, intervalSeconds, mostLate);
  }

  take(interval: Interval): void {
    const from = interval.index * this.#intervalSeconds;
    const step = this.#steps.find(
      ({ beginsAt, seconds }) => from >= beginsAt && from + this.#intervalSeconds <= beginsAt + seconds,
    );
    if (step === undefined) return;
    step.totals.take({ ...interval, index: Math.round((from - step.beginsAt) / this.#intervalSeconds) });
    const { latencies } = interval;
    step.latencies = Object.fromEntries(
      [...new Set([...Object.keys(step.latencies), ...Object.keys(latencies)])].map((id) => [
        id,
        addedCounts([step.latencies[id] ?? [], latencies[id]?.sinceScheduled ?? []]),
      ]),
    );
  }

  knee(at: number): LoadKnee {
    const steps = this.#steps.map((step) => this.#judged(step));
    const broken = steps.findIndex(({ held }) => !held);
    const first = steps[broken];
    return {
      type: "load.knee",
      at,
      rate: (broken < 0 ? steps.at(-1) : steps[broken - 1])?.rate ?? 0,
      limit:
        first === undefined ? "none" : first.missed.length > 0 ? "levels" : first.late > 0 ? "generator" : "stopped",
      steps,
    };
  }

  #judged({ rate, seconds, totals, latencies }: Step): LoadKnee["steps"][number] {
    const { sum, tallies, intervalSeconds } = totals.totals();
    const missed = this.#levels.filter((level, index) => {
      const { samples, met } = resultOf(level, tallies[index] ?? [], intervalSeconds);
      // A call that the mix has seldom may not have come in a short step.
      return samples > 0 && !met;
    });
    const isLate = sum.due > 0 && sum.late / sum.due > this.#mostLate;
    return {
      rate,
      seconds,
      held: sum.due > 0 && missed.length === 0 && !isLate,
      missed: missed.map(({ name }) => name),
      late: isLate ? sum.late : 0,
      due: sum.due,
      p99Ms: Object.fromEntries(Object.entries(latencies).map(([id, counts]) => [id, percentileOf(counts, 99) ?? 0])),
    };
  }
}
