import { resolve } from "node:path";
import type { Command } from "commander";
import { FORMATS } from "../../reports/formats.ts";
import { writeReports } from "../../reports/report.ts";
import { examples } from "../examples.ts";
import { languageOf } from "../language/language.ts";
import { summaryLines } from "../summary.ts";
import { nearName } from "../../core/names/near-name.ts";
import { explainingWriteErrors } from "../run-folder.ts";
import { UserError } from "../../hosting/user-error.ts";

export function addReport(program: Command): void {
  const names = FORMATS.map(({ name }) => name);
  program
    .command("report")
    .summary("write reports of a run again, from its event log")
    .description("Writes reports of a run from its event log alone. The exit code is the run's own.")
    .argument("<run-dir>", "folder that verify wrote")
    .option("--format <names>", `any of ${names.join(",")} (default: all)`)
    .addHelpText("after", examples("report runs/today", "report runs/today --format html,junit"))
    .action(async (folder: string, flags: { readonly format?: string }, command: Command) => {
      const wanted = flags.format?.split(",").map((name) => name.trim());
      const unknown = wanted?.find((name) => !names.includes(name));
      if (unknown !== undefined)
        throw new UserError(
          { en: `there is no report format "${unknown}"`, zh: `没有报告格式“${unknown}”` },
          {
            where: "--format",
            allowed: names.join(", "),
            near: nearName(unknown, names),
            next: { en: "give names from the list, separated by commas", zh: "请从中选取，以逗号分隔" },
          },
        );
      const written = await explainingWriteErrors(folder, () =>
        writeReports(folder, wanted === undefined ? {} : { formats: wanted }),
      );
      if (!written.ok)
        throw new UserError(written.problem, {
          where: folder,
          next: {
            en: "name the folder of a run; `liantiao verify` prints it",
            zh: "请给出某次运行的目录；`liantiao verify` 会显示它",
          },
        });
      console.log(summaryLines(written.judgement, languageOf(command)).join("\n"));
      console.log(written.files.map((file) => resolve(file)).join("\n"));
      for (const notice of written.notices) console.error(notice[languageOf(command)]);
      process.exitCode = written.exitCode;
    });
}
