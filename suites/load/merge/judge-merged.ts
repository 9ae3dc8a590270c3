import { lengthOf } from "../../../core/load/profile.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { RunEvent } from "../../../core/run/event.ts";
import { preflight } from "../../preflight/preflight.ts";
import { runStarted } from "../../run/head.ts";
import { openSut } from "../../run/open-sut.ts";
import type { OpenSut } from "../../run/open-sut.ts";
import { sutRuntime } from "../../run/sut-runtime.ts";
import { phaseEnd } from "../../run/bounded.ts";
import { Session } from "../../session.ts";
import { billsOf } from "../bills.ts";
import type { RuleJudgement } from "../companion.ts";
import { billedSides } from "../judge-bills.ts";
import { citedRules, judgeLevels, judgeRules, ofNothingIfVoid, voidReason } from "../judge-load.ts";
import type { Judged } from "../judge-load.ts";
import { loadScope } from "../load-scope.ts";
import { booksOf } from "../load-state.ts";
import type { BooksAhead } from "../load-state.ts";
import { logJudgements } from "../log-judgements.ts";
import { LoadError } from "../plan.ts";
import { BALANCE_RULE, LOAD_RULES } from "../rules.ts";
import type { LoadRule } from "../rules.ts";
import { noncesOf, WHOLE } from "../segment.ts";
import { settled, triedBooks } from "../settled.ts";
import { accountsOf, readBooks } from "../settlement.ts";
import { worstOf } from "./earlier.ts";
import type { Merging } from "./merging.ts";

/** Threads that any segment can have had. */
const MOST_THREADS = 64;

/** Settles the orders of all segments, reads the books, and judges them as those of one load. */
export async function judgedBySut(
  merging: Merging,
  files: { readonly packDirectory: string; readonly statementFile: string },
  ahead: BooksAhead | undefined,
): Promise<void> {
  const { head, log, orders, options, segments } = merging;
  const sut = openSut(files);
  expectSamePack(sut, head);
  const { runtime } = sutRuntime(sut.statement);
  const startedAt = runtime.now();
  try {
    const companions = companionsOf(merging);
    log.append(
      runStarted(
        { ...files, seed: head.seed, effort: "standard", startedAt, only: "load.*" },
        { ...sut, load: shownLoad(head), plan: planOf(sut, [...LOAD_RULES, ...companions.map(([rule]) => rule)]) },
      ),
    );
    const nonces = segments.flatMap((one) => noncesOf(one.head, MOST_THREADS));
    const scope = loadScope(files, sut, { runtime, log, startedAt, head, nonces, isMerged: true });
    const end = phaseEnd(runtime, undefined, undefined);
    const ready = await preflight(scope, (event) => log.append(event), end).finally(end.release);
    if (ready !== "ready") {
      log.append({ type: "run.finished", at: runtime.now(), partial: true, reason: "preflight failed" });
      return;
    }
    const session = new Session(scope, "load.settlement", new AbortController().signal);
    await settled(session, orders, options.outDirectory);
    const accounts = accountsOf(orders);
    const from = ahead?.from ?? session.pack.calendar.businessDate(head.startedAt);
    const { books: after, reason: noBooks } = await triedBooks(() => readBooks(session, accounts, from, orders.size));
    const before = ahead === undefined ? undefined : booksOf(ahead);
    const bills = await billsOf(scope, WHOLE, orders, after);
    const sideOf = billedSides(scope.pack);
    const retries = (head.profile.retries ?? 0) > 0;
    const evidence = { ...merging.evidence, orders, before, after, accounts, bills, sideOf, noBooks, retries };
    const at = runtime.now();
    logMerged(merging, at);
    logJudgements([...judgeRules(evidence), ...companions], {
      scope,
      log,
      at,
      seed: head.seed,
      replay: options.replay,
    });
    finishMerged(merging, at);
  } finally {
    runtime.close();
  }
}

function expectSamePack({ pack }: OpenSut, head: LoadHead): void {
  if (pack.source.digest === head.pack.digest) return;
  throw new LoadError(
    {
      en: `the statement's pack is not the one of the load, ${head.pack.name} ${head.pack.version}, or has changed since`,
      zh: `声明所用的规范包与负载的规范包（${head.pack.name} ${head.pack.version}）不同，或此后已变更`,
    },
    { where: "--sut" },
  );
}

const planOf = ({ pack }: OpenSut, rules: readonly LoadRule[]) =>
  citedRules(rules, (id) => pack.requirement(id)?.level).map(({ check, ...rest }) => ({ id: check, ...rest }));

/** What is judged beside money and answers: time, over all intervals, and what the segments had beside them. */
function companionsOf({ logs, trends, evidence }: Merging): readonly RuleJudgement[] {
  const own = new Set([...LOAD_RULES, ...trends.map(([rule]) => rule)].map(({ check }) => check));
  return ofNothingIfVoid(evidence, [...trends, ...worstOf(logs, ({ check }) => !own.has(check))]);
}

/** Adds up what the segments have judged of their own orders. Nobody is asked, so balances stay open. */
export function judgedByLogs(merging: Merging): void {
  const { head, log, logs, options, evidence, trends, segments } = merging;
  const started = logs[0]?.started;
  if (started === undefined)
    throw new LoadError(
      { en: "the event log of the first segment has no begin", zh: "第一个分段的事件日志没有开头" },
      { where: segments[0]?.folder ?? "DIR" },
    );
  const at = options.now();
  const answers = new Set(trends.map(([{ check }]) => check));
  const money = worstOf(logs, ({ check }) => !answers.has(check)).map(([rule, judged]): RuleJudgement => [
    rule,
    rule.check === BALANCE_RULE.check ? ofBalances(judged, merging) : judged,
  ]);
  const reason = voidReason(evidence.result, evidence.totals, evidence.mostLate);
  const judgements = [
    ...money.map(([rule, judged]): RuleJudgement => [
      rule,
      reason === undefined || judged.verdict === "fail" ? judged : { verdict: "inconclusive", reason },
    ]),
    ...ofNothingIfVoid(evidence, trends),
  ];
  const lines = judgements.map(([{ check, requirement, title }]) => ({ check, requirement, title }));
  log.append({ ...started, at, load: shownLoad(head), plan: lines });
  logMerged(merging, at);
  const levels = new Map(started.requirements.map(({ id, level }) => [id, level]));
  logJudgements(judgements, {
    scope: { pack: { requirement: (id) => levelled(levels.get(id)) } },
    log,
    at,
    seed: head.seed,
    replay: options.replay,
  });
  finishMerged(merging, at);
}

const levelled = <T>(level: T | undefined): { readonly level: T } | undefined =>
  level === undefined ? undefined : { level };

function ofBalances(judged: Judged, { segments }: Merging): Judged {
  return segments.length === 1
    ? judged
    : {
        verdict: "inconclusive",
        reason: {
          en: "the balances were moved by all segments, and the SUT was not asked: give --sut",
          zh: "余额由各分段共同变动，而未向被测系统查询：请给出 --sut",
        },
      };
}

/** Writes what all logs have said of the time axis, and how the load came about. */
function logMerged({ logs, log, segments }: Merging, at: number): void {
  const marks: readonly RunEvent[] = logs.flatMap((one) => one.marks);
  for (const mark of marks) log.append(mark);
  if (segments.length === 1) return;
  const begins = segments.map(({ head }) => head.startedAt);
  const apart = Math.round((Math.max(...begins) - Math.min(...begins)) / 1000);
  log.append({
    type: "run.noted",
    at,
    note: "merged",
    message: {
      en: `This load was put together from ${segments.length} segments, which began within ${apart} s of each other. Its intervals are those of the schedule.`,
      zh: `本负载由 ${segments.length} 个分段合并而成，各段开始时间相差不超过 ${apart} 秒；统计时段以计划时刻为准。`,
    },
  });
}

/** The service levels over all intervals, and the end of the log. */
function finishMerged({ head, evidence, log }: Merging, at: number): void {
  for (const event of judgeLevels(head.levels, evidence, at)) log.append(event);
  const { stopped } = evidence.result;
  log.append({ type: "run.finished", at, partial: stopped, ...(stopped ? { reason: "a segment was stopped" } : {}) });
}

/** What the head of a log says of a load. */
const shownLoad = ({ profile: { name, title, phases } }: LoadHead) => ({
  profile: name,
  title,
  rate: Math.max(...phases.flatMap(({ from, to }) => [from, to])),
  seconds: lengthOf(phases),
});
