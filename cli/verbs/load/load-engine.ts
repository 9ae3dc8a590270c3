import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { Role } from "../../../core/pack/types.ts";
import type { OpenedStatement } from "../../../hosting/statement.ts";
import { UserError } from "../../../hosting/user-error.ts";
import type { LoadEngine } from "../../../suites/load/engine.ts";
import { imported } from "../../../suites/load/imported/imported.ts";
import { k6, k6Results } from "../../../suites/load/k6/k6.ts";
import { openSut } from "../../../suites/run/open-sut.ts";

const ENGINES = ["embedded", "k6", "import"] as const;
export type EngineName = (typeof ENGINES)[number];

/** The flags that say what makes a load. */
export interface EngineFlags {
  readonly sut: string;
  readonly engine: EngineName;
  readonly results?: string;
  readonly resume?: string;
  readonly prepare?: true;
}

export function addEngineOptions(command: Command): Command {
  return command
    .option(
      "--engine <name>",
      "what makes the load: embedded; k6, a program of yours (K6_BIN, or on the PATH); import, another tool",
      engineName,
      "embedded",
    )
    .option("--results <file>", "judge what a tool has measured already: its results, .gz too (with import or k6)")
    .option("--prepare", "write what k6 needs into the run's folder, and run nothing (with k6)");
}

/** The engine that the flags name; undefined for the one that is built in. @throws UserError, LoadError */
export async function engineFor(
  role: Role,
  { sut, engine, results, resume, prepare }: EngineFlags,
  { source }: OpenedStatement,
): Promise<LoadEngine | undefined> {
  if (engine !== "embedded" && role !== "bank")
    throw wrongFlag("--engine", "embedded", {
      en: `a load of a ${role} is made by the engine that is built in`,
      zh: "对平台的负载只能由内置引擎产生",
    });
  if (results !== undefined && engine === "embedded")
    throw wrongFlag("--results", "--engine import, --engine k6", {
      en: "results are those of another tool",
      zh: "结果须来自其他工具",
    });
  if (engine === "import" && results === undefined)
    throw wrongFlag("--engine", "--results <file>", {
      en: "--engine import reads results, and none are named",
      zh: "--engine import 需要结果文件，而未给出",
    });
  if (engine !== "embedded" && resume !== undefined)
    throw wrongFlag("--resume", "--engine embedded", {
      en: "only a load of the engine that is built in can go on",
      zh: "只有内置引擎的负载可以继续",
    });
  if (engine !== "k6" && prepare === true)
    throw wrongFlag("--prepare", "--engine k6", {
      en: "the flag belongs to k6",
      zh: "该选项仅用于 k6",
    });
  // What is only prepared runs elsewhere.
  if (engine === "embedded" || prepare === true) return undefined;
  if (results === undefined) return k6(process.env);
  if (engine === "k6") return readable(results, () => k6Results(results));
  const { pack, statement } = openSut({ packDirectory: source.directory, statementFile: sut });
  return readable(results, () => imported(results, { pack, statement }));
}

async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  return read().catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (typeof code !== "string") throw cause;
    throw new UserError(
      { en: `the results cannot be read: ${message}`, zh: `无法读取结果：${message}` },
      { where: file, next: { en: "name a file of results", zh: "请给出结果文件" }, cause },
    );
  });
}

function wrongFlag(where: string, allowed: string, said: { readonly en: string; readonly zh: string }): UserError {
  return new UserError(said, {
    where,
    allowed,
    next: { en: "see `liantiao load bank --help`", zh: "参见 `liantiao load bank --help`" },
  });
}

function engineName(text: string): EngineName {
  const found = ENGINES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`allowed: ${ENGINES.join(", ")}`);
  return found;
}
