import type { Command } from "commander";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";

interface FixturesFlags extends AdminFlags {
  readonly party?: string;
  readonly copy?: number;
}

export function addFixtures(program: Command): void {
  const command = program
    .command("fixtures")
    .summary("show the test data of a running simulator, or make a situation")
    .description(
      "Shows which data each party has for each scenario, masked. With a scenario it makes that situation, and shows its data\nwhole.",
    )
    .argument("[scenario]", "such as customer.funded or order.created (docs/catalogue/scenarios.md)")
    .option("--party <id>", "whose data (default: the first enrolled party)")
    .option("--copy <n>", "a further customer in the same situation, from 1", wholeNumber(1, 1_000_000));
  withAdmin(command)
    .addHelpText(
      "after",
      examples(
        "fixtures",
        "fixtures customer.funded --party SHOP01",
        "fixtures customer.funded --copy 2",
        "fixtures order.created --state .liantiao/platform",
      ),
    )
    .action(async (scenario: string | undefined, flags: FixturesFlags) => {
      const answer =
        scenario === undefined
          ? ((await callAdmin(flags, "GET", "/scenarios")) as Readonly<Record<string, unknown>>)
          : await callAdmin(flags, "POST", "/hooks/fixtures", {
              scenario,
              ...(flags.party === undefined ? {} : { party_id: flags.party }),
              ...(flags.copy === undefined ? {} : { copy: flags.copy }),
            });
      console.log(JSON.stringify(answer, null, 2));
    });
}
