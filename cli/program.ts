import { Command, CommanderError } from "commander";
import pc from "picocolors";
import packageFile from "../package.json" with { type: "json" };
import { examples } from "./examples.ts";
import { judgeFrugally, startFrugally } from "./frugal-start.ts";
import { consoleText } from "./console-text.ts";
import { complaintInChinese } from "./language/command-complaint.ts";
import { environmentLanguage, takeLanguage } from "./language/language.ts";
import type { Language } from "./language/language.ts";
import { UserError } from "../hosting/user-error.ts";

export interface Terminal {
  /** Where complaints go. */
  readonly complain: (text: string) => void;
}

type AddVerb = (program: Command) => void;

/**
 * Every verb, in the order of the help; a new one is a file in `verbs/` and a line here. Only the verb that is run is
 * loaded: a simulator that is served holds neither suites nor reports in memory.
 */
const VERBS: Readonly<Record<string, () => Promise<AddVerb>>> = {
  serve: async () => {
    const start = startFrugally();
    const { addServe } = await import("./verbs/serve.ts");
    return (program) => addServe(program, start);
  },
  call: async () => (await import("./verbs/call.ts")).addCall,
  notify: async () => (await import("./verbs/notify.ts")).addNotify,
  verify: async () => {
    judgeFrugally();
    return (await import("./verbs/verify.ts")).addVerify;
  },
  load: async () => (await import("./verbs/load/load.ts")).addLoad,
  inspect: async () => (await import("./verbs/inspect.ts")).addInspect,
  report: async () => (await import("./verbs/report.ts")).addReport,
  enrol: async () => (await import("./verbs/enrol.ts")).addEnrol,
  faults: async () => (await import("./verbs/faults.ts")).addFaults,
  clock: async () => (await import("./verbs/clock.ts")).addClock,
  reset: async () => (await import("./verbs/reset.ts")).addReset,
  fixtures: async () => (await import("./verbs/fixtures.ts")).addFixtures,
  journal: async () => (await import("./verbs/journal.ts")).addJournal,
  notifications: async () => (await import("./verbs/notifications.ts")).addNotifications,
  operate: async () => (await import("./verbs/operate.ts")).addOperate,
  keys: async () => (await import("./verbs/keys.ts")).addKeys,
  pack: async () => (await import("./verbs/pack.ts")).addPack,
  explain: async () => (await import("./verbs/explain.ts")).addExplain,
  demo: async () => (await import("./verbs/demo.ts")).addDemo,
};

const WORDS: Readonly<Record<Language, { readonly error: string; readonly next: string; readonly ending: string }>> = {
  en: {
    error: "error: ",
    next: "  next:    ",
    ending: `Each verb has examples of its own: liantiao verify --help. Exit codes: 0 success, 1 a MUST failed (call: refused),
2 configuration to correct, 3 undecided, 99 only a service level missed.`,
  },
  zh: {
    error: "错误：",
    next: "  下一步：",
    ending: `每个命令各有示例：liantiao verify --help。退出码：0 成功，1 有 MUST 失败（call：被拒绝），
2 配置有误，3 无法判定，99 仅未达到服务水平。`,
  },
};

/** The program with the verb that is its first word, or with all verbs where that is none of them. */
export async function buildProgram(
  terminal: Terminal,
  words: readonly string[] = [],
  language: Language = "en",
): Promise<Command> {
  const { error, ending } = WORDS[language];
  const complaint = (text: string): string => (language === "zh" ? complaintInChinese(text) : text);
  const program = new Command("liantiao")
    .description(
      "Bank <-> payment platform: a simulator to integrate against and suites that judge a real implementation (联调).",
    )
    .version(packageFile.version)
    .option(
      "--lang <language>",
      "zh or en, for help, errors and progress (default: that of LC_ALL, LC_MESSAGES or LANG)",
    )
    .exitOverride()
    .configureOutput({
      outputError: (text) => terminal.complain(`${pc.red(error)}${complaint(text.replace(/^error: /, "").trimEnd())}`),
    })
    .showSuggestionAfterError(true);
  program.setOptionValue("lang", language);
  const named = Object.hasOwn(VERBS, words[0] ?? "") ? VERBS[words[0] ?? ""] : undefined;
  for (const load of named === undefined ? Object.values(VERBS) : [named]) (await load())(program);
  const shown = examples(
    "demo",
    "serve bank",
    "call payment.create --sut .liantiao/bank/sut.json",
    "verify bank --sut sut.json",
    "explain payment.create",
  );
  program.addHelpText("after", shown).addHelpText("after", `\n${ending}`);
  // A server at rest holds no help of another language.
  if (language === "zh") (await import("./language/chinese-help.ts")).speakChinese(program);
  return program;
}

/**
 * Runs one command line and gives the exit code: a verb's own, that of a `UserError`, 3 when the program
 * itself broke. Nothing a user can mend shows a stack trace.
 */
export async function runProgram(
  given: readonly string[],
  terminal: Terminal = { complain: (text) => console.error(text) },
): Promise<number> {
  let language = environmentLanguage(process.env);
  let words = given;
  try {
    ({ language, words } = takeLanguage(given, process.env));
    const program = await buildProgram(terminal, words, language);
    await program.parseAsync([...words], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return complainOf(error, terminal, words, language);
  }
}

/** Tells what ended a command line, and gives its exit code. */
function complainOf(error: unknown, { complain }: Terminal, words: readonly string[], language: Language): number {
  if (error instanceof UserError) {
    // What is quoted there may be a stranger's: a key of a file, the answer of an address.
    const [first = "", ...rest] = error.lines(language).map(consoleText);
    complain([`${pc.red(WORDS[language].error)}${first}`, ...rest].join("\n"));
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Commander has printed the complaint; this adds what to do next.
    const verb = /^[a-z]+$/.test(words[0] ?? "") && error.code !== "commander.unknownCommand" ? `${words[0]} ` : "";
    const allowed = { en: `liantiao ${verb}--help shows what is allowed`, zh: `liantiao ${verb}--help 列出允许的用法` };
    complain(`${WORDS[language].next}${allowed[language]}`);
    return 2;
  }
  const broke = {
    en: "liantiao itself failed; this is a bug in the program, not a mistake of yours:",
    zh: "liantiao 自身出错；这是程序的缺陷，并非您的操作有误：",
  };
  complain(`${pc.red(broke[language])}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return 3;
}
