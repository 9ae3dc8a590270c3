import { pathToFileURL } from "node:url";
import { barrier } from "../../core/runtime/barrier.ts";
import { handshake } from "../../core/runtime/handshake.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { LiveRuntime } from "../../core/runtime/live.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { RunEvent } from "../../core/run/event.ts";
import type { Check } from "../check.ts";
import { retoldStatement } from "../dialect/statement.ts";
import type { Effort } from "../effort.ts";
import { CHECKS } from "../checks/index.ts";
import type { Json } from "../../core/unit/unit.ts";
import { packView } from "../pack-view.ts";
import type { PackView } from "../pack-view.ts";
import { plan } from "../plan.ts";
import type { Planned } from "../plan.ts";
import { loadStatement } from "../statement/load.ts";
import type { StatementProblem } from "../statement/load.ts";
import type { Statement } from "../statement/statement.ts";
import { openSigner, openSutKeys } from "../wire/signer.ts";
import type { Signer, VerifyingKey } from "../wire/signer.ts";
import { runScope } from "./scope.ts";
import type { Counterparty, RunScope } from "./scope.ts";

/** All that decides what a run does, as plain data: the worker that runs the checks is another thread. */
export interface Job {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly seed: number;
  readonly effort: Effort;
  readonly only?: string;
  readonly startedAt: number;
  readonly logFile: string;
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

/** The statement cannot be used; everything that is wrong with it is listed. */
export class StatementProblems extends Error {
  readonly problems: readonly StatementProblem[];
  constructor(file: string, problems: readonly StatementProblem[]) {
    super(`The statement ${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map(({ pointer, rule, remedy }) => `  ${pointer === "" ? "(the file)" : pointer}: ${rule}. ${remedy}`).join("\n")}`);
    this.name = "StatementProblems";
    this.problems = problems;
  }
}

/** What decides a plan: a job without what only a run has. */
export type PlanJob = Pick<Job, "packDirectory" | "statementFile" | "effort" | "only">;

interface PlannedRun extends Pick<OpenRun, "pack" | "statement" | "statementDigest" | "plan"> {
  readonly keys: ReturnType<typeof openKeys>;
}

/** Reads pack, statement and keys, and plans; touches no network. Throws `StatementProblems`, `PlanError` or what loading a pack throws. */
export async function planRun(job: PlanJob, hasCounterparty: boolean): Promise<PlannedRun> {
  const pack = packView(loadPack(job.packDirectory));
  const loaded = loadStatement(job.statementFile);
  if (!loaded.ok) throw new StatementProblems(job.statementFile, loaded.problems);
  const statement = retoldStatement(loaded.statement, pack.dialect);
  const keys = openKeys(statement, pack, job.statementFile);
  const lines = plan({
    checks: [...CHECKS, ...(await vendorChecks(statement.checks))],
    pack,
    statement,
    effort: job.effort,
    hasCounterparty,
    ...(job.only === undefined ? {} : { only: job.only }),
  });
  return { pack, statement, statementDigest: loaded.digest, plan: lines, keys };
}

/** Plans, and opens the network. Throws as `planRun` does. */
export async function openRun(job: Omit<Job, "logFile">, part: "preflight" | "checks", emit: (event: RunEvent) => void): Promise<OpenRun> {
  const { keys, ...planned } = await planRun(job, job.counterparty !== undefined);
  const { pack, statement } = planned;
  const tls = statement.tls ?? {};
  const runtime: LiveRuntime = liveRuntime({ tls, maxSockets: Math.max(64, statement.limits.maxConcurrency) });
  const scope = runScope({
    pack,
    statement,
    statementFile: job.statementFile,
    runtime,
    handshake: (offer) => handshake(statement.baseUrl, tls, offer, statement.limits.timeoutMs),
    race: (requests) => barrier(new URL(statement.baseUrl).origin, tls).race(requests),
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

function openKeys(statement: Statement, pack: PackView, file: string): { readonly signers: readonly Signer[]; readonly sutKeys: readonly VerifyingKey[] } {
  const problems: StatementProblem[] = [];
  const signers = statement.parties.flatMap((party, index) => {
    const opened = openSigner(party, pack.policies.signature, `/parties/${index}`);
    if (opened.ok) return [opened.value];
    problems.push({ file, pointer: opened.pointer, rule: opened.rule, remedy: opened.remedy });
    return [];
  });
  const sutKeys = openSutKeys(statement, pack.policies.signature);
  if (!sutKeys.ok) problems.push({ file, pointer: sutKeys.pointer, rule: sutKeys.rule, remedy: sutKeys.remedy });
  for (const scenario of Object.keys(statement.fixtures)) {
    const known = pack.scenario(scenario);
    if (known === undefined) problems.push({ file, pointer: `/fixtures/${scenario}`, rule: "is no scenario of the pack", remedy: `Use one of ${pack.source.scenarios.map((one) => one.id).join(", ")}.` });
    const bound = statement.fixtures[scenario];
    if (known === undefined || bound === undefined || "none" in bound) continue;
    for (const [name, { type, title }] of Object.entries(known.gives)) {
      const value = bound.values[name];
      // A wrong type would be sent, refused, and held against the SUT. The value itself is not repeated: it may be a person's.
      if (value !== undefined && !(type === "text" ? typeof value === "string" && value !== "" : isMoney(value))) problems.push({ file, pointer: `/fixtures/${scenario}/${pack.dialect.word(name)}`, rule: `is not ${type === "text" ? "a text" : "an amount"}`, remedy: `Give ${title.en} as ${type === "text" ? 'a text in quotes' : '{"value": 1000, "currency": "CNY"}, in minor units'}.` });
    }
    for (const name of Object.keys(known.gives)) if (bound.values[name] === undefined) problems.push({ file, pointer: `/fixtures/${scenario}`, rule: `"${pack.dialect.word(name)}" is missing`, remedy: `Give ${pack.dialect.word(name)} (${known.gives[name]?.title.en ?? name}), or {"none": "why"}.` });
  }
  if (problems.length > 0 || !sutKeys.ok) throw new StatementProblems(file, problems);
  return { signers, sutKeys: sutKeys.value };
}

function isMoney(value: Json): boolean {
  const { value: amount, currency } = (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}) as { readonly value?: unknown; readonly currency?: unknown };
  return Number.isSafeInteger(amount) && typeof currency === "string";
}

/** A vendor's own checks: modules that export `checks`. They follow the contract of ours. */
async function vendorChecks(files: readonly string[]): Promise<readonly Check[]> {
  const found: Check[] = [];
  for (const file of files) {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly checks?: unknown };
    if (!Array.isArray(module.checks)) throw new StatementProblems(file, [{ file, pointer: "/checks", rule: "the module exports no list `checks`", remedy: "Export `checks`, a list of Check (suites/check.ts)." }]);
    found.push(...(module.checks as Check[]));
  }
  return found;
}
