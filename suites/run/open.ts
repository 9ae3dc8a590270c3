import { pathToFileURL } from "node:url";
import { barrier } from "../../core/runtime/barrier.ts";
import { handshake } from "../../core/runtime/handshake.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { RunEvent } from "../../core/run/event.ts";
import type { Check } from "../check.ts";
import { EFFORTS } from "../effort.ts";
import type { Effort } from "../effort.ts";
import { CHECKS } from "../checks/index.ts";
import type { PackView } from "../pack-view.ts";
import { plan } from "../plan.ts";
import type { Planned } from "../plan.ts";
import type { StatementProblem } from "../statement/load.ts";
import type { Statement } from "../statement/statement.ts";
import { assertionsAreFindings } from "./assertions.ts";
import { openSut, StatementProblems } from "./open-sut.ts";
import type { SutKeys } from "./open-sut.ts";
import { runScope } from "./scope.ts";
import { sutRuntime } from "./sut-runtime.ts";
import type { Counterparty, RunScope } from "./scope.ts";

/** All that decides what a run does, as plain data: the worker that runs the checks is another thread. */
export interface Job {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly seed: number;
  readonly effort: Effort;
  readonly only?: string;
  /** Modules that are judged, with those that they need; absent: all that the statement claims. */
  readonly modules?: readonly string[];
  readonly startedAt: number;
  readonly logFile: string;
  /** Whether a watcher is to be told when the log has grown. */
  readonly watched?: true;
  readonly counterparty?: Counterparty;
  /** By the harness's clock; checks that would begin later are not judged. */
  readonly deadline?: number;
}

export interface OpenRun {
  readonly pack: PackView;
  readonly statement: Statement;
  readonly statementDigest: string;
  readonly plan: readonly Planned[];
  readonly scope: RunScope;
  close(): void;
}

/** What decides a plan: a job without what only a run has. */
export type PlanJob = Pick<Job, "packDirectory" | "statementFile" | "effort" | "only" | "modules">;

interface PlannedRun extends Pick<OpenRun, "pack" | "statement" | "statementDigest" | "plan"> {
  readonly keys: SutKeys;
}

/** Reads pack, statement and keys, and plans; touches no network. Throws `StatementProblems`, `PlanError` or what loading a pack throws. */
export async function planRun(job: PlanJob, hasCounterparty: boolean): Promise<PlannedRun> {
  const { pack, statement, statementDigest, keys } = openSut(job);
  const lines = plan({
    checks: [...CHECKS, ...(await vendorChecks(statement.checks, job.statementFile, pack))],
    pack,
    statement,
    effort: job.effort,
    hasCounterparty,
    ...(job.only === undefined ? {} : { only: job.only }),
  });
  return { pack, statement, statementDigest, plan: lines, keys };
}

/** Plans, and opens the network. Throws as `planRun` does. */
export async function openRun(
  job: Omit<Job, "logFile">,
  part: "preflight" | "checks",
  emit: (event: RunEvent) => void,
): Promise<OpenRun> {
  const { keys, ...planned } = await planRun(job, job.counterparty !== undefined);
  const { pack, statement } = planned;
  const tls = statement.tls ?? {};
  const { runtime, proxy } = sutRuntime(statement);
  const scope = runScope({
    pack,
    statement,
    statementFile: job.statementFile,
    runtime,
    handshake: (offer) => handshake(statement.baseUrl, tls, offer, statement.limits.timeoutMs, proxy),
    race: (requests) => barrier(new URL(statement.baseUrl).origin, tls, proxy).race(requests),
    seed: job.seed,
    part,
    effort: job.effort,
    startedAt: job.startedAt,
    counterparty: job.counterparty,
    emit,
    ...keys,
  });
  return { ...planned, scope, close: () => runtime.close() };
}

/** A vendor's own checks: modules that export `checks`. They follow the contract of ours, and may assert as a test does. */
async function vendorChecks(
  files: readonly string[],
  statementFile: string,
  pack: PackView,
): Promise<readonly Check[]> {
  const found: Check[] = [];
  const problems: StatementProblem[] = [];
  for (const [at, file] of files.entries()) {
    const problem = (rule: string, remedy: string): number =>
      problems.push({ file: statementFile, pointer: `/checks/${at}`, rule: `${file} ${rule}`, remedy });
    const module = await imported(file).catch(
      (cause: unknown) =>
        void problem(
          `cannot be read as a module: ${cause instanceof Error ? cause.message : String(cause)}`,
          "File names are relative to the statement; correct the name, or the module.",
        ),
    );
    if (module === undefined) continue;
    if (!Array.isArray(module.checks))
      problem("exports no list `checks`", "Export `checks`, a list of Check (docs/recipes/check.md).");
    else
      for (const [index, one] of (module.checks as readonly unknown[]).entries()) {
        const fault = faultOf(one, pack);
        if (fault === undefined) found.push(assertionsAreFindings(one as Check));
        else problem(`exports as checks[${index}] what is no check: ${fault.rule}`, fault.remedy);
      }
  }
  if (problems.length > 0) throw new StatementProblems(statementFile, problems);
  return found;
}

async function imported(file: string): Promise<{ readonly checks?: unknown }> {
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly checks?: unknown };
}

/** What keeps it from being a check: a vendor's module was seen by no compiler. */
function faultOf(one: unknown, pack: PackView): { readonly rule: string; readonly remedy: string } | undefined {
  const { id, requirement, title, effort, run } = (typeof one === "object" && one !== null ? one : {}) as {
    readonly [name in keyof Check]?: unknown;
  };
  if (typeof id !== "string" || !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(id))
    return { rule: `its id is ${JSON.stringify(id) ?? "missing"}`, remedy: 'Give an id such as "ours.echo".' };
  const named = typeof requirement === "string" ? requirement : "";
  if (pack.requirement(named) === undefined)
    return {
      rule: `the requirement of ${id} is ${JSON.stringify(requirement) ?? "missing"}, which the pack ${pack.source.manifest.name} lacks`,
      remedy: `${suggestion(
        named,
        pack.source.requirements.map((each) => each.id),
      )}Name one of the pack; \`liantiao verify bank --list\` shows them.`,
    };
  const { en, zh } = (typeof title === "object" && title !== null ? title : {}) as {
    readonly en?: unknown;
    readonly zh?: unknown;
  };
  if (typeof en !== "string" || typeof zh !== "string")
    return { rule: `the title of ${id} is not in both languages`, remedy: 'Give title: { en: "...", zh: "..." }.' };
  if (!EFFORTS.some((each) => each === effort))
    return {
      rule: `the effort of ${id} is ${JSON.stringify(effort) ?? "missing"}`,
      remedy: `Give one of ${EFFORTS.join(", ")}.`,
    };
  if (typeof run !== "function")
    return { rule: `${id} has no run`, remedy: "Give async run(session) { ... } (docs/recipes/check.md)." };
  return undefined;
}
