import { Gatherer, LATE_MS } from "../gatherer.ts";
import { ClockFollower } from "../accelerated/clock-follower.ts";
import type { LoadClock } from "../accelerated/load-clock.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { Level } from "../../../core/load/level.ts";
import type { Measures } from "../measures.ts";
import type { OrdersFile } from "../orders.ts";
import type { Due } from "./due.ts";
import type { Sample } from "../../../core/load/sample.ts";
import type { RunScope } from "../../run/scope.ts";
import type { CallerKnowledge } from "../caller-knowledge.ts";
import { Journeys } from "./journey.ts";
import type { JourneySettings } from "./journey.ts";
import { stopwatchMs } from "./stopwatch.ts";

/** Journeys under way at once in one generator; what arrives beyond is counted as unanswered and not begun. */
const MOST_UNDER_WAY = 5_000;

/** Below this a timer of the host would overshoot. */
const SHORT_MS = 1.5;

export interface Generating {
  readonly scope: RunScope;
  /** Absent: calls follow the host's clock. */
  readonly clock?: LoadClock;
  readonly knowledge: CallerKnowledge;
  /** How often callers send again what no answer came to. */
  readonly retries: number;
  /** The arrivals that it makes. */
  readonly due: Iterable<Due>;
  readonly settings: JourneySettings;
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly levels: readonly Level[];
  readonly measures: Measures;
  readonly orders: OrdersFile;
  /** When the load begins, by the stopwatch; of one that goes on: when it would have begun. */
  readonly beginsAt: number;
  /** The first interval that is made. */
  readonly first: number;
  readonly signal: AbortSignal;
  readonly intervalSeconds: number;
  readonly report: (interval: Interval) => void;
}

/** Makes one generator's share of a load, and ends when its last journey has. */
export async function generate(work: Generating): Promise<void> {
  const { scope, signal, journeys } = work;
  const now = (): number => stopwatchMs() - work.beginsAt;
  const gatherer = new Gatherer(work.levels, work.intervalSeconds, work.report, work.first);
  const caller = new Journeys(
    scope,
    {
      now,
      sample: (sample) => {
        work.measures.take(sample);
        gatherer.sample(sample);
      },
      order: (line) => work.orders.append(line),
    },
    { signal, clock: new ClockFollower(scope, work.clock), knowledge: work.knowledge, retries: work.retries },
    work.settings,
  );
  const underWay = new Set<Promise<void>>();
  let made = 0;
  for (const { atMs, journey } of work.due) {
    while (now() < atMs - SHORT_MS && !signal.aborted) {
      await scope.runtime.sleep(Math.max(1, Math.min(500, atMs - now() - SHORT_MS / 2)), signal).catch(() => {});
      gatherer.until(now());
    }
    if (signal.aborted || !work.orders.hasRoom) break;
    const late = now() - atMs > LATE_MS;
    const room = underWay.size < MOST_UNDER_WAY;
    gatherer.arrival(atMs, late, room);
    if (!room) {
      gatherer.sample(neverBegun(journeys[journey]?.[0] ?? "", atMs));
      continue;
    }
    const run = caller.run(journeys[journey] ?? [], atMs).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    underWay.add(run);
    void run.finally(() => underWay.delete(run));
    // Answers are read between arrivals, also where those come in a row.
    if (++made % 8 === 0) await scope.runtime.yield();
  }
  await Promise.all(underWay);
  gatherer.end();
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
