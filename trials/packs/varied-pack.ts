import { checkPack } from "../../core/pack/check.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { seededStream } from "../../suites/random.ts";
import { VARIATIONS } from "./variations.ts";

/** At most so many variations in one pack. */
const MOST = 5;

/** A pack that says otherwise what another says, and in which ways. */
export interface VariedPack {
  readonly source: PackSource;
  /** Names of variations, in the order of the list. */
  readonly variations: readonly string[];
}

/** The variations that a seed draws: one to five of all. */
export function drawn(seed: number): readonly string[] {
  const random = seededStream(seed, "variations");
  const wanted = 1 + random.below(MOST);
  const rest = VARIATIONS.map(({ name }) => name);
  const taken = Array.from({ length: wanted }, () => rest.splice(random.below(rest.length), 1)[0]);
  return VARIATIONS.map(({ name }) => name).filter((name) => taken.includes(name));
}

/**
 * A pack with variations, those of the seed unless others are named. One that `pack check` does not accept beside the
 * others is left out, as is one that changes nothing of this pack, or leaves a role nothing to provide. A variation draws
 * the same whatever stands beside it.
 */
export function variedPack(base: PackSource, seed: number, wanted: readonly string[] = drawn(seed)): VariedPack {
  const roles = new Set(base.interfaces.map(({ provider }) => provider));
  return VARIATIONS.filter(({ name }) => wanted.includes(name)).reduce<VariedPack>(
    (made, { name, vary }) => {
      const source = vary(made.source, seededStream(seed, name));
      const changes = JSON.stringify(source) !== JSON.stringify(made.source);
      const provided = new Set(source.interfaces.map(({ provider }) => provider)).size === roles.size;
      return changes && provided && checkPack(source).length === 0
        ? { source, variations: [...made.variations, name] }
        : made;
    },
    { source: standingAlone(base), variations: [] },
  );
}

/**
 * The pack without what a folder of its own has no use for: views and demanded requirements stand in place, and of files
 * there is one set, which no module has a part of.
 */
function standingAlone({
  views: _putIn,
  modules: _inOne,
  manifest: { demands: _taken, ...manifest },
  ...source
}: PackSource): PackSource {
  return { ...source, manifest };
}
