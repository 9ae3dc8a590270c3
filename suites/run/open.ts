import { pathToFileURL } from "node:url";
import { barrier } from "../../core/runtime/barrier.ts";
import { handshake } from "../../core/runtime/handshake.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { LiveRuntime } from "../../core/runtime/live.ts";
import { proxySettings } from "../../core/runtime/proxy.ts";
import { loadPack } from "../../core/pack/load.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { RunEvent } from "../../core/run/event.ts";
import type { Check } from "../check.ts";
import { EFFORTS } from "../effort.ts";
import type { Effort } from "../effort.ts";
import { CHECKS } from "../checks/index.ts";
import type { Json } from "../../core/unit/unit.ts";
import { narrowed } from "../modules.ts";
import { packView } from "../pack-view.ts";
import type { PackView } from "../pack-view.ts";
import { plan } from "../plan.ts";
import type { Planned } from "../plan.ts";
import { loadStatement } from "../statement/load.ts";
import type { StatementProblem } from "../statement/load.ts";
import type { Statement } from "../statement/statement.ts";
import { openSigner, openSutKeys, sealingKeysOf } from "../wire/signer.ts";
import type { Signer, VerifyingKey } from "../wire/signer.ts";
import { assertionsAreFindings } from "./assertions.ts";
import { runScope } from "./scope.ts";
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

/** The statement cannot be used; everything that is wrong with it is listed. */
export class StatementProblems extends Error {
  readonly problems: readonly StatementProblem[];
  constructor(file: string, problems: readonly StatementProblem[]) {
    super(
      `The statement ${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map(({ pointer, rule, remedy }) => `  ${pointer === "" ? "(the file)" : pointer}: ${rule}. ${remedy}`).join("\n")}`,
    );
    this.name = "StatementProblems";
    this.problems = problems;
  }
}

/** What `--modules` names is not there to be chosen. */
export class ChoiceError extends Error {
  readonly remedy: string;
  constructor(problems: readonly StatementProblem[]) {
    super(problems.map(({ rule }) => `the choice ${rule}`).join("; "));
    this.name = "ChoiceError";
    this.remedy = problems.map(({ remedy }) => remedy).join(" ");
  }
}

/** What decides a plan: a job without what only a run has. */
export type PlanJob = Pick<Job, "packDirectory" | "statementFile" | "effort" | "only" | "modules">;

interface PlannedRun extends Pick<OpenRun, "pack" | "statement" | "statementDigest" | "plan"> {
  readonly keys: ReturnType<typeof openKeys>;
}

/** Reads pack, statement and keys, and plans; touches no network. Throws `StatementProblems`, `PlanError` or what loading a pack throws. */
export async function planRun(job: PlanJob, hasCounterparty: boolean): Promise<PlannedRun> {
  const source = loadPack(job.packDirectory);
  const loaded = loadStatement(job.statementFile);
  if (!loaded.ok) throw new StatementProblems(job.statementFile, loaded.problems);
  const claim = narrowed(loaded.statement, source.modules ?? [], job.modules);
  if (!claim.ok && claim.ofChoice) throw new ChoiceError(claim.problems);
  if (!claim.ok) throw new StatementProblems(job.statementFile, claim.problems);
  const { statement } = claim;
  const signers = openSigners(statement, source.manifest.policies, job.statementFile);
  const pack = packView(source, sealingKeysOf(signers.opened));
  const keys = openKeys(statement, pack, job.statementFile, signers);
  const lines = plan({
    checks: [...CHECKS, ...(await vendorChecks(statement.checks, job.statementFile, pack))],
    pack,
    statement,
    effort: job.effort,
    hasCounterparty,
    ...(job.only === undefined ? {} : { only: job.only }),
  });
  return { pack, statement, statementDigest: loaded.digest, plan: lines, keys };
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
  const proxy = proxySettings(process.env);
  const runtime: LiveRuntime = liveRuntime({
    tls,
    maxSockets: Math.max(64, statement.limits.maxConcurrency),
    ...(proxy === undefined ? {} : { proxy }),
  });
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

interface OpenedSigners {
  readonly opened: readonly Signer[];
  readonly problems: readonly StatementProblem[];
}

function openSigners(statement: Statement, policies: PackView["policies"], file: string): OpenedSigners {
  const problems: StatementProblem[] = [];
  const opened = statement.parties.flatMap((party, index) => {
    const signer = openSigner(party, policies, `/parties/${index}`);
    if (signer.ok) return [signer.value];
    problems.push({ file, pointer: signer.pointer, rule: signer.rule, remedy: signer.remedy });
    return [];
  });
  return { opened, problems };
}

function openKeys(
  statement: Statement,
  pack: PackView,
  file: string,
  { opened: signers, problems: ofSigners }: OpenedSigners,
): { readonly signers: readonly Signer[]; readonly sutKeys: readonly VerifyingKey[] } {
  const problems: StatementProblem[] = [...ofSigners];
  const sutKeys = openSutKeys(statement, pack.policies.envelope);
  if (!sutKeys.ok) problems.push({ file, pointer: sutKeys.pointer, rule: sutKeys.rule, remedy: sutKeys.remedy });
  const signing = new Set(signingHeaders(pack.envelope));
  for (const [name] of statement.headers ?? [])
    if (signing.has(name.toLowerCase()))
      problems.push({
        file,
        pointer: `/headers/${name}`,
        rule: "is the header in which the pack's envelope carries the signature",
        remedy: "Take it out: a call cannot carry both. Ask for another header at the gateway.",
      });
  for (const scenario of Object.keys(statement.fixtures)) {
    const known = pack.scenario(scenario);
    if (known === undefined)
      problems.push({
        file,
        pointer: `/fixtures/${scenario}`,
        rule: "is no scenario of the pack",
        remedy: `${suggestion(
          scenario,
          pack.source.scenarios.map((one) => one.id),
        )}Use one of ${pack.source.scenarios.map((one) => one.id).join(", ")}.`,
      });
    const bound = statement.fixtures[scenario];
    if (known === undefined || bound === undefined || "none" in bound) continue;
    for (const [name, { type, title }] of Object.entries(known.gives)) {
      const value = bound.values[name];
      // A wrong type would be sent, refused, and held against the SUT. The value itself is not repeated: it may be a person's.
      if (value !== undefined && !(type === "text" ? typeof value === "string" && value !== "" : isMoney(value)))
        problems.push({
          file,
          pointer: `/fixtures/${scenario}/${name}`,
          rule: `is not ${type === "text" ? "a text" : "an amount"}`,
          remedy: `Give ${title.en} as ${type === "text" ? "a text in quotes" : '{"value": 1000, "currency": "CNY"}, in minor units'}.`,
        });
    }
    for (const name of Object.keys(known.gives))
      if (bound.values[name] === undefined)
        problems.push({
          file,
          pointer: `/fixtures/${scenario}`,
          rule: `"${name}" is missing`,
          remedy: `Give ${name} (${known.gives[name]?.title.en ?? name}), or {"none": "why"}.`,
        });
  }
  if (problems.length > 0 || !sutKeys.ok) throw new StatementProblems(file, problems);
  return { signers, sutKeys: sutKeys.value };
}

/** Names, in small letters, of the headers that an envelope adds to a request. */
function signingHeaders(envelope: PackView["envelope"]): readonly string[] {
  const identity = { algorithm: "a", party: "p", serial: "s", timestamp: "0", nonce: "n" };
  const message = { ...identity, method: "GET", target: "/", body: new Uint8Array() };
  return envelope.carry(message, { ...identity, signature: "" }).headers.map(([name]) => name.toLowerCase());
}

function isMoney(value: Json): boolean {
  const { value: amount, currency } = (
    typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}
  ) as { readonly value?: unknown; readonly currency?: unknown };
  return Number.isSafeInteger(amount) && typeof currency === "string";
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
