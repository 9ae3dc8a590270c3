import { nearName } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import type { PackView } from "../pack-view.ts";
import { inProfile } from "../profile.ts";
import type { Statement } from "../statement/statement.ts";
import type { Level } from "../../core/load/level.ts";
import { scaled } from "../../core/load/profile.ts";
import type { LoadProfile } from "../../core/load/profile.ts";
import { readOpenSlo } from "../../core/load/openslo/read.ts";
import { packLevels } from "../../core/load/pack-levels.ts";

/** What a load does, as the pack says and the command line changes it. */
export interface LoadPlan {
  readonly profile: LoadProfile;
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly levels: readonly Level[];
  /** Interfaces that are called. */
  readonly interfaces: readonly string[];
}

/** There is no such load to run. */
export class LoadError extends SaidError {
  readonly where: string;
  readonly allowed: readonly string[];
  readonly near: string | undefined;
  /** What to do next, where it is none of the ordinary. */
  readonly remedy: Bilingual | undefined;

  constructor(
    said: Bilingual,
    details: {
      readonly where: string;
      readonly allowed?: readonly string[];
      readonly named?: string;
      readonly remedy?: Bilingual;
    },
  ) {
    super(said);
    this.where = details.where;
    this.allowed = details.allowed ?? [];
    this.remedy = details.remedy;
    this.near = details.named === undefined ? undefined : nearName(details.named, this.allowed);
  }
}

/**
 * The service levels are those of the files, else those of the statement's files, else the pack's.
 *
 * @throws LoadError for a profile that the pack lacks, one that the SUT's statement does not reach, or files of service
 *   levels that cannot be used
 */
export function planLoad(
  pack: PackView,
  statement: Pick<Statement, "profile" | "levels">,
  name: string,
  {
    levelFiles,
    ...scale
  }: { readonly rate?: number; readonly seconds?: number; readonly levelFiles?: readonly string[] | undefined },
): LoadPlan {
  const { loads } = pack.source;
  if (loads === undefined)
    throw new LoadError(
      {
        en: `the pack ${pack.source.manifest.name} has no loads.json, and so no load`,
        zh: `规范包 ${pack.source.manifest.name} 没有 loads.json，无法施加负载`,
      },
      { where: "/pack" },
    );
  const found = Object.hasOwn(loads.profiles, name) ? loads.profiles[name] : undefined;
  if (found === undefined)
    throw new LoadError(
      { en: `there is no load profile "${name}"`, zh: `没有负载方案“${name}”` },
      { where: "--profile", allowed: Object.keys(loads.profiles), named: name },
    );
  const profile = scaled(
    {
      name,
      title: found.title,
      pace: found.pace ?? "poisson",
      phases: found.phases,
      mix: found.mix,
      ...(found.drift === undefined ? {} : { drift: found.drift }),
      ...(found.recovery === undefined ? {} : { recovery: found.recovery }),
      ...(found.retries === undefined ? {} : { retries: found.retries }),
    },
    scale,
  );
  const journeys = Object.fromEntries(Object.keys(found.mix).map((each) => [each, loads.journeys[each] ?? []]));
  const interfaces = [...new Set(Object.values(journeys).flat())];
  const unclaimed = interfaces.find((id) => !pack.hasInterface(id) || !inProfile(statement, id));
  if (unclaimed !== undefined)
    throw new LoadError(
      {
        en: `the profile ${name} calls ${unclaimed}, which the statement does not claim`,
        zh: `负载方案 ${name} 要调用 ${unclaimed}，而声明未包含该接口`,
      },
      { where: "/profile" },
    );
  return { profile, journeys, levels: levelsFor(pack, statement, interfaces, levelFiles), interfaces };
}

/** The levels that calls of these interfaces can meet or miss: those of files, of the statement, or of the pack. */
export function levelsFor(
  pack: PackView,
  statement: Pick<Statement, "levels">,
  interfaces: readonly string[],
  levelFiles?: readonly string[],
): readonly Level[] {
  const { loads } = pack.source;
  if (levelFiles !== undefined) return levelsFrom(levelFiles, pack, "--slo");
  if (statement.levels !== undefined) return levelsFrom(statement.levels, pack, "/levels");
  return loads === undefined
    ? []
    : packLevels(loads).filter((level) => level.interface === undefined || interfaces.includes(level.interface));
}

/** The levels of files that were given in place of the pack's; those of an interface that is not called are missed. */
function levelsFrom(files: readonly string[], pack: PackView, where: string): readonly Level[] {
  const read = readOpenSlo(files);
  if (!read.ok) {
    const said = (language: keyof Bilingual): string =>
      read.problems
        .map(({ file, pointer, message }) => `\n  ${file}${pointer === "" ? "" : ` ${pointer}`}: ${message[language]}`)
        .join("");
    throw new LoadError(
      { en: `the service levels cannot be read:${said("en")}`, zh: `无法读取服务水平：${said("zh")}` },
      { where },
    );
  }
  const unknown = read.levels.find((level) => level.interface !== undefined && !pack.hasInterface(level.interface));
  if (unknown !== undefined)
    throw new LoadError(
      {
        en: `the service level ${unknown.name} is of ${String(unknown.interface)}, which the pack lacks`,
        zh: `服务水平 ${unknown.name} 所指的接口 ${String(unknown.interface)} 不在规范包中`,
      },
      {
        where,
        allowed: pack.source.interfaces.map(({ id }) => id),
        named: String(unknown.interface),
      },
    );
  return read.levels;
}
