import type { Command } from "commander";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { examples } from "../examples.ts";

export function addReset(program: Command): void {
  const command = program
    .command("reset")
    .summary("bring the test data, clock and faults of a running simulator back")
    .description(
      "Brings the test data of a running simulator back to where it was seeded, its clock to the host's, switches every\nfault off and clears the journal. Orders, entries, bills and enrolled keys stay.",
    );
  withAdmin(command)
    .addHelpText("after", examples("reset", "reset --state .liantiao/platform"))
    .action(async (flags: AdminFlags) => {
      await callAdmin(flags, "POST", "/hooks/reset", {});
      console.log("reset: test data, clock, faults and journal; orders and enrolled keys stay");
    });
}
