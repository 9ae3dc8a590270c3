import { join } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import { shareUp } from "../../core/inspection/availability.ts";
import { DOWN_RULES } from "../../core/inspection/down-rule.ts";
import type { DownRule } from "../../core/inspection/down-rule.ts";
import { OtherInspection } from "../../core/inspection/record.ts";
import { isAnswered, isAsAgreed } from "../../core/inspection/round.ts";
import type { Round } from "../../core/inspection/round.ts";
import { nearName } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { visibleJsonLine } from "../../core/text/visible-text.ts";
import { expectRole, openStatement } from "../../hosting/statement.ts";
import { UserError } from "../../hosting/user-error.ts";
import { inspectionDocument, writeInspection } from "../../reports/inspection/inspection.ts";
import { interfaceSums, shareText } from "../../reports/inspection/sums.ts";
import { inspect } from "../../suites/inspection/inspection.ts";
import type { Inspected, InspectOptions } from "../../suites/inspection/inspection.ts";
import { roleOf, wholeNumber } from "../argument.ts";
import { duration } from "../duration.ts";
import { examples } from "../examples.ts";
import { interruptible } from "../interrupt.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { explainingWriteErrors } from "../run-folder.ts";

interface InspectFlags {
  readonly sut: string;
  readonly every?: number;
  readonly for?: number;
  readonly once?: true;
  readonly rule: string;
  readonly keep: number;
  readonly out?: string;
  readonly json?: true;
}

const DAY_SECONDS = 86_400;
const FIVE_MINUTES_SECONDS = 300;
/** Five weeks; a project default, not a quotation. */
const KEPT_DAYS = 35;
/** Reports are written anew at most this often while an inspection goes on. */
const REPORT_EVERY_MS = 60_000;

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .summary("look at a bank or a platform again and again, and tell its availability")
    .description(
      "Asks each interface that only reads, again and again, and keeps what was answered. Nothing is made or changed.\nGoes on in the same folder after a stop; the time between is told as a gap, neither up nor down.\nExit code: 0 nothing was down while it looked; 1 an interface was down, by the rule; 2 configuration; 3 it did not look.",
    )
    .argument("<bank|platform>", "the role that is inspected")
    .requiredOption("--sut <statement>", "statement of the system under test (sut.json)")
    .option("--every <time>", "time between two rounds, such as 30s or 5m (default: 5m)", duration(1, DAY_SECONDS))
    .option(
      "--for <time>",
      "how long it goes on, such as 24h or 7d (default: until Ctrl-C)",
      duration(1, 3_660 * DAY_SECONDS),
    )
    .option("--once", "one round, for cron; --every says how often cron comes back")
    .option(
      "--rule <name>",
      `when an interface is down: ${DOWN_RULES.map(({ name }) => name).join(", ")}`,
      "uk-open-banking",
    )
    .option("--keep <days>", "days of which rounds are kept", wholeNumber(1, 3_660), KEPT_DAYS)
    .option("--out <dir>", "folder of the record and its reports (default: runs/inspect-<role>)")
    .option("--json", "print a summary as one JSON document, and nothing else")
    .addHelpText(
      "after",
      examples(
        "inspect bank --sut sut.json",
        "inspect bank --sut sut.json --every 1m --for 24h --out runs/week",
        "inspect bank --sut sut.json --once --every 5m",
      ),
    )
    .action(run);
}

async function run(roleText: string, flags: InspectFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const role = roleOf(roleText);
  const rule = ruleOf(flags.rule);
  const opened = openStatement(flags.sut);
  expectRole(opened, role);
  const out = flags.out ?? join("runs", `inspect-${role}`);
  const interrupt = interruptible();
  const quiet = flags.json === true;
  if (!quiet)
    console.log(`${pc.bold(opened.statement.name)} ${opened.statement.baseUrl} ${pc.dim(rule.title[language])}`);
  const follow = follower(rule, language);
  let reportedAt = 0;
  const options: InspectOptions = {
    packDirectory: opened.source.directory,
    statementFile: flags.sut,
    rule,
    everySeconds: flags.every ?? FIVE_MINUTES_SECONDS,
    ...(flags.for === undefined ? {} : { forSeconds: flags.for }),
    ...(flags.once === undefined ? {} : { once: flags.once }),
    keepDays: flags.keep,
    seed: Date.now() % 2 ** 31,
    outDirectory: out,
    signal: interrupt.signal,
    onStart: ({ asked, unasked }) => {
      if (asked.length === 0) throw nothingToAsk(flags.sut);
      if (quiet) return;
      console.log(asked.join(", "));
      for (const one of unasked) console.log(pc.dim(`${one.interface}: ${one.reason[language]}`));
    },
    onRound: (round, seen) => {
      if (!quiet) for (const line of follow(round)) console.log(line);
      if (round.at - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = round.at;
      writeInspection(out, seen, round.at);
    },
  };
  try {
    const seen = await explainingWriteErrors(out, () => mendable(inspect(options), out));
    const at = Date.now();
    const files = await explainingWriteErrors(out, () => writeInspection(out, seen, at));
    const exitCode = exitCodeOf(seen);
    process.exitCode = exitCode;
    if (quiet)
      console.log(
        visibleJsonLine({ exitCode, rounds: seen.rounds, files, ...(inspectionDocument(seen, at) as object) }),
      );
    else console.log(summary(seen, files, language));
  } finally {
    interrupt.release();
  }
}

/** 3 where this process made no round, 1 where an interface was down while it looked. */
function exitCodeOf({ rounds, since, availability }: Inspected): 0 | 1 | 3 {
  if (rounds === 0) return 3;
  return availability.outages.some(({ until = Infinity }) => until >= since) ? 1 : 0;
}

function ruleOf(name: string): DownRule {
  const found = DOWN_RULES.find((rule) => rule.name === name);
  if (found !== undefined) return found;
  const names = DOWN_RULES.map((rule) => rule.name);
  throw new UserError(
    { en: `there is no rule "${name}"`, zh: `没有规则“${name}”` },
    {
      where: "--rule",
      allowed: names.join(", "),
      near: nearName(name, names),
      next: { en: "give one of them", zh: "请给出其中之一" },
    },
  );
}

const nothingToAsk = (sut: string): UserError =>
  new UserError(
    { en: "no interface of the profile can be asked without making something", zh: "声明范围内没有可直接查询的接口" },
    {
      where: sut,
      next: { en: "claim an interface that reads, or bind its fixtures", zh: "请声明查询类接口，或绑定其测试数据" },
    },
  );

const CHANGED: Readonly<Record<"silent" | "odd" | "back", Bilingual>> = {
  silent: { en: "unanswered", zh: "无应答" },
  odd: { en: "answered, not as agreed", zh: "有应答但不符合约定" },
  back: { en: "answers again", zh: "恢复应答" },
};

/** A line for each interface that answers otherwise than in the round before. */
function follower(rule: DownRule, language: Language): (round: Round) => readonly string[] {
  const known = new Map<string, "silent" | "odd" | "back">();
  return ({ at, looks }) =>
    looks.flatMap((look) => {
      const state = isAsAgreed(look) ? "back" : isAnswered(look, { ...rule, answer: "any" }) ? "odd" : "silent";
      const before = known.get(look.interface) ?? "back";
      known.set(look.interface, state);
      if (state === before) return [];
      const detail = look.status === undefined ? "" : ` (${[look.status, look.code].filter(Boolean).join(" ")})`;
      return [`${new Date(at).toISOString()} ${look.interface} ${CHANGED[state][language]}${detail}`];
    });
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The availability of each interface over the days that are kept, and what is to be known beside it. */
function summary({ availability }: Inspected, files: readonly string[], language: Language): string {
  const { rounds, outages, gaps, days } = availability;
  const said: Bilingual = {
    en: `${counted(rounds, "round")} on ${counted(days.length, "day")}, ${counted(outages.length, "outage")}, ${counted(gaps.length, "time")} without inspection`,
    zh: `${days.length} 天共巡检 ${rounds} 轮，中断 ${outages.length} 次，未巡检时段 ${gaps.length} 段`,
  };
  const requests: Bilingual = { en: "requests, unanswered", zh: "次请求，其中无应答" };
  return [
    "",
    ...interfaceSums(availability).map((sum) => {
      const share = shareUp(sum);
      const text = shareText(share).padStart(10);
      const tone = share === 1 ? pc.green(text) : share === undefined ? text : pc.red(text);
      return `  ${sum.interface.padEnd(24)} ${tone}  ${sum.looks} ${requests[language]} ${sum.unanswered}`;
    }),
    said[language],
    "",
    ...files,
  ].join("\n");
}

async function mendable<T>(work: Promise<T>, out: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof OtherInspection)) throw cause;
    throw new UserError(cause.said, {
      where: out,
      next: { en: "give another folder with --out", zh: "请用 --out 另给一个目录" },
      cause,
    });
  }
}
