import type { Finding } from "../../../core/run/finding.ts";
import { join } from "node:path";
import type { LoadMarked, RunEvent, RunStarted } from "../../../core/run/event.ts";
import { STANDINGS } from "../../../core/run/judgement.ts";
import { LOG_FILE } from "../../../core/run/log.ts";
import { readLogFile } from "../../../core/run/log-reading.ts";
import type { RuleJudgement } from "../companion.ts";
import type { Judged } from "../judge-load.ts";
import { LoadError } from "../plan.ts";
import type { LoadRule } from "../rules.ts";

/** What a load has written of itself to its event log. */
export interface EarlierLog {
  readonly started: RunStarted | undefined;
  readonly judged: ReadonlyMap<string, readonly [rule: LoadRule, judged: Judged]>;
  readonly marks: readonly LoadMarked[];
}

/** Reads the event log of a load. @throws LoadError where it cannot be read */
export function readEarlier(folder: string): EarlierLog {
  let started: RunStarted | undefined;
  const judged = new Map<string, readonly [LoadRule, Judged]>();
  const marks: LoadMarked[] = [];
  const take = (event: RunEvent): void => {
    if (event.type === "run.started") started ??= event;
    else if (event.type === "load.mark") marks.push(event);
    else if (event.type === "check.finished") {
      const { check, requirement, verdict, reason, skipCause, finding } = event;
      const title = started?.plan.find((line) => line.check === check)?.title ?? { en: check, zh: check };
      judged.set(check, [
        { check, requirement, title, faults: [] },
        {
          verdict,
          ...(reason === undefined ? {} : { reason }),
          ...(skipCause === undefined ? {} : { skipCause }),
          ...(finding === undefined ? {} : { finding: saidIn(finding) }),
        },
      ]);
    }
  };
  const reading = readLogFile(join(folder, LOG_FILE), take);
  if (!reading.ok) throw new LoadError(reading.problem, { where: join(folder, LOG_FILE) });
  return { started, judged, marks };
}

/** What a finding says, in both languages. */
const saidIn = ({ summary, expected, seen, inChinese }: Finding): NonNullable<Judged["finding"]> => ({
  summary,
  expected: { en: expected, zh: inChinese?.expected ?? expected },
  seen: { en: seen, zh: inChinese?.seen ?? seen },
});

/** Of each rule that any log has judged, the worst that was found. A log without it leaves the rule inconclusive. */
export function worstOf(logs: readonly EarlierLog[], wanted: (rule: LoadRule) => boolean): readonly RuleJudgement[] {
  const rules = new Map(logs.flatMap(({ judged }) => [...judged].map(([check, [rule]]) => [check, rule] as const)));
  return [...rules.values()].filter(wanted).map((rule) => {
    const all = logs
      .filter(({ started, judged }) => judged.has(rule.check) || planned(started, rule))
      .map(({ judged }) => judged.get(rule.check)?.[1] ?? UNJUDGED);
    const worst = STANDINGS.flatMap((standing) => all.filter(({ verdict }) => verdict === standing))[0];
    return [rule, worst ?? UNJUDGED];
  });
}

const planned = (started: RunStarted | undefined, { check }: LoadRule): boolean =>
  started?.plan.some((line) => line.check === check) === true;

const UNJUDGED: Judged = {
  verdict: "inconclusive",
  reason: { en: "a segment ended before it was judged", zh: "有分段在判定之前已结束" },
};
