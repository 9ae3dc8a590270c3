import { resolve } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import { checkPack } from "../../../core/pack/check.ts";
import type { OpenQuestion } from "../../../core/pack/open-question.ts";
import { documentPack } from "../../../hosting/new-pack/document-pack.ts";
import type { NamedDocument } from "../../../hosting/new-pack/document-pack.ts";
import { refuseName, writePack } from "../../../hosting/new-pack/folder.ts";
import type { PackFiles } from "../../../hosting/new-pack/folder.ts";
import { referenceParts } from "../../../hosting/new-pack/reference-parts.ts";
import { smallestPack } from "../../../hosting/new-pack/smallest-pack.ts";
import { readPack } from "../../../hosting/packs.ts";
import { UserError } from "../../../hosting/user-error.ts";
import { examples } from "../../examples.ts";
import { languageOf } from "../../language/language.ts";
import type { Language } from "../../language/language.ts";

interface NewFlags {
  readonly out: string;
  readonly fromOpenapi?: string;
  readonly fromHar?: string;
  readonly only?: string;
}

export function addPackNew(pack: Command): void {
  pack
    .command("new")
    .summary("write a pack to begin with, small or derived from a document")
    .description(
      "Without a document: a small pack that is served and judged at once. With one: a skeleton of its interfaces, and\nopen-questions.json with what the document does not say; `pack check` names each question until it is answered.",
    )
    .argument("<name>", "kebab-case; the name of the new folder too")
    .option("--from-openapi <file>", "OpenAPI 3.0 or 3.1, in JSON or YAML")
    .option("--from-har <file>", "recorded traffic (HAR 1.2), of which only what was seen is known")
    .option("--only <glob>", "the operations whose path, operation id or id in the pack matches (default: all)")
    .option("--out <dir>", "folder in which the pack's folder is made", ".")
    .addHelpText(
      "after",
      examples("pack new our-bank", "pack new acquirer --from-openapi openapi.yaml --only '/payments*'"),
    )
    .action((name: string, flags: NewFlags, self: Command) => {
      const parent = resolve(flags.out);
      refuseName(name, parent);
      const { files, questions } = contents(name, flags);
      const folder = writePack(name, parent, files);
      tell(folder, questions, languageOf(self));
    });
}

function contents(
  name: string,
  { fromOpenapi, fromHar, only }: NewFlags,
): { readonly files: PackFiles; readonly questions: readonly OpenQuestion[] } {
  const reference = referenceParts();
  const file = fromOpenapi ?? fromHar;
  if (fromOpenapi !== undefined && fromHar !== undefined)
    throw new UserError(
      { en: "a pack is made of one document", zh: "规范包只能由一份文档生成" },
      {
        where: "--from-openapi, --from-har",
        next: { en: "give one of the two", zh: "请只给出其中之一" },
      },
    );
  if (file === undefined) {
    if (only !== undefined)
      throw new UserError(
        {
          en: "--only chooses operations of a document, and there is none",
          zh: "--only 用于选择文档中的接口，但未给出文档",
        },
        {
          where: "--only",
          next: {
            en: "give the document with --from-openapi or --from-har",
            zh: "请以 --from-openapi 或 --from-har 给出文档",
          },
        },
      );
    return { files: smallestPack(name, reference), questions: [] };
  }
  const named: NamedDocument = {
    flag: fromOpenapi === undefined ? "--from-har" : "--from-openapi",
    file,
    ...(only === undefined ? {} : { only }),
  };
  return documentPack(name, named, reference);
}

function tell(folder: string, questions: readonly OpenQuestion[], language: Language): void {
  const source = readPack(folder, ".", "NAME");
  const { interfaces, lifecycles } = source;
  const others = checkPack(source).filter(({ rule }) => rule !== "question.open");
  const lines = {
    en: [
      `${pc.green("ok")} ${folder}: ${interfaces.length} interfaces, ${lifecycles.length} lifecycles, ${questions.length} open questions`,
      ...(others.length === 0 ? [] : [pc.yellow(`  ${others.length} problems beside them, which pack check names`)]),
      ...(questions.length === 0 ? [] : [`  answer:  ${folder}/open-questions.json`]),
      `  check:   liantiao pack check ${folder}`,
      `  serve:   liantiao serve bank --pack ${folder}`,
    ],
    zh: [
      `${pc.green("ok")} ${folder}：接口 ${interfaces.length} 个，业务对象 ${lifecycles.length} 个，待答问题 ${questions.length} 个`,
      ...(others.length === 0 ? [] : [pc.yellow(`  另有 ${others.length} 处问题，由 pack check 列出`)]),
      ...(questions.length === 0 ? [] : [`  回答：${folder}/open-questions.json`]),
      `  检查：liantiao pack check ${folder}`,
      `  启动：liantiao serve bank --pack ${folder}`,
    ],
  };
  console.log(lines[language].join("\n"));
}
