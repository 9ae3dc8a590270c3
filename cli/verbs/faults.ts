import type { Command } from "commander";
import pc from "picocolors";
import { FAULTS } from "../../simulator/faults/index.ts";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { collected, wholeNumber } from "../argument.ts";
import { languageOf } from "../language/language.ts";
import { examples } from "../examples.ts";
import { nameOneOf } from "../name-one-of.ts";
import { UserError } from "../../hosting/user-error.ts";

interface OnFlags extends AdminFlags {
  readonly interface?: string;
  readonly percent?: number;
  readonly times?: number;
  readonly set?: readonly string[];
}

export function addFaults(program: Command): void {
  const faults = program
    .command("faults")
    .summary("switch misbehaviour of a running simulator on and off")
    .addHelpText(
      "after",
      examples(
        "faults list",
        "faults on answer-lost-after-commit --interface payment.create --times 1",
        "faults on latency --set delayMs=2000 --percent 10",
        "faults off",
      ),
    );
  faults
    .command("list")
    .summary("every fault there is, with its settings")
    .action((_flags: object, self: Command) => {
      const language = languageOf(self);
      for (const { name, title, settings } of FAULTS) {
        const shown = Object.entries(settings)
          .map(([setting, { default: usual, minimum, maximum }]) => `${setting}=${usual} (${minimum}..${maximum})`)
          .join(", ");
        console.log(`${name.padEnd(26)} ${title[language]}${shown === "" ? "" : pc.dim(`  ${shown}`)}`);
      }
    });
  withAdmin(
    faults
      .command("on")
      .summary("switch a fault on")
      .argument("<name>", "see `faults list`")
      .option("--interface <id>", "only for calls of this interface")
      .option("--percent <n>", "chance that a call meets it", wholeNumber(1, 100))
      .option("--times <n>", "switch it off after this many calls", wholeNumber(1, 1_000_000))
      .option("--set <name=value>", "a setting of the fault; may be repeated", collected),
  ).action(async (name: string, flags: OnFlags) => {
    nameOneOf(FAULTS, name, { en: "fault", zh: "故障" }, "NAME");
    const order = {
      name,
      settings: settingsOf(flags.set ?? []),
      ...(flags.interface === undefined ? {} : { interface: flags.interface }),
      ...(flags.percent === undefined ? {} : { percent: flags.percent }),
      ...(flags.times === undefined ? {} : { times: flags.times }),
    };
    console.log(JSON.stringify(await callAdmin(flags, "POST", "/faults", order)));
  });
  withAdmin(
    faults.command("off").summary("switch a fault off, or all of them").argument("[name]", "default: all"),
  ).action(async (name: string | undefined, flags: AdminFlags) => {
    if (name !== undefined) nameOneOf(FAULTS, name, { en: "fault", zh: "故障" }, "NAME");
    console.log(JSON.stringify(await callAdmin(flags, "DELETE", name === undefined ? "/faults" : `/faults/${name}`)));
  });
}

function settingsOf(pairs: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      if (name === "" || value === "" || !Number.isFinite(Number(value)))
        throw new UserError(
          { en: `"${pair}" is not a setting`, zh: `“${pair}”不是参数设定` },
          {
            where: "--set",
            allowed: "NAME=NUMBER",
            next: {
              en: "`liantiao faults list` shows the settings of each fault",
              zh: "`liantiao faults list` 列出每种故障的参数",
            },
          },
        );
      return [name, Number(value)];
    }),
  );
}
