import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CheckFinished } from "../../core/run/event.ts";
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
import { runEmbedded } from "./embedded/embedded.ts";
import { threadSeed } from "./embedded/thread-seed.ts";
import type { Second } from "./embedded/generator.ts";
import type { EngineResult } from "./engine.ts";
import { citedRules, judgeLevels, judgeRules, MOST_LATE } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import { Measures, percentilesOf } from "./measures.ts";
import type { Percentiles } from "./measures.ts";
import { Orders } from "./money.ts";
import { readOrders } from "./orders.ts";
import { planLoad } from "./plan.ts";
import type { LoadPlan } from "./plan.ts";
import { lengthOf } from "./profile.ts";
import { LOAD_RULES } from "./rules.ts";
import { accountsOf, readBooks, settle } from "./settlement.ts";

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
  readonly onSecond?: (second: Second) => void;
}

/** What a load showed beside its verdict. */
export interface LoadOutcome {
  readonly log: string;
  readonly plan: LoadPlan;
  readonly latencies: Readonly<
    Record<string, { readonly sinceScheduled: Percentiles; readonly sinceSent: Percentiles }>
  >;
  readonly seconds: readonly Second[];
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
      const rules = citedRules(LOAD_RULES, (id) => pack.requirement(id)?.level);
      log.append(
        runStarted(
          { ...options, effort: "standard", startedAt, only: "load.*" },
          { ...sut, load: headOf(plan), plan: rules.map(({ check, ...rest }) => ({ id: check, ...rest })) },
        ),
      );
      const scope = scopeOf(options, sut, runtime, { startedAt, log });
      return await loaded(options, plan, { scope, log, startedAt });
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
  readonly scope: RunScope;
  readonly log: RunLog;
  readonly startedAt: number;
}

async function loaded(options: LoadOptions, plan: LoadPlan, running: Running): Promise<LoadOutcome> {
  const { scope, log } = running;
  const outcome = (measures: Measures, seconds: readonly Second[], orders: number): LoadOutcome => ({
    log: resolve(join(options.outDirectory, LOG_FILE)),
    plan,
    seconds,
    orders,
    latencies: Object.fromEntries(
      Object.entries(measures.byInterface).map(([id, { sinceScheduled, sinceSent }]) => [
        id,
        { sinceScheduled: percentilesOf(sinceScheduled), sinceSent: percentilesOf(sinceSent) },
      ]),
    ),
  });
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
    return outcome(measures, [], 0);
  }
  const session = new Session(scope, "load.settlement", new AbortController().signal);
  const from = scope.pack.calendar.businessDate(running.startedAt);
  const accounts = await accountsAhead(session, plan);
  const before = await readBooks(session, accounts, from, 0);
  const result = await runEmbedded({
    ...options,
    startedAt: running.startedAt,
    profile: plan.profile,
    journeys: plan.journeys,
    levels: plan.levels,
    latencies: measures.byInterface,
    ordersLimitBytes: ORDERS_LIMIT_BYTES,
    segment: 0,
    segments: 1,
    signal: options.signal,
    onSecond: options.onSecond ?? (() => {}),
  });
  const orders = ordersOf(result);
  await settle(session, orders);
  const made = accountsOf(orders);
  const after = await readBooks(session, made.length === 0 ? accounts : made, from, orders.size);
  const evidence: LoadEvidence = {
    result,
    orders,
    before,
    after,
    accounts: made,
    mostLate: options.mostLate ?? MOST_LATE,
  };
  judged(options, running, evidence, plan);
  finish(result.stopped, result.stopped ? "stopped" : undefined);
  return outcome(measures, result.seconds, orders.size);
}

function judged(options: LoadOptions, { scope, log }: Running, evidence: LoadEvidence, plan: LoadPlan): void {
  const at = scope.runtime.now();
  for (const [{ check, requirement }, { finding, ...rest }] of judgeRules(evidence)) {
    const level = scope.pack.requirement(requirement)?.level;
    if (level === undefined) continue;
    log.append({ type: "check.started", at, check });
    const finished: CheckFinished = {
      type: "check.finished",
      at,
      check,
      requirement,
      level,
      durationMs: 0,
      ...rest,
      ...(finding === undefined
        ? {}
        : {
            finding: {
              ...finding,
              requirement,
              level,
              check,
              evidence: [],
              seed: options.seed,
              replay: options.replay,
            },
          }),
    };
    log.append(finished);
  }
  for (const event of judgeLevels(plan.levels, evidence, at)) log.append(event);
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
