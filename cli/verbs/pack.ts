import type { Command } from "commander";
import pc from "picocolors";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { languageOf } from "../language/language.ts";
import { examples } from "../examples.ts";
import { openSloYaml } from "../../core/load/openslo/write.ts";
import { packLevels } from "../../core/load/pack-levels.ts";
import { openapi } from "../../core/pack/openapi.ts";
import { readPack } from "../../hosting/packs.ts";
import { UserError } from "../../hosting/user-error.ts";
import { addPackNew } from "./pack/new.ts";

export function addPack(program: Command): void {
  const pack = program
    .command("pack")
    .summary("begin a pack, check it, or export it as OpenAPI or OpenSLO")
    .addHelpText(
      "after",
      examples("pack new our-bank", "pack check ./specs/ours", "pack openapi > openapi.json", "pack slo > levels.yaml"),
    );
  addPackNew(pack);
  pack
    .command("check")
    .summary("find everything that is wrong with a pack")
    .argument("[pack]", "name or folder", "cooperation")
    .action((name: string, _flags: object, self: Command) => {
      const language = languageOf(self);
      const source = readPack(name, process.cwd(), "PACK");
      const problems = checkPack(source);
      if (problems.length > 0) {
        const lines = problems.map(
          ({ file, pointer, rule, message, remedy }) =>
            `\n  ${file}${pointer === "" ? "" : ` ${pointer}`} [${rule}]\n    ${message[language]}${language === "en" ? " " : ""}${remedy[language]}`,
        );
        throw new UserError(
          {
            en: `the pack has ${problems.length} ${problems.length === 1 ? "problem" : "problems"}:${lines.join("")}`,
            zh: `规范包有 ${problems.length} 处问题：${lines.join("")}`,
          },
          {
            where: source.directory,
            next: { en: "correct the files named and check again", zh: "请改正上列文件后重新检查" },
          },
        );
      }
      compilePack(source);
      const { manifest, interfaces, lifecycles, errors, requirements, scenarios } = source;
      const counted = {
        en: `${interfaces.length} interfaces, ${lifecycles.length} lifecycles, ${errors.length} error codes, ${requirements.length} requirements, ${scenarios.length} scenarios`,
        zh: `接口 ${interfaces.length} 个，业务对象 ${lifecycles.length} 个，错误码 ${errors.length} 个，要求 ${requirements.length} 条，场景 ${scenarios.length} 个`,
      };
      console.log(`${pc.green("ok")} ${manifest.name} ${manifest.version}: ${counted[language]}`);
    });
  pack
    .command("openapi")
    .summary("write the pack as an OpenAPI 3.1 document")
    .argument("[pack]", "name or folder", "cooperation")
    .action((name: string) => {
      console.log(JSON.stringify(openapi(readPack(name, process.cwd(), "PACK")), null, 2));
    });
  pack
    .command("slo")
    .summary("write the pack's service levels as OpenSLO v1 documents")
    .argument("[pack]", "name or folder", "cooperation")
    .action((name: string) => {
      const { manifest, loads, directory } = readPack(name, process.cwd(), "PACK");
      if (loads === undefined)
        throw new UserError(
          {
            en: `the pack ${manifest.name} has no loads.json, and so no service levels`,
            zh: `规范包 ${manifest.name} 没有 loads.json，因而没有服务水平`,
          },
          { where: directory, next: { en: "add loads.json", zh: "请添加 loads.json" } },
        );
      process.stdout.write(openSloYaml(packLevels(loads), manifest.name));
    });
}
