import type { Command } from "commander";
import pc from "picocolors";
import { didYouMean } from "../near-name.ts";
import { readPack } from "../packs.ts";
import { UserError } from "../user-error.ts";

export function addExplain(program: Command): void {
  program.command("explain")
    .summary("what an error code or a requirement means")
    .description("Explains an error code or a requirement of a pack; without one, lists interfaces and codes.")
    .argument("[name]", "such as INSUFFICIENT_FUNDS or IDM-01")
    .option("--pack <name|folder>", "the interface specification", "cooperation")
    .action((name: string | undefined, flags: { readonly pack: string }) => {
      const { interfaces, errors, requirements } = readPack(flags.pack, process.cwd(), "--pack");
      if (name === undefined) {
        for (const { id, provider, http, title } of interfaces) console.log(`${id.padEnd(24)} ${provider.padEnd(9)} ${http.method.padEnd(5)} ${http.path.padEnd(40)} ${title.en} / ${title.zh}`);
        console.log("");
        for (const { code, status, title } of errors) console.log(`${code.padEnd(26)} ${status}  ${title.en} / ${title.zh}`);
        return;
      }
      const error = errors.find(({ code }) => code === name);
      const requirement = requirements.find(({ id }) => id === name);
      if (error !== undefined) {
        console.log(`${pc.bold(error.code)} HTTP ${error.status}, ${error.class}, stage ${error.stage}`);
        console.log(`${error.title.en} / ${error.title.zh}\n${error.remedy.en}\n${error.remedy.zh}`);
        console.log(pc.dim(`provoked by: ${error.provokedBy}`));
      } else if (requirement !== undefined) {
        console.log(`${pc.bold(requirement.id)} ${requirement.level} (${requirement.role})\n${requirement.text.en}\n${requirement.text.zh}\n${pc.dim(requirement.source)}`);
      } else {
        const known = [...errors.map(({ code }) => code), ...requirements.map(({ id }) => id)];
        throw new UserError(`the pack has no error code and no requirement "${name}"`, { where: "NAME", next: `${didYouMean(name, known)}\`liantiao explain\` lists the codes, and \`liantiao verify bank --list\` the requirements` });
      }
    });
}
