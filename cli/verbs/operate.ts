import type { Command } from "commander";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { examples } from "../examples.ts";
import { jsonObject } from "../json-object.ts";

interface OperateFlags extends AdminFlags {
  readonly input?: string;
}

export function addOperate(program: Command): void {
  const command = program
    .command("operate")
    .summary("take a decision of an operator in a running simulator")
    .description(
      "Takes a transition that an operator orders, such as freezing an account, and shows the row afterwards.\n`liantiao explain RESOURCE` lists the transitions of a resource and the parts of its key.",
    )
    .argument("<resource>", "such as account or payment")
    .argument("<transition>", "such as freeze")
    .argument("[key...]", "the parts of the row's key, in their order; none where the transition makes the row")
    .option("--input <json>", "what the transition takes, as a JSON object");
  withAdmin(command)
    .addHelpText("after", examples("operate account freeze ACCOUNT", "operate account unfreeze ACCOUNT"))
    .action(async (resource: string, transition: string, key: readonly string[], flags: OperateFlags) => {
      const order = {
        resource,
        transition,
        ...(key.length === 0 ? {} : { key }),
        ...(flags.input === undefined ? {} : { input: jsonObject(flags.input, "--input") }),
      };
      console.log(JSON.stringify(await callAdmin(flags, "POST", "/operate", order), null, 2));
    });
}
