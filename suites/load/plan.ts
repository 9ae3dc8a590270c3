import { nearName } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import type { PackView } from "../pack-view.ts";
import { inProfile } from "../profile.ts";
import type { Statement } from "../statement/statement.ts";
import type { Level } from "../../core/load/level.ts";
import { scaled } from "../../core/load/profile.ts";
import type { LoadProfile } from "../../core/load/profile.ts";
import type { Ending } from "../../core/load/sample.ts";

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

  constructor(
    said: Bilingual,
    details: { readonly where: string; readonly allowed?: readonly string[]; readonly named?: string },
  ) {
    super(said);
    this.where = details.where;
    this.allowed = details.allowed ?? [];
    this.near = details.named === undefined ? undefined : nearName(details.named, this.allowed);
  }
}

/** @throws LoadError for a profile that the pack lacks, or one that the SUT's statement does not reach */
export function planLoad(
  pack: PackView,
  statement: Statement,
  name: string,
  scale: { readonly rate?: number; readonly seconds?: number },
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
  const levels = loads.levels
    .filter((level) => level.interface === undefined || interfaces.includes(level.interface))
    .map(({ target, slices, good, ...rest }): Level => ({
      ...rest,
      target: Number(target),
      good: {
        // The meta-schema allows no other.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        endings: good.endings as readonly Ending[],
        ...(good.withinMs === undefined ? {} : { withinMs: good.withinMs }),
      },
      ...(slices === undefined ? {} : { slices: { seconds: slices.seconds, target: Number(slices.target) } }),
    }));
  return { profile, journeys, levels, interfaces };
}
