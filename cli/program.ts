import { Command, CommanderError } from "commander";
import pc from "picocolors";
import packageFile from "../package.json" with { type: "json" };
import { examples } from "./examples.ts";
import { UserError } from "../hosting/user-error.ts";
import { addCall } from "./verbs/call.ts";
import { addDemo } from "./verbs/demo.ts";
import { addEnrol } from "./verbs/enrol.ts";
import { addExplain } from "./verbs/explain.ts";
import { addFaults } from "./verbs/faults.ts";
import { addPack } from "./verbs/pack.ts";
import { addReport } from "./verbs/report.ts";
import { addServe } from "./verbs/serve.ts";
import { addVerify } from "./verbs/verify.ts";

export interface Terminal {
  /** Where complaints go. */
  readonly complain: (text: string) => void;
}

/** Every verb; a new one is a file in `verbs/` and a line here. */
const VERBS: readonly ((program: Command) => void)[] = [
  addServe,
  addCall,
  addVerify,
  addReport,
  addEnrol,
  addFaults,
  addPack,
  addExplain,
  addDemo,
];

export function buildProgram(terminal: Terminal): Command {
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
  for (const add of VERBS) add(program);
  program.addHelpText(
    "after",
    `${examples("demo", "serve bank", "call payment.create --sut .liantiao/bank/sut.json", "verify bank --sut sut.json", "explain payment.create")}

Each verb has examples of its own: liantiao verify --help. Exit codes: 0 well, 1 a MUST failed (call: refused),
2 something of yours is to be mended, 3 undecided, 99 only a service level missed.`,
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
    await buildProgram(terminal).parseAsync([...words], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof UserError) {
      terminal.complain([`${pc.red("error:")} ${error.lines[0] ?? ""}`, ...error.lines.slice(1)].join("\n"));
      return error.exitCode;
    }
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // The complaint itself is printed by then; what is missing is the way on.
      terminal.complain(
        `  next:    liantiao ${words[0] !== undefined && /^[a-z]+$/.test(words[0]) && error.code !== "commander.unknownCommand" ? `${words[0]} ` : ""}--help shows what is allowed`,
      );
      return 2;
    }
    terminal.complain(
      `${pc.red("liantiao itself failed; this is a defect of it, not of what you gave:")}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 3;
  }
}
