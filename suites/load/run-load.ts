import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { LOG_FILE, openLog } from "../../core/run/log.ts";
import { preflight } from "../preflight/preflight.ts";
import { phaseEnd } from "../run/bounded.ts";
import { runStarted } from "../run/head.ts";
import { lockStatement } from "../run/lock.ts";
import { openSut } from "../run/open-sut.ts";
import type { OpenSut } from "../run/open-sut.ts";
import { sutRuntime } from "../run/sut-runtime.ts";
import { Session } from "../session.ts";
import type { Accelerated } from "../../core/load/accelerated.ts";
import { acceleratedLoad } from "./accelerated/accelerated-load.ts";
import { embedded } from "./embedded/embedded.ts";
import { intervalSecondsOf } from "../../core/load/interval.ts";
import { citedRules, judgeLevels, MOST_LATE, ofNothingIfVoid, voidReason, unlessVoid } from "./judge-load.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { loadScope } from "./load-scope.ts";
import { writeEnd } from "./load-state.ts";
import { logJudgements } from "./log-judgements.ts";
import { Measures, percentilesOf } from "./measures.ts";
import type { Percentiles } from "./measures.ts";
import { LoadError, planLoad } from "./plan.ts";
import type { LoadPlan } from "./plan.ts";
import { lengthOf } from "../../core/load/profile.ts";
import { gapsOf, goOn, readUnfinished } from "./resume.ts";
import { lockName, noncesOf, WHOLE, withoutOthers } from "./segment.ts";
import { ordersIn, settled } from "./settled.ts";
import { trendsOf } from "./trends/trends.ts";
import { PEER_RULES } from "./rules.ts";
import { companionsOf, judgeNews, rulesOf, tellsOfOrders, sendsAgain } from "./by-role.ts";
import { Totalling } from "../../core/load/totals.ts";
import type { Totals } from "../../core/load/totals.ts";
import { booksBefore, judgeBooks, NO_BOOKS } from "./bank-books.ts";
import type { LoadOptions } from "./load-options.ts";
import { underLoad } from "./under-load.ts";
import type { Running } from "./under-load.ts";

/** What a load showed beside its verdict. */
export interface LoadOutcome {
  readonly log: string;
  readonly plan: LoadPlan;
  readonly latencies: Readonly<
    Record<string, { readonly sinceScheduled: Percentiles; readonly sinceSent: Percentiles }>
  >;
  readonly totals: Totals;
  readonly orders: number;
}

/**
 * Puts a load on a SUT, settles every order afterwards, and writes what was found to the event log.
 *
 * @throws LoadError, StatementProblems or StatementInUse before anything is sent
 */
export async function runLoad(given: LoadOptions): Promise<LoadOutcome> {
  const sut = openSut(given);
  const { pack, statement } = sut;
  const before = given.resume === true ? readUnfinished(given.outDirectory, packOf(sut), nameOf(given)) : undefined;
  const { rate, seconds, engine = embedded } = given;
  const planned =
    before?.plan ??
    engine.plan?.(pack, statement) ??
    planLoad(pack, statement, given.profile, {
      ...(rate === undefined ? {} : { rate }),
      ...(seconds === undefined ? {} : { seconds }),
      levelFiles: given.levelFiles,
    });
  const { plan, options, ...led } = acceleratedLoad(planned, given, statement);
  refuseUnheard(given);
  for (const one of given.companions ?? []) one.expectReady?.(pack, statement, lengthOf(plan.profile.phases));
  const { runtime } = sutRuntime(statement);
  const startedAt = runtime.now();
  const segment = before?.head.segment ?? options.segment ?? WHOLE;
  const release = lockStatement(`${options.statementFile}${lockName(segment)}`, startedAt);
  try {
    mkdirSync(options.outDirectory, { recursive: true });
    const head =
      before === undefined
        ? headOf(options, sut, { ...led, plan }, startedAt)
        : goOn(options.outDirectory, before, startedAt);
    const log = openLog(resolve(join(options.outDirectory, LOG_FILE)));
    try {
      const companions = [...companionsOf(options, plan, sut), ...trendsOf(plan.profile)];
      const rules = citedRules(
        [...rulesOf(sut, plan, engine), ...companions.flatMap((one) => one.rules)],
        (id) => pack.requirement(id)?.level,
      );
      log.append(
        runStarted(
          { ...options, seed: head.seed, effort: "standard", startedAt, only: "load.*" },
          {
            ...sut,
            load: shownOf(plan, led.accelerated),
            plan: rules.map(({ check, ...rest }) => ({ id: check, ...rest })),
          },
        ),
      );
      const scope = loadScope(options, sut, { runtime, log, startedAt, head, nonces: noncesOf(head, options.threads) });
      if (engine.remark !== undefined) scope.note("load-engine", engine.remark);
      return await loaded(options, { ...led, sut, plan, scope, log, startedAt, head, before, companions });
    } finally {
      log.close();
    }
  } finally {
    release();
    runtime.close();
  }
}

/** @throws LoadError where callers have to follow what goes on beside the load, and those of the engine cannot */
function refuseUnheard({ engine = embedded, companions = [] }: LoadOptions): void {
  if (engine.hearsNews === true || companions.every(({ tellsCallers }) => tellsCallers !== true)) return;
  throw new LoadError(
    {
      en: `callers of the engine ${engine.name} cannot follow a moved clock or changed keys, as a drill demands`,
      zh: `引擎 ${engine.name} 的调用方无法随演练更换时钟或密钥`,
    },
    { where: "--engine", allowed: [embedded.name] },
  );
}

const nameOf = ({ engine = embedded }: LoadOptions): string => engine.name;

const packOf = ({ pack }: OpenSut): LoadHead["pack"] => {
  const { name, version } = pack.source.manifest;
  return { name, version, digest: pack.source.digest };
};

interface Planned {
  readonly plan: LoadPlan;
  readonly accelerated?: Accelerated;
}

const headOf = (options: LoadOptions, sut: OpenSut, { plan, accelerated }: Planned, startedAt: number): LoadHead => ({
  version: 1,
  role: sut.statement.role,
  engine: nameOf(options),
  pack: packOf(sut),
  seed: options.seed,
  startedAt,
  profile: plan.profile,
  journeys: plan.journeys,
  levels: plan.levels,
  intervalSeconds: intervalSecondsOf(lengthOf(plan.profile.phases)),
  codeClasses: Object.fromEntries(sut.pack.source.errors.map(({ code, class: kind }) => [code, kind])),
  segment: options.segment ?? WHOLE,
  ...(accelerated === undefined ? {} : { accelerated }),
});

const shownOf = ({ profile: { name, title, phases } }: LoadPlan, accelerated: Accelerated | undefined) => ({
  profile: name,
  title,
  rate: Math.max(...phases.flatMap(({ from, to }) => [from, to])),
  seconds: lengthOf(phases),
  ...(accelerated === undefined ? {} : { accelerated }),
});

/** Pre-flight, the load itself, settlement and judgement, one after another. */
async function loaded(options: LoadOptions, running: Running): Promise<LoadOutcome> {
  const { plan, scope, log, head } = running;
  const measures = Measures.of(plan.interfaces);
  const finish = (partial: boolean, reason?: string): void =>
    log.append({
      type: "run.finished",
      at: scope.runtime.now(),
      partial,
      ...(reason === undefined ? {} : { reason }),
    });
  const end = phaseEnd(scope.runtime, options.signal, undefined);
  const ready = await preflight(scope, (event) => log.append(event), end).finally(end.release);
  if (ready !== "ready") {
    finish(true, ready === "failed" ? "preflight failed" : "stopped");
    return outcomeOf(options, plan, measures, { totals: new Totalling(plan.levels, 1).totals(), orders: 0 });
  }
  const session = new Session(scope, "load.settlement", new AbortController().signal);
  const { engine = embedded, outDirectory: folder } = options;
  const isBank = running.sut.statement.role === "bank";
  const beginsAt = engine.past?.beganAt ?? running.before?.head.startedAt ?? running.startedAt;
  const ahead = isBank
    ? await booksBefore(session, { ...running, folder, beginsAt, isPast: engine.past !== undefined })
    : NO_BOOKS;
  const { result, totals, knee, judgeCompanions } = await underLoad(options, running, measures);
  writeEnd(folder, result, scope.runtime.now());
  const orders = ordersIn(folder);
  const evidence = { result, totals, mostLate: options.mostLate ?? MOST_LATE, orders, retries: sendsAgain(plan) };
  const isVoid = voidReason(result, totals, evidence.mostLate) !== undefined;
  const planned = rulesOf(running.sut, plan, engine);
  if (isBank) await settled(session, orders, folder);
  const news = isBank ? [] : await judgeNews(session, orders, { totals, told: tellsOfOrders(running.sut, plan) });
  const beside = await judgeCompanions({ orders, isVoid });
  // Bills move the SUT's clock, so they come last.
  const rules = isBank
    ? await judgeBooks(session, evidence, { ahead, segment: head.segment })
    : unlessVoid(evidence, news);
  const judgements = [
    ...withoutOthers(rules, head.segment).filter(([rule]) => planned.includes(rule)),
    // Of a late generator a wrong order stays wrong, and a latency says nothing.
    ...unlessVoid(
      evidence,
      beside.filter(([rule]) => PEER_RULES.includes(rule)),
    ),
    ...ofNothingIfVoid(
      evidence,
      beside.filter(([rule]) => !PEER_RULES.includes(rule)),
    ),
  ];
  const at = scope.runtime.now();
  const gaps = gapsOf(head);
  if (gaps !== undefined) scope.note("load-gap", gaps);
  logJudgements(judgements, { scope, log, at, seed: head.seed, replay: options.replay });
  if (knee !== undefined) log.append(knee.knee(at));
  for (const event of judgeLevels(plan.levels, evidence, at)) log.append(event);
  finish(result.stopped, result.stopped ? "stopped" : undefined);
  return outcomeOf(options, plan, measures, { totals, orders: orders.size });
}

function outcomeOf(
  { outDirectory }: LoadOptions,
  plan: LoadPlan,
  measures: Measures,
  seen: Pick<LoadOutcome, "totals" | "orders">,
): LoadOutcome {
  return {
    log: resolve(join(outDirectory, LOG_FILE)),
    plan,
    ...seen,
    latencies: Object.fromEntries(
      Object.entries(measures.byInterface).map(([id, { sinceScheduled, sinceSent }]) => [
        id,
        { sinceScheduled: percentilesOf(sinceScheduled), sinceSent: percentilesOf(sinceSent) },
      ]),
    ),
  };
}
