import { resolve } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import { refuseName, writePack } from "../../../hosting/new-pack/folder.ts";
import { referenceParts } from "../../../hosting/new-pack/reference-parts.ts";
import { smallestPack } from "../../../hosting/new-pack/smallest-pack.ts";
import { examples } from "../../examples.ts";
import { languageOf } from "../../language/language.ts";

interface NewFlags {
  readonly out: string;
}

export function addPackNew(pack: Command): void {
  pack
    .command("new")
    .summary("write a pack to begin with")
    .description("Writes a small pack that is served and judged at once: a note that is left under a number, and read.")
    .argument("<name>", "kebab-case; the name of the new folder too")
    .option("--out <dir>", "folder in which the pack's folder is made", ".")
    .addHelpText("after", examples("pack new our-bank", "pack new our-bank --out ./specs"))
    .action((name: string, flags: NewFlags, self: Command) => {
      const language = languageOf(self);
      const parent = resolve(flags.out);
      refuseName(name, parent);
      const folder = writePack(name, parent, smallestPack(name, referenceParts()));
      console.log(`${pc.green("ok")} ${folder}`);
      console.log(
        {
          en: `  check it:   liantiao pack check ${folder}\n  serve it:   liantiao serve bank --pack ${folder}`,
          zh: `  检查：liantiao pack check ${folder}\n  启动：liantiao serve bank --pack ${folder}`,
        }[language],
      );
    });
}
