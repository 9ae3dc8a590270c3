import { availableParallelism } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import type { Role } from "../../../core/pack/types.ts";
import { INVOCATION } from "../../../core/run/invocation.ts";
import { startCounterparty } from "../../../hosting/counterparty.ts";
import { expectRole, openStatement } from "../../../hosting/statement.ts";
import { runLoad } from "../../../suites/load/run-load.ts";
import { wholeNumber } from "../../argument.ts";
import { examples } from "../../examples.ts";
import { interruptible } from "../../interrupt.ts";
import { languageOf } from "../../language/language.ts";
import { followLoad } from "../../load-progress.ts";
import { explainingWriteErrors, runFolder } from "../../run-folder.ts";
import { mendable } from "./mendable.ts";
import { showLoad } from "./show-load.ts";

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

/** Adds the verb that puts a load on a SUT of a role. */
export function addPutLoad(load: Command, role: Role): void {
  load
    .command(role)
    .summary("put a load on a bank, and judge its money and its service levels")
    .description(
      "Sends the journeys of a load profile at its rate, settles every order afterwards, and judges the books and the\nservice levels.\nExit code: 0 all held; 1 money was wrong; 2 configuration; 3 the load says nothing; 99 only a service level missed.",
    )
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
    .action((flags: LoadFlags, command: Command) => putLoad(role, flags, command));
}

async function putLoad(role: Role, flags: LoadFlags, command: Command): Promise<void> {
  const language = languageOf(command);
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
    await showLoad(out, outcome, flags, language);
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
