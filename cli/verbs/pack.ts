import type { Command } from "commander";
import pc from "picocolors";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { examples } from "../examples.ts";
import { openapi } from "../../core/pack/openapi.ts";
import { readPack } from "../../hosting/packs.ts";
import { UserError } from "../../hosting/user-error.ts";

export function addPack(program: Command): void {
  const pack = program
    .command("pack")
    .summary("check a pack, or export it as OpenAPI")
    .addHelpText("after", examples("pack check ./specs/ours", "pack openapi > openapi.json"));
  pack
    .command("check")
    .summary("find everything that is wrong with a pack")
    .argument("[pack]", "name or folder", "cooperation")
    .action((name: string) => {
      const source = readPack(name, process.cwd(), "PACK");
      const problems = checkPack(source);
      if (problems.length > 0) {
        const lines = problems.map(
          ({ file, pointer, rule, message, remedy }) =>
            `\n  ${file}${pointer === "" ? "" : ` ${pointer}`} [${rule}]\n    ${message.en} ${remedy.en}\n    ${message.zh}${remedy.zh}`,
        );
        throw new UserError(
          `the pack has ${problems.length} ${problems.length === 1 ? "problem" : "problems"}:${lines.join("")}`,
          { where: source.directory, next: "correct the files named and check again" },
        );
      }
      compilePack(source);
      const { manifest, interfaces, lifecycles, errors, requirements, scenarios } = source;
      console.log(
        `${pc.green("ok")} ${manifest.name} ${manifest.version}: ${interfaces.length} interfaces, ${lifecycles.length} lifecycles, ${errors.length} error codes, ${requirements.length} requirements, ${scenarios.length} scenarios`,
      );
    });
  pack
    .command("openapi")
    .summary("write the pack as an OpenAPI 3.1 document")
    .argument("[pack]", "name or folder", "cooperation")
    .action((name: string) => {
      console.log(JSON.stringify(openapi(readPack(name, process.cwd(), "PACK")), null, 2));
    });
}
