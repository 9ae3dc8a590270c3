import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { LOG_FILE, openLog } from "../../core/run/log.ts";
import type { RunLog } from "../../core/run/log.ts";
import type { LiveRuntime } from "../../core/runtime/live.ts";
import { preflight } from "../preflight/preflight.ts";
import { askedIn } from "../resources/draft-fields.ts";
import { phaseEnd } from "../run/bounded.ts";
import { runStarted } from "../run/head.ts";
import { lockStatement } from "../run/lock.ts";
import { openSut } from "../run/open-sut.ts";
import type { OpenSut } from "../run/open-sut.ts";
import { runNonce, runScope } from "../run/scope.ts";
import type { Counterparty, RunScope } from "../run/scope.ts";
import { sutRuntime } from "../run/sut-runtime.ts";
import { Session } from "../session.ts";
import type { LoadCompanion, RuleJudgement } from "./companion.ts";
import { embedded } from "./embedded/embedded.ts";
import { threadSeed } from "./embedded/thread-seed.ts";
import type { EngineResult, LoadEngine } from "./engine.ts";
import { intervalSecondsOf } from "../../core/load/interval.ts";
import type { Interval } from "../../core/load/interval.ts";
import { citedRules, judgeLevels, judgeRules, MOST_LATE } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import { IntervalsFile, writeHead } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { logJudgements } from "./log-judgements.ts";
import { Measures, percentilesOf } from "./measures.ts";
import type { Percentiles } from "./measures.ts";
import { Orders } from "./money.ts";
import { readOrders } from "./orders.ts";
import { planLoad } from "./plan.ts";
import type { LoadPlan } from "./plan.ts";
import { lengthOf } from "../../core/load/profile.ts";
import { LOAD_RULES } from "./rules.ts";
import { accountsOf, readBooks, settle } from "./settlement.ts";
import { Totalling } from "../../core/load/totals.ts";
import type { Totals } from "../../core/load/totals.ts";

export interface LoadOptions {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly profile: string;
  /** Another highest rate, in arrivals a second, or length than the profile's. */
  readonly rate?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly threads: number;
  /** The share of late arrivals above which the load is void; default one in a hundred. */
  readonly mostLate?: number;
  readonly outDirectory: string;
  readonly counterparty?: Counterparty;
  readonly signal?: AbortSignal;
  /** The command that repeats the load. */
  readonly replay: string;
  /** Default: the one that is built in. */
  readonly engine?: LoadEngine;
  /** What goes on beside the load, such as drills; each is judged with it. */
  readonly companions?: readonly LoadCompanion[];
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

/** Bytes that the orders of a load may fill. */
const ORDERS_LIMIT_BYTES = 8 * 1024 ** 3;

/**
 * Puts a load on a SUT, settles every order afterwards, and writes what was found to the event log.
 *
 * @throws LoadError, StatementProblems or StatementInUse before anything is sent
 */
export async function runLoad(options: LoadOptions): Promise<LoadOutcome> {
  const sut = openSut(options);
  const { pack, statement } = sut;
  const { rate, seconds } = options;
  const plan = planLoad(pack, statement, options.profile, {
    ...(rate === undefined ? {} : { rate }),
    ...(seconds === undefined ? {} : { seconds }),
  });
  const { runtime } = sutRuntime(statement);
  const startedAt = runtime.now();
  const release = lockStatement(options.statementFile, startedAt);
  try {
    mkdirSync(options.outDirectory, { recursive: true });
    const log = openLog(resolve(join(options.outDirectory, LOG_FILE)));
    try {
      const rules = citedRules(
        [...LOAD_RULES, ...(options.companions ?? []).flatMap((one) => one.rules)],
        (id) => pack.requirement(id)?.level,
      );
      log.append(
        runStarted(
          { ...options, effort: "standard", startedAt, only: "load.*" },
          { ...sut, load: headOf(plan), plan: rules.map(({ check, ...rest }) => ({ id: check, ...rest })) },
        ),
      );
      const scope = scopeOf(options, sut, runtime, { startedAt, log });
      return await loaded(options, { sut, plan, scope, log, startedAt });
    } finally {
      log.close();
    }
  } finally {
    release();
    runtime.close();
  }
}

const headOf = ({ profile: { name, title, phases } }: LoadPlan) => ({
  profile: name,
  title,
  rate: Math.max(...phases.flatMap(({ from, to }) => [from, to])),
  seconds: lengthOf(phases),
});

interface Running {
  readonly sut: OpenSut;
  readonly plan: LoadPlan;
  readonly scope: RunScope;
  readonly log: RunLog;
  readonly startedAt: number;
}

/** Pre-flight, the load itself, settlement and judgement, one after another. */
async function loaded(options: LoadOptions, running: Running): Promise<LoadOutcome> {
  const { plan, scope, log } = running;
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
  const from = scope.pack.calendar.businessDate(running.startedAt);
  const accounts = await accountsAhead(session, plan);
  const before = await readBooks(session, accounts, from, 0);
  const { result, totals, judgeCompanions } = await underLoad(options, running, measures);
  const orders = ordersOf(result);
  await settle(session, orders);
  const made = accountsOf(orders);
  const after = await readBooks(session, made.length === 0 ? accounts : made, from, orders.size);
  const mostLate = options.mostLate ?? MOST_LATE;
  const evidence: LoadEvidence = { result, totals, orders, before, after, accounts: made, mostLate };
  const judgements = [...judgeRules(evidence), ...(await judgeCompanions())];
  const at = scope.runtime.now();
  logJudgements(judgements, { scope, log, at, seed: options.seed, replay: options.replay });
  for (const event of judgeLevels(plan.levels, evidence, at)) log.append(event);
  finish(result.stopped, result.stopped ? "stopped" : undefined);
  return outcomeOf(options, plan, measures, { totals, orders: orders.size });
}

/** The engine at work, with what goes on beside it. */
async function underLoad(
  options: LoadOptions,
  { sut, plan, scope, startedAt }: Running,
  measures: Measures,
): Promise<{
  readonly result: EngineResult;
  readonly totals: Totals;
  readonly judgeCompanions: () => Promise<readonly RuleJudgement[]>;
}> {
  const { engine = embedded, outDirectory } = options;
  const { name, version } = sut.pack.source.manifest;
  const head: LoadHead = {
    version: 1,
    role: sut.statement.role,
    engine: engine.name,
    pack: { name, version, digest: sut.pack.source.digest },
    seed: options.seed,
    startedAt,
    profile: plan.profile,
    journeys: plan.journeys,
    levels: plan.levels,
    intervalSeconds: intervalSecondsOf(lengthOf(plan.profile.phases)),
    segment: { index: 0, of: 1 },
  };
  writeHead(outDirectory, head);
  const file = new IntervalsFile(outDirectory);
  const totalling = new Totalling(plan.levels, head.intervalSeconds);
  const ended = new AbortController();
  const beside = (options.companions ?? []).map((one) =>
    one.start({ scope, head, outDirectory, signal: ended.signal }),
  );
  try {
    const result = await engine.run({
      head,
      packDirectory: options.packDirectory,
      statementFile: options.statementFile,
      ...(options.counterparty === undefined ? {} : { counterparty: options.counterparty }),
      threads: options.threads,
      latencies: measures.byInterface,
      outDirectory,
      ordersLimitBytes: ORDERS_LIMIT_BYTES,
      signal: options.signal,
      onInterval: (interval) => {
        file.append(interval);
        totalling.take(interval);
        for (const one of beside) one.interval?.(interval);
        options.onInterval?.(interval, head);
      },
    });
    return {
      result,
      totals: totalling.totals(),
      judgeCompanions: async () => (await Promise.all(beside.map((one) => one.judge()))).flat(),
    };
  } finally {
    ended.abort("the load has ended");
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

function ordersOf({ ordersFiles }: EngineResult): Orders {
  const orders = new Orders();
  for (const file of ordersFiles) readOrders(file, (line) => orders.take(line));
  return orders;
}

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

function scopeOf(
  options: LoadOptions,
  { pack, statement, keys }: OpenSut,
  runtime: LiveRuntime,
  { startedAt, log }: { readonly startedAt: number; readonly log: RunLog },
): RunScope {
  return runScope({
    pack,
    statement,
    statementFile: options.statementFile,
    runtime,
    race: () => Promise.reject(new TypeError("a load races nothing")),
    handshake: () => Promise.reject(new TypeError("a load makes no handshake of its own")),
    seed: options.seed,
    effort: "standard",
    startedAt,
    part: "preflight",
    counterparty: options.counterparty,
    nonces: Array.from({ length: options.threads }, (_, thread) =>
      runNonce(threadSeed(options.seed, thread), "checks", startedAt),
    ),
    // Calls of the settlement are too many to keep; what they showed is judged.
    emit: (event) => {
      if (event.type !== "exchange") log.append(event);
    },
    ...keys,
  });
}
