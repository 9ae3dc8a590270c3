import { Command, CommanderError } from "commander";
import pc from "picocolors";
import packageFile from "../package.json" with { type: "json" };
import { examples } from "./examples.ts";
import { judgeFrugally, startFrugally } from "./frugal-start.ts";
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
    const started = startFrugally();
    const { addServe } = await import("./verbs/serve.ts");
    return (program) => addServe(program, started);
  },
  call: async () => (await import("./verbs/call.ts")).addCall,
  verify: async () => {
    judgeFrugally();
    return (await import("./verbs/verify.ts")).addVerify;
  },
  report: async () => (await import("./verbs/report.ts")).addReport,
  enrol: async () => (await import("./verbs/enrol.ts")).addEnrol,
  faults: async () => (await import("./verbs/faults.ts")).addFaults,
  clock: async () => (await import("./verbs/clock.ts")).addClock,
  reset: async () => (await import("./verbs/reset.ts")).addReset,
  fixtures: async () => (await import("./verbs/fixtures.ts")).addFixtures,
  journal: async () => (await import("./verbs/journal.ts")).addJournal,
  notifications: async () => (await import("./verbs/notifications.ts")).addNotifications,
  operate: async () => (await import("./verbs/operate.ts")).addOperate,
  pack: async () => (await import("./verbs/pack.ts")).addPack,
  explain: async () => (await import("./verbs/explain.ts")).addExplain,
  demo: async () => (await import("./verbs/demo.ts")).addDemo,
};

/** The program with the verb that is its first word, or with all verbs where that is none of them. */
export async function buildProgram(terminal: Terminal, words: readonly string[] = []): Promise<Command> {
  const program = new Command("liantiao")
    .description(
      "Bank <-> payment platform: a simulator to integrate against and suites that judge a real implementation (联调).",
    )
    .version(packageFile.version)
    .exitOverride()
    .configureOutput({
      outputError: (text) => terminal.complain(`${pc.red("error:")} ${text.replace(/^error: /, "").trimEnd()}`),
    })
    .showSuggestionAfterError(true);
  const named = Object.hasOwn(VERBS, words[0] ?? "") ? VERBS[words[0] ?? ""] : undefined;
  for (const load of named === undefined ? Object.values(VERBS) : [named]) (await load())(program);
  program.addHelpText(
    "after",
    `${examples("demo", "serve bank", "call payment.create --sut .liantiao/bank/sut.json", "verify bank --sut sut.json", "explain payment.create")}

Each verb has examples of its own: liantiao verify --help. Exit codes: 0 success, 1 a MUST failed (call: refused),
2 configuration to correct, 3 undecided, 99 only a service level missed.`,
  );
  return program;
}

/**
 * Runs one command line and gives the exit code: a verb's own, that of a `UserError`, 3 when the program
 * itself broke. Nothing a user can mend shows a stack trace.
 */
export async function runProgram(
  words: readonly string[],
  terminal: Terminal = { complain: (text) => console.error(text) },
): Promise<number> {
  try {
    const program = await buildProgram(terminal, words);
    await program.parseAsync([...words], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof UserError) {
      terminal.complain([`${pc.red("error:")} ${error.lines[0] ?? ""}`, ...error.lines.slice(1)].join("\n"));
      return error.exitCode;
    }
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Commander has printed the complaint; this adds what to do next.
      terminal.complain(
        `  next:    liantiao ${words[0] !== undefined && /^[a-z]+$/.test(words[0]) && error.code !== "commander.unknownCommand" ? `${words[0]} ` : ""}--help shows what is allowed`,
      );
      return 2;
    }
    terminal.complain(
      `${pc.red("liantiao itself failed; this is a bug in the program, not a mistake of yours:")}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 3;
  }
}
