import { alike } from "../../../core/text/alike.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { Judged } from "../judge-load.ts";
import type { DrillProbe, PlannedDrill } from "./drill.ts";
import { asOne, conditionsOf, departureIn, expectedOf, isIdle, seenOf } from "./steady-state.ts";
import type { Condition, Departure } from "./steady-state.ts";

/** Seconds ahead of a drill in which the state has to be steady. */
export const BEFORE_SECONDS = 10;

/** Steady intervals in a row after which the state counts as steady again. */
const STEADY_RUN = 3;

/** Seconds that a load has to go on for after a drill's recovery, so that it shows. */
export const AFTER_SECONDS = 5;

/** When the steps of a drill were taken, in seconds from the begin of the load. */
export interface Timeline {
  readonly startedAt: number;
  /** When its last rollback had ended, or its last action where there is none. */
  readonly endedAt: number;
  /** The probes of the method, with the stretch of the load that each is held against. */
  readonly probes: readonly { readonly probe: DrillProbe; readonly from: number; readonly until: number }[];
}

/** What a drill showed beside its verdict. */
export interface DrillFigures {
  /** Seconds from the first action to the end of the first interval that was not steady; undefined where all were. */
  readonly detectedAfter: number | undefined;
  /** Seconds from the end of the rollbacks to the begin of the first of the steady intervals. */
  readonly recoveredAfter: number | undefined;
  /** Calls that were not answered as agreed from the first action until recovery. */
  readonly badCalls: number;
}

/**
 * Holds a drill against the intervals of the load: steady before, as the method's probes say meanwhile, steady again in
 * time, and steady from there on. Without a steady state before, nothing is judged.
 */
export function judgeDrill(
  { drill }: Pick<PlannedDrill, "drill">,
  { startedAt, endedAt, probes: meanwhile }: Timeline,
  intervals: readonly Interval[],
  intervalSeconds: number,
): { readonly judged: Judged; readonly figures: DrillFigures } {
  const { probes } = drill["steady-state-hypothesis"];
  const within = (from: number, until: number): readonly Interval[] =>
    intervals.filter(({ index }) => index * intervalSeconds >= from && (index + 1) * intervalSeconds <= until + 1e-9);
  const firstOf = Math.floor(startedAt / intervalSeconds) * intervalSeconds;
  const acting = intervals.filter(({ index }) => index * intervalSeconds >= firstOf);
  const conditions = conditionsOf(probes, intervals, intervalSeconds);
  const conditionOf = new Map(intervals.map((one, place) => [one, conditions[place] ?? "idle"]));
  const back = recovery(conditionOf, within(endedAt, Infinity));
  const bad = acting.find((one) => conditionOf.get(one) === "bad");
  const beginOf = (one: Interval): number => one.index * intervalSeconds;
  const recoveredAfter = back === undefined ? undefined : Math.max(0, beginOf(back) - endedAt);
  const figures: DrillFigures = {
    // An interval that is bad after recovery was not brought about by the actions.
    detectedAfter:
      bad === undefined || (back !== undefined && bad.index >= back.index)
        ? undefined
        : beginOf(bad) + intervalSeconds - startedAt,
    recoveredAfter,
    badCalls: acting
      .filter((one) => back === undefined || one.index < back.index)
      .reduce((sum, one) => sum + badOf(one), 0),
  };
  const judged = (): Judged => {
    const before = asOne(within(startedAt - BEFORE_SECONDS, startedAt));
    if (before === undefined || isIdle(before))
      return inconclusive("the load showed no state before the drill", "演练之前负载未显示任何状态");
    const unsteady = departureIn(probes, before);
    if (unsteady !== undefined)
      return inconclusive(
        `the state was not steady before the drill (${seenOf(unsteady).en})`,
        `演练之前状态并不稳定（${seenOf(unsteady).zh}）`,
      );
    for (const { probe, from, until } of meanwhile) {
      const stretch = asOne(
        intervals.filter(
          (one) => beginOf(one) >= Math.floor(from / intervalSeconds) * intervalSeconds && beginOf(one) < until,
        ),
      );
      const departure = stretch === undefined ? undefined : departureIn([probe], stretch);
      if (departure !== undefined) return failed(departure, { en: "while the drill went on", zh: "演练进行期间" });
    }
    return afterwards({
      probes,
      limit: drill.recoverySeconds,
      recoveredAfter,
      intervalSeconds,
      rest: within(endedAt, Infinity),
      lastBad: acting.toReversed().find((one) => conditionOf.get(one) === "bad"),
      back,
    });
  };
  return { judged: judged(), figures };
}

interface Afterwards {
  readonly probes: readonly DrillProbe[];
  readonly limit: number;
  readonly recoveredAfter: number | undefined;
  readonly intervalSeconds: number;
  readonly rest: readonly Interval[];
  readonly lastBad: Interval | undefined;
  readonly back: Interval | undefined;
}

function afterwards({ probes, limit, recoveredAfter, intervalSeconds, rest, lastBad, back }: Afterwards): Judged {
  if (back === undefined || recoveredAfter === undefined) {
    const seconds = rest.length * intervalSeconds;
    if (seconds < limit + STEADY_RUN * intervalSeconds || lastBad === undefined)
      return inconclusive(
        `the load ended ${seconds} s after the drill, too soon to see whether the state is steady again within ${limit} s`,
        `演练后负载仅持续 ${seconds} 秒，不足以判断能否在 ${limit} 秒内恢复稳定`,
      );
    const departure = departureIn(probes, lastBad);
    if (departure !== undefined)
      return failed(departure, { en: `${seconds} s after the drill`, zh: `演练后 ${seconds} 秒` });
  }
  if (recoveredAfter !== undefined && recoveredAfter > limit)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `after the drill the state was steady again only ${seconds(recoveredAfter)} later`,
          zh: `演练后 ${seconds(recoveredAfter)} 才恢复稳定`,
        },
        expected: { en: `within ${limit} s after the rollbacks`, zh: `撤销后 ${limit} 秒内` },
        seen: alike(seconds(recoveredAfter)),
      },
    };
  const since = back === undefined ? undefined : asOne(rest.filter(({ index }) => index >= back.index));
  const departure = since === undefined ? undefined : departureIn(probes, since);
  return departure === undefined
    ? { verdict: "pass" }
    : failed(departure, { en: "after the state had been steady again", zh: "恢复稳定之后" });
}

/** The first of so many steady intervals in a row; idle ones show nothing. */
function recovery(conditionOf: ReadonlyMap<Interval, Condition>, rest: readonly Interval[]): Interval | undefined {
  let run: Interval[] = [];
  for (const one of rest) {
    const condition = conditionOf.get(one);
    if (condition === "idle") continue;
    run = condition === "steady" ? [...run, one] : [];
    if (run.length === STEADY_RUN) return run[0];
  }
  return undefined;
}

/** Calls that were not answered as agreed. */
const badOf = ({ endings }: Interval): number => endings["server-error"] + endings.malformed + endings.unanswered;

export const seconds = (value: number): string => `${Number(value.toFixed(1))} s`;

const inconclusive = (en: string, zh: string): Judged => ({ verdict: "inconclusive", reason: { en, zh } });

function failed(departure: Departure, when: Bilingual): Judged {
  const { en, zh } = seenOf(departure);
  return {
    verdict: "fail",
    finding: {
      summary: { en: `${when.en} the state was not steady: ${en}`, zh: `${when.zh}状态未保持稳定：${zh}` },
      expected: expectedOf(departure.probe),
      seen: { en, zh },
    },
  };
}
