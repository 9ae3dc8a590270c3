import { pathToFileURL } from "node:url";
import { barrier } from "../../core/runtime/barrier.ts";
import { handshake } from "../../core/runtime/handshake.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { RunEvent } from "../../core/run/event.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import type { Check } from "../check.ts";
import { EFFORTS } from "../effort.ts";
import type { Effort } from "../effort.ts";
import { CHECKS } from "../checks/index.ts";
import type { PackView } from "../pack-view.ts";
import { plan } from "../plan.ts";
import type { Planned } from "../plan.ts";
import type { Complaint, StatementProblem } from "../statement/raw-statement.ts";
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
  /** Run nonces of earlier runs over the same data, so that what they have left is not taken for another's. */
  readonly nonces?: readonly string[];
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
    ...(job.nonces === undefined ? {} : { nonces: job.nonces }),
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
    const problem = ({ rule, remedy }: Complaint): number =>
      problems.push({
        file: statementFile,
        pointer: `/checks/${at}`,
        rule: { en: `${file} ${rule.en}`, zh: `${file} ${rule.zh}` },
        remedy,
      });
    const module = await imported(file).catch((cause: unknown) => void problem(unreadable(cause)));
    if (module === undefined) continue;
    if (!Array.isArray(module.checks))
      problem({
        rule: { en: "exports no list `checks`", zh: "没有导出列表 `checks`" },
        remedy: {
          en: "Export `checks`, a list of Check (docs/recipes/check.md).",
          zh: "请导出 `checks`，即 Check 的列表（见 docs/recipes/check.zh-CN.md）。",
        },
      });
    else
      for (const [index, one] of (module.checks as readonly unknown[]).entries()) {
        const fault = faultOf(one, pack);
        if (fault === undefined) found.push(assertionsAreFindings(one as Check));
        else
          problem({
            rule: {
              en: `exports as checks[${index}] what is no check: ${fault.rule.en}`,
              zh: `导出的 checks[${index}] 不是检查：${fault.rule.zh}`,
            },
            remedy: fault.remedy,
          });
      }
  }
  if (problems.length > 0) throw new StatementProblems(statementFile, problems);
  return found;
}

function unreadable(cause: unknown): Complaint {
  const { en, zh } = reasonOf(cause);
  return {
    rule: { en: `cannot be read as a module: ${en}`, zh: `无法作为 JavaScript 模块读取：${zh}` },
    remedy: {
      en: "File names are relative to the statement; correct the name, or the module.",
      zh: "文件名相对于声明所在目录；请更正文件名或模块本身。",
    },
  };
}

async function imported(file: string): Promise<{ readonly checks?: unknown }> {
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly checks?: unknown };
}

/** What keeps it from being a check: a vendor's module was seen by no compiler. */
function faultOf(one: unknown, pack: PackView): Complaint | undefined {
  const { id, requirement, title, effort, run } = (typeof one === "object" && one !== null ? one : {}) as {
    readonly [name in keyof Check]?: unknown;
  };
  if (typeof id !== "string" || !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(id))
    return {
      rule: isWrong("its id", "编号", id),
      remedy: { en: 'Give an id such as "ours.echo".', zh: "请给出编号，如“ours.echo”。" },
    };
  if (typeof requirement !== "string" || pack.requirement(requirement) === undefined)
    return unknownRequirement(id, requirement, pack);
  const { en, zh } = (typeof title === "object" && title !== null ? title : {}) as {
    readonly en?: unknown;
    readonly zh?: unknown;
  };
  if (typeof en !== "string" || typeof zh !== "string")
    return {
      rule: { en: `the title of ${id} is not in both languages`, zh: `${id} 的标题缺少中文或英文` },
      remedy: { en: 'Give title: { en: "...", zh: "..." }.', zh: '请给出 title: { en: "...", zh: "..." }。' },
    };
  if (!EFFORTS.some((each) => each === effort))
    return {
      rule: isWrong(`the effort of ${id}`, `${id} 的力度`, effort),
      remedy: { en: `Give one of ${EFFORTS.join(", ")}.`, zh: `请取其一：${EFFORTS.join("、")}。` },
    };
  if (typeof run !== "function")
    return {
      rule: { en: `${id} has no run`, zh: `${id} 没有 run` },
      remedy: {
        en: "Give async run(session) { ... } (docs/recipes/check.md).",
        zh: "请给出 async run(session) { ... }（见 docs/recipes/check.zh-CN.md）。",
      },
    };
  return undefined;
}

function isWrong(en: string, zh: string, value: unknown): Bilingual {
  const shown = JSON.stringify(value);
  return shown === undefined
    ? { en: `${en} is missing`, zh: `缺少${zh}` }
    : { en: `${en} is ${shown}`, zh: `${zh}为 ${shown}` };
}

function unknownRequirement(id: string, requirement: unknown, pack: PackView): Complaint {
  const { name } = pack.source.manifest;
  const known = pack.source.requirements.map((each) => each.id);
  const near = suggestion(typeof requirement === "string" ? requirement : "", known);
  const is = isWrong(`the requirement of ${id}`, `${id} 的要求`, requirement);
  return {
    rule: { en: `${is.en}, which the pack ${name} lacks`, zh: `${is.zh}，规范包 ${name} 没有该要求` },
    remedy: {
      en: `${near.en}Name one of the pack; \`liantiao verify bank --list\` shows them.`,
      zh: `${near.zh}请写规范包中的要求；\`liantiao verify bank --list\` 列出全部。`,
    },
  };
}
