import { availableParallelism } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { RunJudgement } from "../../core/run/judgement.ts";
import { INVOCATION } from "../../core/run/invocation.ts";
import { startCounterparty } from "../../hosting/counterparty.ts";
import { expectRole, openStatement } from "../../hosting/statement.ts";
import { visibleJsonLine } from "../../core/text/visible-text.ts";
import { UserError } from "../../hosting/user-error.ts";
import { writeReports } from "../../reports/report.ts";
import { LoadError } from "../../suites/load/plan.ts";
import { lengthOf } from "../../suites/load/profile.ts";
import { runLoad } from "../../suites/load/run-load.ts";
import type { LoadOutcome } from "../../suites/load/run-load.ts";
import { StatementInUse } from "../../suites/run/lock.ts";
import { roleOf, wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";
import { interruptible } from "../interrupt.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { followLoad } from "../load-progress.ts";
import { explainingWriteErrors, runFolder } from "../run-folder.ts";
import { summaryLines, summaryOf } from "../summary.ts";

interface LoadFlags {
  readonly sut: string;
  readonly profile: string;
  readonly rate?: number;
  readonly for?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly out?: string;
  readonly json?: true;
}

export function addLoad(program: Command): void {
  program
    .command("load")
    .summary("put a load on a bank, and judge its money and its service levels")
    .description(
      "Sends the journeys of a load profile at its rate, settles every order afterwards, and judges the books and the\nservice levels.\nExit code: 0 all held; 1 money was wrong; 2 configuration; 3 the load says nothing; 99 only a service level missed.",
    )
    .argument("<bank>", "the role that is judged")
    .requiredOption("--sut <statement>", "statement of the system under test (sut.json)")
    .option("--profile <name>", "load profile of the pack (loads.json)", "smoke")
    .option(
      "--rate <n>",
      "highest rate, in journeys begun a second (default: the profile's)",
      wholeNumber(1, 1_000_000),
    )
    .option("--for <seconds>", "how long it takes (default: the profile's)", wholeNumber(1, 2_678_400))
    .option("--seed <n>", "repeat a load's arrivals and requests", wholeNumber(0, 2 ** 31 - 1))
    .option("--threads <n>", "threads that make the load (default: one less than processors)", wholeNumber(1, 64))
    .option("--out <dir>", "where the event log, the orders and the reports go (default: runs/load-<time>)")
    .option("--json", "print a summary as one JSON document, and nothing else")
    .addHelpText(
      "after",
      examples(
        "load bank --sut .liantiao/bank/sut.json",
        "load bank --sut sut.json --profile baseline --rate 200 --for 300",
      ),
    )
    .action(load);
}

async function load(roleText: string, flags: LoadFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const role = roleOf(roleText);
  if (role !== "bank")
    throw new UserError(
      { en: `a load of a ${role} is not offered yet`, zh: "目前只支持对银行施加负载" },
      {
        where: "ROLE",
        allowed: "bank",
        next: { en: "judge it with `liantiao verify`", zh: "请用 `liantiao verify` 检验" },
      },
    );
  const opened = openStatement(flags.sut);
  expectRole(opened, role);
  const out = await runFolder("load", flags.out);
  const seed = flags.seed ?? Date.now() % 2 ** 31;
  const interrupt = interruptible();
  const peer = await startCounterparty(opened);
  const progress = flags.json === true ? undefined : followLoad(process.stdout, language);
  try {
    if (flags.json !== true)
      console.log(
        `${pc.bold(opened.statement.name)} ${opened.statement.baseUrl} ${pc.dim(`${flags.profile}, ${seed}`)}`,
      );
    const outcome = await explainingWriteErrors(out, () =>
      mendable(
        runLoad({
          packDirectory: opened.source.directory,
          statementFile: flags.sut,
          profile: flags.profile,
          ...(flags.rate === undefined ? {} : { rate: flags.rate }),
          ...(flags.for === undefined ? {} : { seconds: flags.for }),
          seed,
          threads: flags.threads ?? Math.max(1, availableParallelism() - 1),
          outDirectory: out,
          ...(peer === undefined ? {} : { counterparty: peer.counterparty }),
          signal: interrupt.signal,
          replay: replayOf(role, flags, seed),
          ...(progress === undefined ? {} : { onInterval: progress.interval }),
        }),
        flags.sut,
      ),
    );
    progress?.end();
    await report(out, outcome, flags, language);
  } finally {
    progress?.end();
    await peer?.close();
    interrupt.release();
  }
}

function replayOf(role: string, { sut, profile, rate, for: seconds }: LoadFlags, seed: number): string {
  return [
    `${INVOCATION} load ${role} --sut ${sut} --profile ${profile}`,
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    ...(seconds === undefined ? [] : [`--for ${seconds}`]),
    `--seed ${seed}`,
  ].join(" ");
}

async function report(out: string, outcome: LoadOutcome, flags: LoadFlags, language: Language): Promise<void> {
  const reports = await explainingWriteErrors(out, () => writeReports(out));
  if (!reports.ok)
    throw new UserError(reports.problem, { where: out, next: { en: "run load again", zh: "请重新运行 load" } });
  const { judgement, files, exitCode } = reports;
  process.exitCode = exitCode;
  if (flags.json === true) {
    console.log(
      visibleJsonLine({ ...summaryOf(judgement, out, files), latencies: outcome.latencies, orders: outcome.orders }),
    );
    return;
  }
  console.log(
    [
      ...latencyLines(outcome, language),
      ...levelLines(judgement, language),
      ...summaryLines(judgement, language),
      "",
      ...files,
    ].join("\n"),
  );
}

/** The latencies of each interface from when its call was to begin, and how many calls there were. */
function latencyLines(
  { plan, latencies, totals: { sum }, orders }: LoadOutcome,
  language: Language,
): readonly string[] {
  const length = lengthOf(plan.profile.phases);
  const begun = sum.due - sum.dropped;
  const counted: Bilingual = {
    en: `${begun} journeys in ${length} s, ${orders} orders`,
    zh: `${length} 秒内 ${begun} 次业务流程，${orders} 笔订单`,
  };
  return [
    "",
    counted[language],
    ...Object.entries(latencies).map(
      ([
        id,
        {
          sinceScheduled: { count, ms, largestMs },
        },
      ]) =>
        `  ${id.padEnd(24)} ${String(count).padStart(7)}  ${Object.entries(ms)
          .map(([name, value]) => `p${name} ${value.toFixed(1)} ms`)
          .join("  ")}  max ${largestMs.toFixed(1)} ms`,
    ),
  ];
}

function levelLines({ serviceLevels }: RunJudgement, language: Language): readonly string[] {
  const words = { en: { met: "met   ", missed: "MISSED" }, zh: { met: "达标  ", missed: "未达标" } }[language];
  return serviceLevels.map(
    ({ level, met }) =>
      `  ${met ? pc.green(words.met) : pc.red(words.missed)} ${level.title[language]}: ${level.seen} (${level.target})`,
  );
}

async function mendable<T>(work: Promise<T>, statementFile: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof LoadError)
      throw new UserError(cause.said, {
        where: cause.where,
        ...(cause.allowed.length === 0 ? {} : { allowed: cause.allowed.join(", ") }),
        near: cause.near,
        next: { en: "choose another profile, or correct what is named", zh: "请另选负载方案，或更正所指之处" },
        cause,
      });
    if (cause instanceof StatementInUse)
      throw new UserError(cause.said, {
        where: statementFile,
        next: {
          en: `wait until the other run has ended; if none runs, delete ${cause.lockFile}`,
          zh: `请等另一次运行结束；若确无其他运行，请删除 ${cause.lockFile}`,
        },
        cause,
      });
    throw cause;
  }
}
