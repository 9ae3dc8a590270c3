import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bilingual } from "../../core/run/verdict.ts";
import { LOG_FILE, openLog } from "../../core/run/log.ts";
import type { RunLog } from "../../core/run/log.ts";
import { preflight } from "../preflight/preflight.ts";
import { askedIn } from "../resources/draft-fields.ts";
import { phaseEnd } from "../run/bounded.ts";
import { runStarted } from "../run/head.ts";
import { lockStatement } from "../run/lock.ts";
import { openSut } from "../run/open-sut.ts";
import type { OpenSut } from "../run/open-sut.ts";
import type { Counterparty, RunScope } from "../run/scope.ts";
import { sutRuntime } from "../run/sut-runtime.ts";
import { Session } from "../session.ts";
import type { Accelerated } from "../../core/load/accelerated.ts";
import { acceleratedLoad } from "./accelerated/accelerated-load.ts";
import type { LoadClock } from "./accelerated/load-clock.ts";
import { billsOf } from "./bills.ts";
import type { LoadCompanion, RuleJudgement } from "./companion.ts";
import { NewsDesk } from "./caller-news.ts";
import { embedded } from "./embedded/embedded.ts";
import type { EngineResult, EngineWork, LoadEngine } from "./engine.ts";
import { intervalSecondsOf } from "../../core/load/interval.ts";
import type { Interval } from "../../core/load/interval.ts";
import { billedSides } from "./judge-bills.ts";
import { citedRules, judgeLevels, judgeRules, MOST_LATE, ofNothingIfVoid, voidReason } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import { IntervalsFile, readIntervals, writeHead } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { loadScope } from "./load-scope.ts";
import { booksOf, bytesOf, madeFilesIn, writeBooksAhead, writeEnd } from "./load-state.ts";
import { logJudgements } from "./log-judgements.ts";
import { Measures, percentilesOf } from "./measures.ts";
import type { Percentiles } from "./measures.ts";
import { LoadError, planLoad } from "./plan.ts";
import type { LoadPlan } from "./plan.ts";
import { lengthOf } from "../../core/load/profile.ts";
import { AGAIN_RULE, LOAD_RULES } from "./rules.ts";
import type { LoadRule } from "./rules.ts";
import { gapsOf, goOn, readUnfinished, secondsLeft } from "./resume.ts";
import type { Unfinished } from "./resume.ts";
import { lockName, noncesOf, WHOLE, withoutOthers } from "./segment.ts";
import type { Segment } from "./segment.ts";
import { ordersIn, settled, triedBooks } from "./settled.ts";
import { accountsOf, readBooks } from "./settlement.ts";
import type { Books } from "./settlement.ts";
import { trendsOf } from "./trends/trends.ts";
import { Totalling } from "../../core/load/totals.ts";
import type { Totals } from "../../core/load/totals.ts";

export interface LoadOptions {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly profile: string;
  /** Another highest rate, in arrivals a second, or length than the profile's. */
  readonly rate?: number;
  readonly seconds?: number;
  /** Files of service levels (OpenSLO v1); default: those of the statement, else of the pack. */
  readonly levelFiles?: readonly string[];
  readonly seed: number;
  readonly threads: number;
  /** The share of late arrivals above which the load is void; default one in a hundred. */
  readonly mostLate?: number;
  readonly outDirectory: string;
  readonly counterparty?: Counterparty;
  /** Where orders ask to be told of, when another process is the counterparty. */
  readonly notifyUrl?: string;
  /** Which part of the schedule is made; default all of it. */
  readonly segment?: Segment;
  /** Goes on with the load in the folder; profile, rate, length, seed and segment are those that it was begun with. */
  readonly resume?: true;
  readonly signal?: AbortSignal;
  /** The command that repeats the load. */
  readonly replay: string;
  /** Default: the one that is built in. */
  readonly engine?: LoadEngine;
  /** What goes on beside the load, such as drills; each is judged with it. */
  readonly companions?: readonly LoadCompanion[];
  /** Business days that the SUT's clock is led through while the load runs, by its hook `clock`. */
  readonly businessDays?: number;
  readonly onInterval?: (interval: Interval, head: LoadHead) => void;
}

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
 * Bytes that the orders of a load may fill: some six million. The settlement holds all of them in memory, in about 350
 * bytes each with what is booked of them.
 */
const ORDERS_LIMIT_BYTES = 1024 ** 3;

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
      const companions = [...(options.companions ?? []), ...trendsOf(plan.profile)];
      const rules = citedRules(
        [...rulesOf(engine, plan), ...companions.flatMap((one) => one.rules)],
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

/** The rules of the load itself that the engine's results can say something of. */
const rulesOf = ({ leavesOut = [] }: LoadEngine, plan: LoadPlan): readonly LoadRule[] =>
  [...LOAD_RULES, ...(sendsAgain(plan) ? [AGAIN_RULE] : [])].filter(({ check }) => !leavesOut.includes(check));

/** Whether callers send again what no answer came to. */
const sendsAgain = ({ profile }: LoadPlan): boolean => (profile.retries ?? 0) > 0;

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

interface Running {
  readonly sut: OpenSut;
  readonly plan: LoadPlan;
  readonly scope: RunScope;
  readonly log: RunLog;
  readonly startedAt: number;
  readonly clock?: LoadClock;
  readonly head: LoadHead;
  /** What was made of the load before this part of it. */
  readonly before: Unfinished | undefined;
  readonly companions: readonly LoadCompanion[];
}

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
  const ahead = await booksBefore(session, options, running);
  const { result, totals, judgeCompanions } = await underLoad(options, running, measures);
  writeEnd(options.outDirectory, result, scope.runtime.now());
  const orders = ordersIn(options.outDirectory);
  await settled(session, orders, options.outDirectory);
  const made = accountsOf(orders);
  const { books: after, reason: noBooks } = await triedBooks(() =>
    readBooks(session, made.length === 0 ? ahead.accounts : made, ahead.from, orders.size * head.segment.of),
  );
  const bills = await billsOf(scope, head.segment, orders, after);
  const sideOf = billedSides(scope.pack);
  const mostLate = options.mostLate ?? MOST_LATE;
  const { books: before } = ahead;
  const evidence: LoadEvidence = {
    result,
    totals,
    orders,
    before,
    after,
    accounts: made,
    bills,
    sideOf,
    mostLate,
    noBooks: noBooks ?? ahead.reason,
    retries: sendsAgain(plan),
  };
  const planned = rulesOf(options.engine ?? embedded, plan);
  const judgements = [
    ...withoutOthers(judgeRules(evidence), head.segment).filter(([rule]) => planned.includes(rule)),
    ...ofNothingIfVoid(evidence, await judgeCompanions(voidReason(result, totals, mostLate) !== undefined)),
  ];
  const at = scope.runtime.now();
  const gaps = gapsOf(head);
  if (gaps !== undefined) scope.note("load-gap", gaps);
  logJudgements(judgements, { scope, log, at, seed: head.seed, replay: options.replay });
  for (const event of judgeLevels(plan.levels, evidence, at)) log.append(event);
  finish(result.stopped, result.stopped ? "stopped" : undefined);
  return outcomeOf(options, plan, measures, { totals, orders: orders.size });
}

/** The books before the load, which one that goes on has kept. */
async function booksBefore(
  session: Session,
  { outDirectory, engine = embedded }: LoadOptions,
  { plan, startedAt, before }: Running,
): Promise<{
  readonly from: string;
  readonly accounts: readonly string[];
  readonly books: Books | undefined;
  readonly reason?: Bilingual;
}> {
  const { past } = engine;
  const beganAt = past?.beganAt ?? before?.head.startedAt ?? startedAt;
  const from = before?.books?.from ?? session.pack.calendar.businessDate(beganAt);
  if (before !== undefined) {
    const { books } = before;
    return {
      from,
      accounts: Object.keys(books?.accounts ?? {}),
      books: books === undefined ? undefined : booksOf(books),
    };
  }
  const accounts = await accountsAhead(session, plan);
  // Of a load that is over no balance before it is known.
  if (past !== undefined) return { from, accounts, books: undefined };
  const { books, reason } = await triedBooks(() => readBooks(session, accounts, from, 0));
  if (books !== undefined)
    writeBooksAhead(outDirectory, { from, readAt: session.run.runtime.now() }, { books, accounts });
  return { from, accounts, books, ...(reason === undefined ? {} : { reason }) };
}

/** The engine at work, with what goes on beside it. */
async function underLoad(
  options: LoadOptions,
  { scope, head, before, companions, clock }: Running,
  measures: Measures,
): Promise<{
  readonly result: EngineResult;
  readonly totals: Totals;
  readonly judgeCompanions: (isVoid: boolean) => Promise<readonly RuleJudgement[]>;
}> {
  const { engine = embedded, outDirectory } = options;
  const ended = new AbortController();
  const news = new NewsDesk();
  const beside = companions.map((one) => one.start({ scope, head, outDirectory, signal: ended.signal, news }));
  let hasBegun = false;
  const begin = (at: number): void => {
    if (hasBegun) return;
    hasBegun = true;
    for (const one of beside) one.begun?.(at);
  };
  const totalling = new Totalling(head.levels, head.intervalSeconds);
  const take = (interval: Interval): void => {
    totalling.take(interval);
    for (const one of beside) one.interval?.(interval);
  };
  if (before !== undefined && before.first > 0)
    readIntervals(outDirectory, (interval) => {
      measures.takeAll(interval);
      take(interval);
    });
  if (before === undefined) writeHead(outDirectory, head);
  const file = new IntervalsFile(outDirectory);
  try {
    const result = await (before !== undefined && secondsLeft(before) === 0 ? nothingLeft : engine).run({
      head,
      packDirectory: options.packDirectory,
      statementFile: options.statementFile,
      ...(options.counterparty === undefined ? {} : { counterparty: options.counterparty }),
      ...(clock === undefined ? {} : { clock: clock.shared }),
      ...(options.notifyUrl === undefined ? {} : { notifyUrl: options.notifyUrl }),
      ...(before === undefined ? {} : { goesOn: partOf(head, before) }),
      threads: options.threads,
      latencies: measures.byInterface,
      outDirectory,
      ordersLimitBytes: Math.max(0, ORDERS_LIMIT_BYTES - bytesOf(madeFilesIn(outDirectory))),
      signal: options.signal,
      news,
      onBegin: begin,
      onInterval: (interval) => {
        // An engine that does not say when it began shows it by its first interval.
        begin(scope.runtime.now() - 1000 * (interval.index + 1) * head.intervalSeconds);
        file.append(interval);
        take(interval);
        options.onInterval?.(interval, head);
      },
    });
    ended.abort("the load has ended");
    for (const one of beside) await one.ended?.();
    return {
      result: { ...result, problems: [...(before?.problems ?? []), ...result.problems] },
      totals: totalling.totals(),
      judgeCompanions: async (isVoid) => (await Promise.all(beside.map((one) => one.judge(isVoid)))).flat(),
    };
  } finally {
    ended.abort("the load has ended");
    await Promise.all(beside.map((one) => one.ended?.() ?? Promise.resolve()));
    file.close();
  }
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

/** An engine for a load of which only the settlement was left. */
const nothingLeft: LoadEngine = {
  name: "none",
  run: () => Promise.resolve({ stopped: false, ordersFull: false, ordersFiles: [], problems: [] }),
};

const partOf = ({ parts = [] }: LoadHead, { first }: Unfinished): NonNullable<EngineWork["goesOn"]> => ({
  first,
  part: parts.length,
  startedAt: parts.at(-1)?.startedAt ?? 0,
});

/** The accounts that orders of the load will name: those of ordinary requests, which are made and not sent. */
async function accountsAhead(session: Session, plan: LoadPlan): Promise<readonly string[]> {
  const accounts = new Set<string>();
  for (const id of plan.interfaces) {
    const one = session.pack.interface(id);
    const law = session.pack.resources.about(one)?.resource?.law;
    if (one.purpose?.creates === undefined || law === undefined || !("moves" in law)) continue;
    const account = askedIn(session.pack, await session.request(id), "account");
    if (typeof account === "string") accounts.add(account);
  }
  return [...accounts];
}
