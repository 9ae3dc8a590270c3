import { nearName } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import { journeyRoles, journeys } from "../../core/pack/rules/journeys.ts";
import type { LoadsSource } from "../../core/pack/loads-source.ts";
import type { PackSource, Role } from "../../core/pack/types.ts";
import { priorsOf } from "../data/priors.ts";
import type { PackView } from "../pack-view.ts";
import { inProfile, offersHook } from "../profile.ts";
import type { HookName, Statement } from "../statement/statement.ts";
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

/** The parts of a statement that a plan looks at. */
type Planned = Pick<Statement, "role" | "profile" | "levels" | "loads" | "notify" | "hooks">;

/**
 * The service levels are those of the files, else those of the statement's files, else the pack's.
 *
 * @throws LoadError for a profile that the pack lacks, one that the SUT's statement does not reach, or files of service
 *   levels that cannot be used
 */
export function planLoad(
  pack: PackView,
  statement: Planned,
  name: string,
  {
    levelFiles,
    ...scale
  }: { readonly rate?: number; readonly seconds?: number; readonly levelFiles?: readonly string[] | undefined },
): LoadPlan {
  const loads = loadsOf(pack.source, statement);
  if (loads === undefined)
    throw new LoadError(
      {
        en: `the pack ${pack.source.manifest.name} has no loads.json, and so no load; the statement has none either`,
        zh: `规范包 ${pack.source.manifest.name} 没有 loads.json，声明中也没有 loads，无法施加负载`,
      },
      { where: "/pack" },
    );
  const found = Object.hasOwn(loads.profiles, name) ? loads.profiles[name] : undefined;
  if (found === undefined)
    throw new LoadError(
      { en: `there is no load profile "${name}"`, zh: `没有负载方案“${name}”` },
      { where: "--profile", allowed: profilesOf(loads, statement.role), named: name },
    );
  const role = found.role ?? "bank";
  if (role !== statement.role)
    throw new LoadError(
      {
        en: `the load profile "${name}" is for a ${role}, and the statement is that of a ${statement.role}`,
        zh: `负载方案“${name}”用于 ${role}，而声明属于 ${statement.role}`,
      },
      { where: "--profile", allowed: profilesOf(loads, statement.role) },
    );
  const profile = scaled(profileOf(name, found), scale);
  const mixes = [found.mix, ...found.phases.flatMap(({ mix }) => (mix === undefined ? [] : [mix]))];
  const made = Object.fromEntries(
    mixes.flatMap((mix) => Object.keys(mix)).map((each) => [each, loads.journeys[each] ?? []]),
  );
  const interfaces = withPriors(pack, Object.values(made).flat());
  const unclaimed = interfaces.find((id) => !pack.hasInterface(id) || !inProfile(statement, id));
  if (unclaimed !== undefined)
    throw new LoadError(
      {
        en: `the profile ${name} calls ${unclaimed}, which the statement does not claim`,
        zh: `负载方案 ${name} 要调用 ${unclaimed}，而声明未包含该接口`,
      },
      { where: "/profile" },
    );
  mustReach(pack, statement, profile, interfaces);
  const levels = levelsFor(pack, statement, interfaces, levelFiles);
  return { profile, journeys: made, levels, interfaces };
}

/** The levels that calls of these interfaces can meet or miss: those of files, of the statement, or of the pack. */
export function levelsFor(
  pack: PackView,
  statement: Planned,
  interfaces: readonly string[],
  levelFiles?: readonly string[],
): readonly Level[] {
  const loads = loadsOf(pack.source, statement);
  if (levelFiles !== undefined) return levelsFrom(levelFiles, pack, "--slo");
  if (statement.levels !== undefined) return levelsFrom(statement.levels, pack, "/levels");
  return loads === undefined
    ? []
    : packLevels(loads, statement.role).filter(
        (level) => level.interface === undefined || interfaces.includes(level.interface),
      );
}

/**
 * The loads of a SUT: those of the pack, and those of its statement beside them or in their place. Undefined where
 * neither has any.
 *
 * @throws LoadError with the place in the statement for a name that there is not
 */
export function loadsOf(source: PackSource, { loads: own }: Pick<Statement, "loads">): LoadsSource | undefined {
  const { loads: packs } = source;
  if (own === undefined) return packs;
  const levels = own.levels ?? [];
  const names = new Set(levels.map(({ name }) => name));
  const all: LoadsSource = {
    journeys: { ...packs?.journeys, ...own.journeys },
    profiles: { ...packs?.profiles, ...own.profiles },
    // The statement's first, so that a problem has its place there.
    levels: [...levels, ...(packs?.levels ?? []).filter(({ name }) => !names.has(name))],
  };
  const [wrong] = [journeys, journeyRoles].flatMap((rule) => rule.check({ ...source, loads: all }));
  if (wrong !== undefined)
    throw new LoadError(
      {
        en: `the statement's loads are wrong: ${wrong.message.en} ${wrong.remedy.en}`,
        zh: `声明的 loads 有误：${wrong.message.zh}${wrong.remedy.zh}`,
      },
      { where: `/loads${wrong.pointer}` },
    );
  return all;
}

/** The names of the profiles by which a role is put under load; the first is the one that is run by default. */
export const profilesOf = ({ profiles }: LoadsSource, role: Role): readonly string[] =>
  Object.entries(profiles).flatMap(([name, profile]) => ((profile.role ?? "bank") === role ? [name] : []));

/** These interfaces, each once, and those whose calls they build on. */
function withPriors(pack: PackView, ids: readonly string[]): readonly string[] {
  const found = new Set(ids);
  // What is added while the set is read is read, too.
  for (const id of found)
    if (pack.hasInterface(id)) for (const prior of priorsOf(pack.interface(id), pack)) found.add(prior);
  return [...found];
}

function profileOf(
  name: string,
  { title, pace = "poisson", phases, mix, told, losesEvery, drift, recovery, retries }: LoadsSource["profiles"][string],
): LoadProfile {
  return {
    name,
    title,
    pace,
    phases,
    mix,
    ...(told === true ? { told } : {}),
    ...(losesEvery === undefined ? {} : { losesEvery }),
    ...(drift === undefined ? {} : { drift }),
    ...(recovery === undefined ? {} : { recovery }),
    ...(retries === undefined ? {} : { retries }),
  };
}

/** @throws LoadError where the statement lacks what the journeys of a profile work with: a hook, or a place for our peer */
function mustReach(
  pack: PackView,
  statement: Planned,
  { name, told }: LoadProfile,
  interfaces: readonly string[],
): void {
  const { role, notify } = statement;
  const all = interfaces.map((id) => pack.interface(id));
  const calls = all.some(({ provider }) => provider !== role);
  const tells = all.some((one) => one.provider === role && one.notification !== undefined);
  const hooks: readonly HookName[] = [...(tells ? ["fixtures" as const] : []), ...(calls ? ["call" as const] : [])];
  const missing = hooks.find((hook) => !offersHook(statement, hook));
  if (missing !== undefined)
    throw new LoadError(
      {
        en: `the profile ${name} works with the hook ${missing}, which the statement does not support`,
        zh: `负载方案 ${name} 需要控制钩子 ${missing}，而声明未支持`,
      },
      { where: "/hooks/supports" },
    );
  if ((calls || told === true) && notify === undefined)
    throw new LoadError(
      {
        en: `the profile ${name} works with our counterparty, and the statement says nowhere where it listens`,
        zh: `负载方案 ${name} 需要我方对端，而声明未给出其监听地址`,
      },
      { where: "/notify" },
    );
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
