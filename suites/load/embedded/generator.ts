import { counts, isGood } from "../level.ts";
import type { Level } from "../level.ts";
import type { Measures } from "../measures.ts";
import type { OrdersFile } from "../orders.ts";
import { journeyAt } from "../profile.ts";
import type { LoadProfile } from "../profile.ts";
import { ENDINGS } from "../sample.ts";
import type { Ending, Sample } from "../sample.ts";
import { arrivals } from "../schedule.ts";
import { seededStream } from "../../../core/runtime/random.ts";
import type { RunScope } from "../../run/scope.ts";
import { Journeys } from "./journey.ts";
import { stopwatchMs } from "./stopwatch.ts";

/** An arrival that began later than this after its moment shows a generator that cannot keep up. */
const LATE_MS = 50;

/** Journeys under way at once in one generator; what arrives beyond is counted as unanswered and not begun. */
const MOST_UNDER_WAY = 5_000;

/** Below this a timer of the host would overshoot. */
const SHORT_MS = 1.5;

/** What one second of a load showed, by interface; posted once a second. */
export interface Second {
  readonly second: number;
  /** Arrivals that were due, that began late, and that were not begun since too many were under way. */
  readonly due: number;
  readonly late: number;
  readonly dropped: number;
  readonly endings: Readonly<Record<Ending, number>>;
  /** For each level, in their order: calls and good ones. */
  readonly levels: readonly { readonly total: number; readonly good: number }[];
  readonly unsigned: number;
  /** Codes that answers carried, and how often. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface Generating {
  readonly scope: RunScope;
  readonly profile: LoadProfile;
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly levels: readonly Level[];
  readonly measures: Measures;
  readonly orders: OrdersFile;
  readonly seed: number;
  /** This generator makes each `of`-th arrival, from the `part`-th on. */
  readonly part: number;
  readonly of: number;
  /** When the load begins, by the stopwatch. */
  readonly beginsAt: number;
  readonly signal: AbortSignal;
  readonly report: (second: Second) => void;
}

/** Makes one generator's share of a load, and ends when its last journey has. */
export async function generate(work: Generating): Promise<void> {
  const { profile, scope, signal, journeys } = work;
  const now = (): number => stopwatchMs() - work.beginsAt;
  const seconds = new Seconds(work.levels, work.report);
  const caller = new Journeys(
    scope,
    {
      now,
      sample: (sample) => {
        work.measures.take(sample);
        seconds.sample(sample);
      },
      order: (line) => work.orders.append(line),
    },
    signal,
  );
  const underWay = new Set<Promise<void>>();
  const draws = seededStream(work.seed, "journeys");
  let index = 0;
  for (const atMs of arrivals(profile.phases, profile.pace, seededStream(work.seed, "arrivals"))) {
    // Every generator draws for every arrival, so that an arrival is the same whoever makes it.
    const journey = journeyAt(profile.mix, draws.below(1_000_000) / 1_000_000);
    if (index++ % work.of !== work.part) continue;
    while (now() < atMs - SHORT_MS && !signal.aborted) {
      await scope.runtime.sleep(Math.max(1, Math.min(500, atMs - now() - SHORT_MS / 2)), signal).catch(() => {});
      seconds.until(now());
    }
    if (signal.aborted || !work.orders.hasRoom) break;
    const late = now() - atMs > LATE_MS;
    const room = underWay.size < MOST_UNDER_WAY;
    seconds.arrival(atMs, late, room);
    if (!room) {
      seconds.sample(neverBegun(journeys[journey]?.[0] ?? "", atMs));
      continue;
    }
    const run = caller.run(journeys[journey] ?? [], atMs).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    underWay.add(run);
    void run.finally(() => underWay.delete(run));
    // Answers are read between arrivals, also where those come in a row.
    if (index % 8 === 0) await scope.runtime.yield();
  }
  await Promise.all(underWay);
  seconds.end();
}

/** The call of a journey that was not begun, since too many wait for answers: to the customer, none came. */
const neverBegun = (id: string, scheduledMs: number): Sample => ({
  interface: id,
  scheduledMs,
  sinceScheduledMs: Infinity,
  sinceSentMs: Infinity,
  ending: "unanswered",
  status: 0,
});

/** Gathers what happens in each second, and reports it when the second is over. */
class Seconds {
  readonly #levels: readonly Level[];
  readonly #report: (second: Second) => void;
  #second = 0;
  #open: Gathered;

  constructor(levels: readonly Level[], report: (second: Second) => void) {
    this.#levels = levels;
    this.#report = report;
    this.#open = gathered(levels);
  }

  arrival(atMs: number, late: boolean, begun: boolean): void {
    this.until(atMs);
    this.#open.due += 1;
    if (late) this.#open.late += 1;
    if (!begun) this.#open.dropped += 1;
  }

  sample(sample: Sample): void {
    this.#open.endings[sample.ending] += 1;
    if (sample.signed === false) this.#open.unsigned += 1;
    if (sample.code !== undefined) this.#open.codes[sample.code] = (this.#open.codes[sample.code] ?? 0) + 1;
    for (const [index, level] of this.#levels.entries()) {
      const tally = this.#open.levels[index];
      if (tally === undefined || !counts(level, sample)) continue;
      tally.total += 1;
      if (isGood(level, sample)) tally.good += 1;
    }
  }

  /** Reports the seconds that are over at a moment. */
  until(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second <= this.#second) return;
    this.end();
    this.#second = second;
  }

  end(): void {
    this.#report({ second: this.#second, ...this.#open });
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
}

const gathered = (levels: readonly Level[]): Gathered => ({
  due: 0,
  late: 0,
  dropped: 0,
  unsigned: 0,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each ending
  endings: Object.fromEntries(ENDINGS.map((ending) => [ending, 0])) as Record<Ending, number>,
  levels: levels.map(() => ({ total: 0, good: 0 })),
  codes: {},
});
