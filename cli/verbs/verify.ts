import { resolve } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import type { PackSource, Role } from "../../core/pack/types.ts";
import type { RunJudgement } from "../../core/run/judgement.ts";
import { LOG_FILE } from "../../core/run/log.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { writeReports } from "../../reports/report.ts";
import { EFFORTS } from "../../suites/effort.ts";
import type { Effort } from "../../suites/effort.ts";
import { glob } from "../../suites/glob.ts";
import { PlanError } from "../../suites/plan.ts";
import { StatementInUse } from "../../suites/run/lock.ts";
import { planRun } from "../../suites/run/open.ts";
import { ChoiceError, StatementProblems } from "../../suites/run/open-sut.ts";
import { listChecks, verify } from "../../suites/verify.ts";
import type { ListedCheck, VerifyOptions } from "../../suites/verify.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { roleOf, wholeNumber } from "../argument.ts";
import { startCounterparty } from "../../hosting/counterparty.ts";
import { examples } from "../examples.ts";
import { interruptible } from "../interrupt.ts";
import { nearName } from "../../core/names/near-name.ts";
import { readPack } from "../../hosting/packs.ts";
import { followProgress } from "../progress.ts";
import { explainingWriteErrors, runFolder } from "../run-folder.ts";
import { throughProxy } from "../../hosting/outbound-proxy.ts";
import { expectRole, openStatement } from "../../hosting/statement.ts";
import { summaryLines, summaryOf } from "../summary.ts";
import { visibleJsonLine } from "../../core/text/visible-text.ts";
import { UserError } from "../../hosting/user-error.ts";

interface VerifyFlags {
  readonly sut?: string;
  readonly only?: string;
  readonly modules?: readonly string[];
  readonly list?: true;
  readonly seed?: number;
  readonly effort: string;
  readonly out?: string;
  readonly timeBudget?: number;
  readonly json?: true;
}

export function addVerify(program: Command): void {
  program
    .command("verify")
    .summary("judge a bank or a platform")
    .description(
      "Puts a system under test to the checks and writes reports.\nExit code: 0 every MUST of the declared profile passed; 1 a MUST failed; 2 configuration; 3 undecided; 99 only a service level missed.",
    )
    .argument("<bank|platform>", "the role that is judged")
    .option("--sut <statement>", "statement of the system under test (sut.json)")
    .option(
      "--only <glob>",
      "only checks, cases or requirements whose id matches, such as 'IDM-*', 'signature.*' or '*/payment.create'",
    )
    .option(
      "--modules <names>",
      "only these modules of the pack and those that they need, such as payment,payout",
      (text: string) => text.split(",").filter((name) => name !== ""),
    )
    .option(
      "--list",
      "list the checks, and judge nothing; with --sut those of its profile, and what is skipped and why",
    )
    .option("--seed <n>", "repeat a run's random choices", wholeNumber(0, 2 ** 31 - 1))
    .option("--effort <level>", `how much is tried: ${EFFORTS.join(", ")}`, "standard")
    .option("--out <dir>", "where the event log and the reports go (default: runs/<role>-<time>)")
    .option(
      "--time-budget <seconds>",
      "end the run in good order after this time, what is under way included",
      wholeNumber(1, 604_800),
    )
    .option("--json", "print a summary as one JSON document, and nothing else")
    .addHelpText(
      "after",
      examples(
        "verify bank --list",
        "verify bank --sut sut.json --list",
        "verify bank --sut sut.json --effort smoke --only 'SIG-*'",
        "verify bank --sut sut.json --time-budget 600 --out runs/today",
      ),
    )
    .action(judge);
}

async function judge(roleText: string, flags: VerifyFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const role = roleOf(roleText);
  const effort = effortOf(flags.effort);
  if (flags.list === true) {
    await (flags.sut === undefined
      ? list(role, flags, effort, language)
      : listFor(flags.sut, role, flags, effort, language));
    return;
  }
  if (flags.sut === undefined) throw withoutStatement(role);
  const statementFile = flags.sut;
  const opened = openStatement(statementFile);
  expectRole(opened, role);
  const way = throughProxy(opened.statement.baseUrl)[language];
  const out = await runFolder(role, flags.out);
  const seed = flags.seed ?? Date.now() % 2 ** 31;

  const interrupt = interruptible();
  const peer = await startCounterparty(opened);
  const progress = flags.json === true ? undefined : followProgress(process.stdout, language);
  try {
    if (flags.json !== true)
      console.log(
        `${pc.bold(opened.statement.name)} ${opened.statement.baseUrl}${way} ${pc.dim(openingWords(role, effort, seed)[language])}`,
      );
    const options: VerifyOptions = {
      packDirectory: opened.source.directory,
      statementFile,
      seed,
      effort,
      outDirectory: out,
      signal: interrupt.signal,
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(flags.modules === undefined ? {} : { modules: flags.modules }),
      ...(flags.timeBudget === undefined ? {} : { timeBudgetSeconds: flags.timeBudget }),
      ...(peer === undefined ? {} : { counterparty: peer.counterparty }),
      ...(progress === undefined ? {} : { watcher: progress }),
    };
    await explainingWriteErrors(out, () => mendable(verify(options), options, opened.source, role));
  } finally {
    await progress?.end();
    await peer?.close();
    interrupt.release();
  }

  const reports = await explainingWriteErrors(out, () => writeReports(out));
  if (!reports.ok)
    throw new UserError(reports.problem, { where: out, next: { en: "run verify again", zh: "请重新运行 verify" } });
  const { judgement, files } = reports;
  if (flags.json === true) console.log(visibleJsonLine(summaryOf(judgement, out, files)));
  else console.log(summaryText(judgement, out, files, language));
  process.exitCode = reports.exitCode;
}

const withoutStatement = (role: Role): UserError =>
  new UserError(
    { en: "verify needs the statement of the system under test", zh: "verify 需要被测系统的检验声明" },
    {
      where: "--sut",
      next: {
        en: `run \`liantiao serve ${role}\`, which writes one, or write one as docs/statement.md shows`,
        zh: `请运行 \`liantiao serve ${role}\` 生成一份，或按 docs/statement.zh-CN.md 编写`,
      },
    },
  );

/** Runs `work`, and turns errors that a user can mend into `UserError`s. */
async function mendable<T>(
  work: Promise<T>,
  { statementFile, only }: { readonly statementFile: string; readonly only?: string },
  source: PackSource,
  role: Role,
): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof StatementProblems)
      throw new UserError(cause.said, {
        where: statementFile,
        next: { en: "correct the statement at the places named", zh: "请在所指之处更正声明" },
        cause,
      });
    if (cause instanceof ChoiceError)
      throw new UserError(cause.said, { where: "--modules", next: cause.remedy, cause });
    if (cause instanceof StatementInUse)
      throw new UserError(cause.said, {
        where: statementFile,
        next: {
          en: `wait until the other run has ended; if none runs, delete ${cause.lockFile}`,
          zh: `请等另一次运行结束；若确无其他运行，请删除 ${cause.lockFile}`,
        },
        cause,
      });
    if (cause instanceof PlanError)
      throw new UserError(cause.said, {
        where: cause.ofOnly ? "--only" : statementFile,
        ...nextAfter(cause.ofOnly ? only : undefined, source, role),
        cause,
      });
    throw cause;
  }
}

/** What to do about a pattern that nothing matches. */
function nextAfter(
  only: string | undefined,
  source: PackSource,
  role: Role,
): { readonly near: string | undefined; readonly next: Bilingual } {
  const known =
    only === undefined
      ? []
      : listChecks({ source }, role).flatMap(({ id, requirement }) => [id, requirement, id.split("/")[0] ?? id]);
  return {
    near: nearName(only ?? "", known),
    next: {
      en: `\`liantiao verify ${role} --list\` shows every check`,
      zh: `\`liantiao verify ${role} --list\` 列出全部检查`,
    },
  };
}

/** What a run with this statement would judge, and what it would not and why. */
async function listFor(
  statementFile: string,
  role: Role,
  { only, modules, json }: VerifyFlags,
  effort: Effort,
  language: Language,
): Promise<void> {
  const opened = openStatement(statementFile);
  expectRole(opened, role);
  const job = {
    packDirectory: opened.source.directory,
    statementFile,
    effort,
    ...(only === undefined ? {} : { only }),
    ...(modules === undefined ? {} : { modules }),
  };
  const { plan } = await mendable(planRun(job, opened.statement.notify !== undefined), job, opened.source, role);
  const lines = plan.map(({ id, requirement, level, check, title, skip }) => ({
    id,
    requirement,
    level,
    effort: check.effort,
    title,
    ...(skip === undefined ? {} : { skipped: skip.reason }),
  }));
  if (json === true) {
    console.log(JSON.stringify(lines));
    return;
  }
  for (const { skipped, ...line } of lines)
    console.log(
      skipped === undefined
        ? lineOf(line, language)
        : pc.dim(`${lineOf(line, language)} (${SKIPPED[language]}${skipped[language]})`),
    );
  const left = lines.filter(({ skipped }) => skipped !== undefined).length;
  console.log(
    pc.dim(
      {
        en: `${lines.length - left} checks for ${opened.statement.name} at effort ${effort}, and ${left} that are skipped`,
        zh: `${opened.statement.name}，力度 ${effort}：检查 ${lines.length - left} 项，跳过 ${left} 项`,
      }[language],
    ),
  );
}

/** All checks of a role, without a statement. */
function list(role: Role, flags: VerifyFlags, effort: Effort, language: Language): void {
  const source = readPack("cooperation", process.cwd(), "--list");
  const wanted = flags.only === undefined ? undefined : glob(flags.only);
  const checks = listChecks({ source }, role, effort).filter(
    ({ id, requirement }) => wanted === undefined || wanted(id) || wanted(requirement),
  );
  if (checks.length === 0)
    throw new UserError(
      {
        en: `no check for the role ${role} matches "${flags.only ?? ""}"`,
        zh: `角色 ${role} 没有与“${flags.only ?? ""}”匹配的检查`,
      },
      {
        where: "--only",
        allowed: {
          en: "an id or a pattern with * of checks, cases or requirements",
          zh: "检查、用例或要求的编号，可含通配符 *",
        },
        ...nextAfter(flags.only, source, role),
      },
    );
  if (flags.json === true) {
    console.log(JSON.stringify(checks));
    return;
  }
  for (const check of checks) console.log(lineOf(check, language));
  const counted = {
    en: `${checks.length} checks for the role ${role} at effort ${effort}`,
    zh: `角色 ${role}，力度 ${effort}：共 ${checks.length} 项检查`,
  };
  console.log(pc.dim(counted[language]));
}

const SKIPPED: Bilingual = { en: "skipped: ", zh: "跳过：" };

const openingWords = (role: Role, effort: Effort, seed: number): Bilingual => ({
  en: `as ${role}, effort ${effort}, seed ${seed}`,
  zh: `角色 ${role}，力度 ${effort}，种子 ${seed}`,
});

function lineOf({ id, requirement, level, effort, title }: Omit<ListedCheck, "clause">, language: Language): string {
  return `${requirement.padEnd(8)} ${level.padEnd(6)} ${effort.padEnd(10)} ${id.padEnd(48)} ${title[language]}`;
}

function effortOf(text: string): Effort {
  const found = EFFORTS.find((effort) => effort === text);
  if (found === undefined)
    throw new UserError(
      { en: `there is no effort "${text}"`, zh: `没有力度“${text}”` },
      {
        where: "--effort",
        allowed: EFFORTS.join(", "),
        near: nearName(text, EFFORTS),
        next: { en: "give one of them", zh: "请给出其中之一" },
      },
    );
  return found;
}

function summaryText(judgement: RunJudgement, out: string, files: readonly string[], language: Language): string {
  const { reports, log } = { en: { reports: "Reports: ", log: "Log:     " }, zh: { reports: "报告：", log: "日志：" } }[
    language
  ];
  return [
    ...summaryLines(judgement, language),
    "",
    `${reports}${files.map((file) => resolve(file)).join(", ")}`,
    `${log}${resolve(out, LOG_FILE)}`,
  ].join("\n");
}
