import type { Command } from "commander";
import { INVOCATION } from "../../../core/run/invocation.ts";
import { expectRole, openStatement } from "../../../hosting/statement.ts";
import { mergeLoads } from "../../../suites/load/merge/merge-loads.ts";
import { examples } from "../../examples.ts";
import { languageOf } from "../../language/language.ts";
import { explainingWriteErrors, runFolder } from "../../run-folder.ts";
import { mendable } from "./mendable.ts";
import { showLoad } from "./show-load.ts";

interface MergeFlags {
  readonly sut?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Adds the verb that makes one load of its segments. */
export function addMergeLoads(load: Command): void {
  load
    .command("merge")
    .summary("make one load of its segments, with one verdict")
    .description(
      "Adds the intervals, orders and judgements of loads that were made with --segment. With --sut every order is settled\nand the books are read again; without it the segments' own verdicts are added, and balances stay open (exit code 3).",
    )
    .argument("<dirs...>", "folders of all segments")
    .option("--sut <statement>", "statement of the system under test (sut.json)")
    .option("--out <dir>", "where the merged load goes (default: runs/merged-<time>)")
    .option("--json", "print a summary as one JSON document, and nothing else")
    .addHelpText("after", examples("load merge part-1 part-2 --sut sut.json --out whole"))
    .action(merge);
}

async function merge(folders: readonly string[], flags: MergeFlags, command: Command): Promise<void> {
  const { sut } = flags;
  const opened = sut === undefined ? undefined : openStatement(sut);
  if (opened !== undefined) expectRole(opened, "bank");
  const out = await runFolder("merged", flags.out);
  const named = sut === undefined ? "" : ` --sut ${sut}`;
  const outcome = await explainingWriteErrors(out, () =>
    mendable(
      mergeLoads({
        folders,
        outDirectory: out,
        ...(sut === undefined || opened === undefined
          ? {}
          : { sut: { statementFile: sut, packDirectory: opened.source.directory } }),
        replay: `${INVOCATION} load merge ${folders.join(" ")}${named}`,
        now: Date.now,
      }),
      sut ?? "--sut",
    ),
  );
  await showLoad(out, outcome, flags, languageOf(command));
}
