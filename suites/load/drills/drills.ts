import type { Bilingual } from "../../../core/run/verdict.ts";
import { reasonOf } from "../../../core/text/said-error.ts";
import { CheckInconclusive, CheckSkipped } from "../../outcome.ts";
import { callHook } from "../../wire/hook.ts";
import type { Beside, CompanionRun, LoadCompanion, RuleJudgement, Settled } from "../companion.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { LoadRule } from "../rules.ts";
import { argumentsOf } from "./arguments.ts";
import { checkOf, pausesOf } from "./drill.ts";
import type { DrillAction, DrillProbe, PlannedDrill } from "./drill.ts";
import { Following } from "./follow.ts";
import { BEFORE_SECONDS, judgeDrill } from "./judge-drill.ts";
import type { Timeline } from "./judge-drill.ts";
import { expectDrillable } from "./plan-drills.ts";
import { tellFigures } from "./tell-figures.ts";

/** Carries out drills beside a load, one after another, and judges each as a check. */
export function drillCompanion(planned: readonly PlannedDrill[]): LoadCompanion {
  const inOrder = planned.toSorted((one, other) => one.at - other.at);
  const rules = new Map(inOrder.map((one) => [one, ruleOf(one)]));
  return {
    rules: [...rules.values()],
    tellsCallers: inOrder.some(({ drill: { method, rollbacks } }) =>
      [...method, ...rollbacks].some((step) => step.type === "action" && step.callersFollow === true),
    ),
    expectReady: (pack, statement, loadSeconds) => expectDrillable(inOrder, pack, statement, loadSeconds),
    start: (beside) => new Drilling(rules, beside),
  };
}

const ruleOf = (one: PlannedDrill): LoadRule => ({
  check: checkOf(one),
  requirement: one.drill.requirement,
  title: one.drill.title,
  faults: [],
});

/** What became of a drill. */
interface Carried {
  /** Milliseconds since 1970 of the begin of the load. */
  readonly begin: number;
  readonly timeline: Timeline;
  /** What kept it from being carried out. */
  readonly problem?: Bilingual;
}

class Drilling implements CompanionRun {
  readonly #rules: ReadonlyMap<PlannedDrill, LoadRule>;
  readonly #beside: Beside;
  readonly #following: Following;
  readonly #carried = new Map<PlannedDrill, Carried>();
  readonly #intervals: Interval[] = [];
  /** Calls of the first level of the load, for its error budget. */
  #calls = 0;
  readonly #begun = Promise.withResolvers<number>();
  readonly #through: Promise<void>;

  constructor(rules: ReadonlyMap<PlannedDrill, LoadRule>, beside: Beside) {
    this.#rules = rules;
    this.#beside = beside;
    this.#following = new Following(beside.scope, beside.news);
    beside.signal.addEventListener("abort", () => this.#begun.resolve(Number.NaN), { once: true });
    this.#through = this.#run();
  }

  begun(at: number): void {
    this.#begun.resolve(at);
  }

  interval(interval: Interval): void {
    this.#calls += interval.levels[0]?.total ?? 0;
    if (this.#isOfDrill(interval)) this.#intervals.push(interval);
  }

  /** Intervals of a long load that no drill is judged by are not kept. */
  #isOfDrill({ index }: Interval): boolean {
    const second = index * this.#beside.head.intervalSeconds;
    return [...this.#rules.keys()].some(
      ({ at, drill }) =>
        second >= at - 2 * BEFORE_SECONDS && second <= at + 300 + 2 * (pausesOf(drill) + drill.recoverySeconds),
    );
  }

  ended(): Promise<void> {
    return this.#through;
  }

  async judge({ isVoid }: Settled): Promise<readonly RuleJudgement[]> {
    const all = [...this.#rules];
    return all.map(([planned, rule], place): RuleJudgement => {
      const carried = this.#carried.get(planned);
      if (carried === undefined) return [rule, { verdict: "inconclusive", reason: NOT_BEGUN }];
      if (carried.problem !== undefined) return [rule, { verdict: "inconclusive", reason: carried.problem }];
      const { head, scope } = this.#beside;
      const next = all[place + 1]?.[0].at ?? Infinity;
      const own = this.#intervals.filter(({ index }) => (index + 1) * head.intervalSeconds <= next);
      const { judged, figures } = judgeDrill(planned, carried.timeline, own, head.intervalSeconds);
      if (!isVoid)
        tellFigures(planned, {
          judged,
          figures,
          timeline: carried.timeline,
          begin: carried.begin,
          calls: this.#calls,
          head,
          scope,
        });
      return [rule, judged];
    });
  }

  #now(): number {
    return this.#beside.scope.runtime.now();
  }

  async #run(): Promise<void> {
    const { signal, scope } = this.#beside;
    const begin = await this.#begun.promise;
    for (const planned of this.#rules.keys()) {
      await scope.runtime.sleep(Math.max(0, begin + planned.at * 1000 - this.#now()), signal).catch(() => {});
      if (signal.aborted) return;
      this.#carried.set(planned, await this.#carryOut(planned, begin));
    }
  }

  async #carryOut(planned: PlannedDrill, begin: number): Promise<Carried> {
    const second = (): number => (this.#now() - begin) / 1000;
    const startedAt = second();
    const probes: { readonly probe: DrillProbe; readonly from: number; readonly until: number }[] = [];
    let problem: Bilingual | undefined;
    try {
      let from = startedAt;
      for (const step of planned.drill.method) {
        if (step.type === "probe") probes.push({ probe: step, from, until: second() });
        else {
          from = second();
          await this.#act(planned, step, second);
        }
      }
    } catch (cause) {
      problem = problemOf(cause, this.#beside.signal.aborted);
    }
    // Taken back whatever became of the method, and whether or not the load goes on.
    for (const step of planned.drill.rollbacks)
      try {
        await this.#act(planned, step, second, true);
      } catch (cause) {
        const { en, zh } = problemOf(cause, false);
        problem = {
          en: `it could not be taken back: ${en}; look after the system`,
          zh: `未能回退：${zh}；请检查被测系统`,
        };
      }
    return { begin, timeline: { startedAt, endedAt: second(), probes }, ...(problem === undefined ? {} : { problem }) };
  }

  async #act(planned: PlannedDrill, step: DrillAction, second: () => number, isRollback = false): Promise<void> {
    const { scope, signal } = this.#beside;
    const wait = async (seconds = 0): Promise<void> => {
      if (seconds > 0 && !(isRollback && signal.aborted)) await scope.runtime.sleep(1000 * seconds, signal);
    };
    await wait(step.pauses?.before);
    scope.emit({ type: "load.mark", at: this.#now(), second: second(), name: planned.name, title: step.title });
    const { hook } = step.provider;
    const body = argumentsOf(step, scope);
    await this.#following.taken(step, body, () => callHook({ ...scope, check: checkOf(planned) }, hook, body));
    await wait(step.pauses?.after);
  }
}

const NOT_BEGUN: Bilingual = {
  en: "the load ended before the drill began",
  zh: "演练开始之前负载已结束",
};

function problemOf(cause: unknown, loadEnded: boolean): Bilingual {
  if (loadEnded) return { en: "the load ended before the drill was through", zh: "演练完成之前负载已结束" };
  if (cause instanceof CheckInconclusive || cause instanceof CheckSkipped) return cause.reason;
  const { en, zh } = reasonOf(cause);
  return { en: `the drill could not be carried out: ${en}`, zh: `演练无法进行：${zh}` };
}
