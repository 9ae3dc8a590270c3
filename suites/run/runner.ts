import { inBothLanguages } from "./in-both-languages.ts";
import { verifyCommand } from "../../core/run/command.ts";
import type { CheckFinished, RunEvent } from "../../core/run/event.ts";
import type { Finding } from "../../core/run/finding.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { firstReason } from "../not-demanded.ts";
import type { Skip } from "../not-demanded.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { Failure } from "../outcome.ts";
import type { Planned } from "../plan.ts";
import { Session } from "../session.ts";
import { askBeside } from "./ask-beside.ts";
import { askForPresence } from "./ask-for-presence.ts";
import { doubtOf } from "./doubt.ts";
import type { Lane } from "./lane.ts";
import { rootOf, ROOTS } from "./root.ts";
import type { RunScope } from "./scope.ts";

export interface Running {
  readonly scope: RunScope;
  /** Default the first. */
  readonly lane?: Lane;
  /** Ends the check: the run was stopped, or its time is spent. */
  readonly stop: AbortSignal;
  /** Milliseconds since the epoch by the harness's clock; what would begin later is not judged, and what is under way then is ended. */
  readonly deadline: number | undefined;
  /** Ids of all lines that are judged in this run; absent: no other than the one that runs. */
  readonly planned?: ReadonlySet<string>;
}

class TimeSpent extends Error {
  /** The whole run's, and not only the check's. */
  readonly ofRun: boolean;

  constructor(limitMs: number, ofRun: boolean) {
    super(`check took longer than ${limitMs} ms`);
    this.ofRun = ofRun;
  }
}

/**
 * Runs one planned line and writes its events. Never throws for what the check does: a crash is the verdict `error`, or
 * `inconclusive` where the SUT's answers broke the schema that the check relies on; a timeout is `inconclusive`; and none
 * is ever read as a pass or a fail.
 */
export async function runPlanned(line: Planned, running: Running): Promise<CheckFinished> {
  const { scope } = running;
  const startedAt = scope.runtime.now();
  scope.emit({ type: "check.started", at: startedAt, check: line.id });
  const result = await conclude(line, running);
  const at = scope.runtime.now();
  const finished: CheckFinished = {
    type: "check.finished",
    at,
    check: line.id,
    requirement: line.requirement,
    level: line.level,
    durationMs: Math.max(0, at - startedAt),
    ...result,
  };
  scope.emit(finished satisfies RunEvent);
  return finished;
}

type Result = Pick<CheckFinished, "verdict" | "reason" | "skipCause" | "lacks" | "finding" | "error">;

async function conclude(line: Planned, running: Running): Promise<Result> {
  if (line.skip !== undefined) return skipped(line.skip);
  const { scope, lane, stop } = running;
  const early = notBegun(running) ?? (await absent(line, running)) ?? notBegun(running);
  if (early !== undefined) return early;
  const { signal, expired, limitMs, end } = timeLimit(scope, stop, running.deadline);
  const session = new Session(scope, line.id, signal, { ...lane, isolated: line.check.isolated === true });
  try {
    await Promise.race([line.check.run(session, line.instance), expired]);
    const onTheWay = session.onlyOnTheWay();
    if (onTheWay !== undefined) return { verdict: "inconclusive", reason: onTheWay };
    const vacuousReason = session.vacuousReason();
    return vacuousReason === undefined ? { verdict: "pass" } : { verdict: "error", error: vacuousReason };
  } catch (thrown) {
    // Aborted by us: whatever came up afterwards is a consequence.
    if (signal.aborted) {
      if (signal.reason instanceof TimeSpent && signal.reason.ofRun)
        return {
          verdict: "inconclusive",
          reason: { en: "the run's time was spent during this check", zh: "运行时间预算在此检查期间用尽" },
        };
      const late = signal.reason instanceof TimeSpent;
      return {
        verdict: "inconclusive",
        reason: late
          ? {
              en: `not done within ${limitMs / 1000} s (limits.checkTimeoutSeconds)`,
              zh: `未能在 ${limitMs / 1000} 秒内完成（limits.checkTimeoutSeconds）`,
            }
          : { en: "the run was stopped during this check", zh: "运行在此检查期间被停止" },
      };
    }
    if (thrown instanceof CheckFailed) {
      const doubt = (await rootFound(line, running, thrown.failure)) ?? (await doubtOf(scope, line.id, thrown.failure));
      return doubt === undefined
        ? { verdict: "fail", reason: thrown.failure.summary, finding: finding(line, scope, thrown) }
        : { verdict: "inconclusive", reason: doubt };
    }
    if (thrown instanceof CheckInconclusive) return { verdict: "inconclusive", reason: thrown.reason };
    if (thrown instanceof CheckSkipped) {
      const { reason, skipCause: cause, lacks } = thrown;
      return skipped(
        firstReason({ reason, cause, ...(lacks === undefined ? {} : { lacks }) }, line.instance, {
          pack: scope.pack,
          statement: scope.statement,
        }),
      );
    }
    const misled = scope.incidents.misleading(line.id);
    if (misled !== undefined)
      return {
        verdict: "inconclusive",
        reason: {
          en: `the check could not go on with an answer of ${misled.interface} that its schema refuses (${misled.seen.en})`,
          zh: `${misled.interface} 的应答不符合模式（${misled.seen.zh}），检查无法继续`,
        },
      };
    return { verdict: "error", error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  } finally {
    end();
    await session.close();
  }
}

/**
 * The root of a fail, as `rootOf` has it. Where the server failed and no other check has met that yet, an ordinary call
 * beside it tells whether the interface fails whatever it is asked.
 */
async function rootFound(
  { id, check }: Planned,
  { scope, lane, stop, planned = new Set() }: Running,
  failure: Failure,
): Promise<Bilingual | undefined> {
  const known = rootOf(failure, id, planned, scope.servers);
  if (known !== undefined || failure.breach?.kind !== "server-error" || stop.aborted) return known;
  if (!planned.has(ROOTS["server-error"].check)) return undefined;
  await askBeside(scope, failure.breach.interface, stop, { ...lane, isolated: check.isolated === true });
  return rootOf(failure, id, planned, scope.servers);
}

function skipped({ reason, cause, lacks }: Skip): Result {
  return { verdict: "skipped", reason, skipCause: cause, ...(lacks === undefined ? {} : { lacks }) };
}

/** Why a check does not begin any more. */
function notBegun({ scope, stop, deadline }: Running): Result | undefined {
  if (stop.aborted)
    return {
      verdict: "inconclusive",
      reason: { en: "the run was stopped before this check", zh: "运行在此检查之前被停止" },
    };
  if (deadline !== undefined && scope.runtime.now() >= deadline)
    return {
      verdict: "inconclusive",
      reason: { en: "the run's time was spent before this check", zh: "运行时间预算在此检查之前用尽" },
    };
  return undefined;
}

/** Whether the SUT has gone for good; waits for one that may come back. What judges the run at its end has seen most of it already. */
async function absent({ check }: Planned, { scope, stop, deadline }: Running): Promise<Result | undefined> {
  const reason =
    check.when === "end"
      ? undefined
      : await scope.presence.absence({
          runtime: scope.runtime,
          ask: () => askForPresence(scope, stop),
          stop,
          deadline,
        });
  return reason === undefined ? undefined : { verdict: "inconclusive", reason };
}

/**
 * Lets a planned line's check arrange what it wants to find when it runs. Never throws: what goes wrong is kept with what
 * was arranged, and the run meets it again.
 */
export async function preparePlanned(line: Planned, { scope, lane, stop, deadline }: Running): Promise<void> {
  if (
    line.check.ahead === undefined ||
    line.skip !== undefined ||
    stop.aborted ||
    (deadline !== undefined && scope.runtime.now() >= deadline)
  )
    return;
  const { signal, expired, end } = timeLimit(scope, stop, deadline);
  const session = new Session(scope, line.id, signal, { ...lane, isolated: true });
  await Promise.race([line.check.ahead(session, line.instance), expired]).catch(() => {});
  end();
  await session.close();
}

/** The time that a check may take, at most what the run has left: when it is spent `signal` aborts and `expired` rejects; `signal` aborts too when the run is stopped. `end` gives the timer back. */
function timeLimit(
  scope: RunScope,
  stop: AbortSignal,
  deadline: number | undefined,
): { readonly signal: AbortSignal; readonly expired: Promise<never>; readonly limitMs: number; end(): void } {
  const leftMs = deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - scope.runtime.now());
  const limitMs = Math.min(scope.statement.limits.checkTimeoutSeconds * 1000, leftMs);
  const controller = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  expired.catch(() => {});
  const onStop = (): void => controller.abort(stop.reason);
  stop.addEventListener("abort", onStop, { once: true });
  const cancel = scope.runtime.schedule(limitMs, () => {
    const spent = new TimeSpent(limitMs, leftMs === limitMs);
    controller.abort(spent);
    // What was under way is told of first, so that the verdict is the last word of a check.
    void scope.runtime.yield().then(() => reject(spent));
  });
  return {
    signal: controller.signal,
    expired,
    limitMs,
    end: () => {
      cancel();
      stop.removeEventListener("abort", onStop);
    },
  };
}

function finding(line: Planned, scope: RunScope, { failure }: CheckFailed): Finding {
  const { evidence = [], restsOn: _restsOn, breach: _breach, ...said } = failure;
  return {
    requirement: line.requirement,
    level: line.level,
    check: line.id,
    summary: said.summary,
    ...inBothLanguages(said),
    ...(said.likelyCause === undefined ? {} : { likelyCause: said.likelyCause }),
    evidence,
    seed: scope.seed,
    replay: verifyCommand({
      role: scope.statement.role,
      statementFile: scope.statementFile,
      ...selecting(line, said.shownBy),
      effort: scope.effort,
      seed: scope.seed,
    }),
  };
}

/** What to select to see a finding again. A check that judges what the run saw sees nothing when it runs alone. */
function selecting({ id, check }: Planned, shownBy: readonly string[] = []): { readonly only?: string } {
  if (check.when !== "end") return { only: id };
  return shownBy.length > 0 ? { only: `{${[id, ...shownBy].join(",")}}` } : {};
}
