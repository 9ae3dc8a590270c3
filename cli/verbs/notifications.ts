import type { Command } from "commander";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { examples } from "../examples.ts";

export function addNotifications(program: Command): void {
  const command = program
    .command("notifications")
    .summary("show the notifications that wait or were given up")
    .description(
      "Shows the notifications of a running simulator that wait for an acknowledgement, with their attempts and the time of\nthe next, and those that it gave up. Acknowledged ones are exchanges: `liantiao journal` shows them.",
    );
  withAdmin(command)
    .addHelpText("after", examples("notifications", "notifications --state .liantiao/platform"))
    .action(async (flags: AdminFlags) => {
      console.log(JSON.stringify(await callAdmin(flags, "GET", "/notifications"), null, 2));
    });
}
