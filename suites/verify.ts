import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Facts } from "../core/facts/facts.ts";
import type { PackSource, Role } from "../core/pack/types.ts";
import type { RunEvent } from "../core/run/event.ts";
import { hostTurn, liveRuntime } from "../core/runtime/live.ts";
import { LOG_FILE, openLog } from "../core/run/log.ts";
import { followLog } from "../core/run/log-facts.ts";
import { finishedChecks } from "../core/run/log-reading.ts";
import type { Level, Bilingual } from "../core/run/verdict.ts";
import type { Effort } from "./effort.ts";
import { CHECKS } from "./checks/index.ts";
import { hostInThread } from "./host/thread-host.ts";
import { packView } from "./pack-view.ts";
import { preflight } from "./preflight/preflight.ts";
import { phaseEnd } from "./run/bounded.ts";
import { lockStatement } from "./run/lock.ts";
import { runStarted } from "./run/head.ts";
import { openRun } from "./run/open.ts";
import type { Job, OpenRun } from "./run/open.ts";
import type { Counterparty } from "./run/scope.ts";

export interface VerifyOptions {
  /** The folder of the pack; default the one that `pack` was read from. */
  readonly packDirectory?: string;
  readonly pack?: { readonly source: PackSource };
  readonly statementFile: string;
  readonly seed: number;
  readonly effort: Effort;
  /** A glob over ids of checks, cases or requirements. */
  readonly only?: string;
  /** Modules of the pack that are judged, with those that they need; absent: all that the statement claims. */
  readonly modules?: readonly string[];
  /** Gets the event log; made when it is not there, refused when it holds a run already. */
  readonly outDirectory: string;
  readonly counterparty?: Counterparty;
  readonly timeBudgetSeconds?: number;
  readonly signal?: AbortSignal;
  readonly watcher?: Watcher;
}

/** Watches a run while it goes on. */
export interface Watcher {
  /** Given the run's events before the first of them is written. Its subscriptions are its own to end. */
  readonly watch: (events: Facts<RunEvent>) => void;
  /** Whether it watches events of a type; all when absent. */
  readonly wanted?: (type: string) => boolean;
}

/**
 * Puts a SUT to the checks and writes the event log, from which alone verdict and reports come.
 *
 * Throws `StatementProblems`, `PackProblems`, `PlanError` or `StatementInUse` before anything is written when there is
 * nothing to run (exit code 2). Whatever happens later is in the log.
 */
export async function verify(options: VerifyOptions): Promise<{ readonly log: string }> {
  const packDirectory = options.packDirectory ?? options.pack?.source.directory;
  if (packDirectory === undefined) throw new TypeError("verify needs packDirectory or a loaded pack");
  const clock = liveRuntime();
  const startedAt = clock.now();
  clock.close();
  const log = resolve(join(options.outDirectory, LOG_FILE));
  const { only, modules, counterparty, timeBudgetSeconds, signal } = options;
  const job: Job = {
    packDirectory: resolve(packDirectory),
    statementFile: options.statementFile,
    seed: options.seed,
    effort: options.effort,
    startedAt,
    logFile: log,
    ...(options.watcher === undefined ? {} : { watched: true as const }),
    ...(only === undefined ? {} : { only }),
    ...(modules === undefined ? {} : { modules }),
    ...(counterparty === undefined ? {} : { counterparty }),
    ...(timeBudgetSeconds === undefined ? {} : { deadline: startedAt + timeBudgetSeconds * 1000 }),
  };
  const run = await openRun(job, "preflight", () => {});
  const watching = watched(job, options.watcher);
  let release = (): void => {};
  try {
    release = lockStatement(job.statementFile, startedAt);
    mkdirSync(options.outDirectory, { recursive: true });
    const head = openLog(log, watching);
    head.append(runStarted(job, run));
    const end = phaseEnd(run.scope.runtime, signal, job.deadline);
    const ready = await preflight(run.scope, (event) => head.append(event), end).finally(end.release);
    if (ready !== "ready")
      head.append({ type: "run.finished", at: run.scope.runtime.now(), partial: true, reason: REASONS[ready] });
    head.close();
    if (ready !== "ready") return { log };
    const report = await hostInThread(job, { signal, onWritten: watching.onWritten });
    finish(job, run, report.problems, { signal, onWritten: watching.onWritten });
    return { log };
  } finally {
    release();
    run.close();
  }
}

/** Why a run ended before its checks. */
const REASONS = {
  failed: "preflight failed",
  stopped: "stopped",
  spent: "time budget spent",
} as const;

/** Tells those who watch a run whenever its log has grown: here, or in the thread that runs the checks. */
function watched(job: Job, watcher: Watcher | undefined): { readonly onWritten: () => void } {
  if (watcher === undefined) return { onWritten: () => {} };
  const { events, grown } = followLog(job.logFile, {
    turn: hostTurn,
    ...(watcher.wanted === undefined ? {} : { wanted: watcher.wanted }),
  });
  watcher.watch(events);
  return { onWritten: grown };
}

/** What the checks of a role are, without a statement: for `--list`. */
export function listChecks(
  pack: { readonly source: PackSource },
  role: Role,
  effort: Effort = "exhaustive",
): readonly ListedCheck[] {
  const view = packView(pack.source);
  return CHECKS.flatMap((check) => {
    const requirement = view.requirement(check.requirement);
    if (requirement === undefined || (requirement.role !== "both" && requirement.role !== role)) return [];
    if (check.roles !== undefined && !check.roles.includes(role)) return [];
    if ((check.needs?.interfaces ?? []).some((id) => !view.hasInterface(id) || view.interface(id).provider !== role))
      return [];
    const instances = check.each?.({ pack: view, role, effort, provided: view.provided(role) }) ?? [{ id: "" }];
    return instances.map((instance) => ({
      id: instance.id === "" ? check.id : `${check.id}/${instance.id}`,
      requirement: check.requirement,
      level: requirement.level,
      effort: check.effort,
      title: check.title,
      clause: requirement.text,
    }));
  });
}

export interface ListedCheck {
  readonly id: string;
  readonly requirement: string;
  readonly level: Level;
  readonly effort: Effort;
  readonly title: Bilingual;
  /** The requirement's text. */
  readonly clause: Bilingual;
}

/** Gives every planned line an end. Where the worker died that is an `error`, never a pass. */
function finish(
  job: Job,
  run: OpenRun,
  problems: readonly string[],
  { signal, onWritten }: { readonly signal: AbortSignal | undefined; readonly onWritten: () => void },
): void {
  const finished = finishedChecks(job.logFile);
  const tail = openLog(job.logFile, { existing: "append", onWritten });
  const at = run.scope.runtime.now();
  const missing = run.plan.filter((line) => !finished.has(line.id));
  for (const line of missing) {
    const base = {
      type: "check.finished" as const,
      at,
      check: line.id,
      requirement: line.requirement,
      level: line.level,
      durationMs: 0,
    };
    if (signal?.aborted === true)
      tail.append({
        ...base,
        verdict: "inconclusive",
        reason: { en: "the run was stopped before this check ended", zh: "运行在此检查结束前被停止" },
      });
    else
      tail.append({
        ...base,
        verdict: "error",
        error: `the harness stopped before this check ended. ${problems.join("\n") || "The worker ended without a word."}`,
      });
  }
  const spent = job.deadline !== undefined && at >= job.deadline;
  const partial = missing.length > 0 || signal?.aborted === true || spent;
  tail.append({
    type: "run.finished",
    at,
    partial,
    ...(partial
      ? { reason: signal?.aborted === true ? "stopped" : spent ? "time budget spent" : "harness failure" }
      : {}),
  });
  tail.close();
}
