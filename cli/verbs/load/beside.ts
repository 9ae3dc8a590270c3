import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { Problem } from "../../../core/pack/problem.ts";
import { nearName } from "../../../core/names/near-name.ts";
import { UserError } from "../../../hosting/user-error.ts";
import type { LoadCompanion } from "../../../suites/load/companion.ts";
import { drillCompanion } from "../../../suites/load/drills/drills.ts";
import type { PlannedDrill } from "../../../suites/load/drills/drill.ts";
import { drillFile, drillNames, readDrill } from "../../../suites/load/drills/read-drill.ts";
import { vitalsCompanion } from "../../../suites/load/vitals/vitals.ts";
import { wholeNumber } from "../../argument.ts";

/** What goes on beside a load, as the command line says. */
export interface BesideFlags {
  readonly drill?: readonly NamedDrill[];
  readonly vitals?: number;
}

/** A drill as it is named, and when it begins. */
interface NamedDrill {
  readonly named: string;
  /** Seconds into the load. */
  readonly at: number;
}

/** Adds the options of drills and vitals to the verb `load`. */
export function addBesideOptions(command: Command): Command {
  return command
    .option(
      "--drill <name@seconds>",
      "do something to the bank so many seconds into the load: a drill by name, or a file of your own; may be repeated",
      namedDrill,
    )
    .option(
      "--vitals <seconds>",
      "read the hook vitals every so often, and judge that nothing leaks",
      wholeNumber(1, 3600),
    );
}

/** Parses `NAME@SECONDS`, which may be given several times. @throws InvalidArgumentError */
function namedDrill(text: string, before: readonly NamedDrill[] | undefined): readonly NamedDrill[] {
  const found = /^(.+)@(\d{1,7})$/.exec(text);
  if (found === null)
    throw new InvalidArgumentError("Give a drill and the second of the load, such as kill-and-restart@10.");
  return [...(before ?? []), { named: found[1] ?? "", at: Number(found[2]) }];
}

/** What goes on beside the load. @throws UserError for a drill that there is none of, or that is wrong. */
export function companionsOf({ drill = [], vitals }: BesideFlags): readonly LoadCompanion[] {
  const planned = drill.map(planOf);
  const twice = planned.find(({ name }, index) => planned.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new UserError(
      { en: `the drill ${twice.name} is named twice`, zh: `演练 ${twice.name} 重复` },
      { where: "--drill", next: { en: "name each drill once in a load", zh: "同一负载中每个演练只写一次" } },
    );
  return [
    ...(planned.length === 0 ? [] : [drillCompanion(planned)]),
    ...(vitals === undefined ? [] : [vitalsCompanion({ everySeconds: vitals })]),
  ];
}

/** The flags of the command that repeats the load. */
export function besideReplay({ drill = [], vitals }: BesideFlags): readonly string[] {
  return [
    ...drill.map(({ named, at }) => `--drill ${named}@${at}`),
    ...(vitals === undefined ? [] : [`--vitals ${vitals}`]),
  ];
}

function planOf({ named, at }: NamedDrill): PlannedDrill {
  const file = drillFile(named);
  if (file === undefined)
    throw new UserError(
      { en: `there is no drill "${named}"`, zh: `没有演练“${named}”` },
      {
        where: "--drill",
        allowed: {
          en: `${drillNames().join(", ")}, or a file such as ./my-drill.json`,
          zh: `${drillNames().join("、")}，或自有文件，如 ./my-drill.json`,
        },
        near: nearName(named, drillNames()),
        next: { en: "choose another drill", zh: "请另选演练" },
      },
    );
  const reading = readDrill(file);
  if (!reading.ok) throw wrongDrill(file, reading.problems);
  return { name: reading.name, drill: reading.drill, at };
}

function wrongDrill(file: string, problems: readonly Problem[]): UserError {
  const lines = (language: "en" | "zh"): string =>
    problems
      .map(({ pointer, message, remedy }) => `\n  ${pointer || "/"}: ${message[language]} ${remedy[language]}`)
      .join("");
  return new UserError(
    { en: `the drill ${file} is wrong:${lines("en")}`, zh: `演练文件 ${file} 有误：${lines("zh")}` },
    { where: file, next: { en: "correct what is named", zh: "请更正所列之处" } },
  );
}
