import type { Problem } from "./problem.ts";
import { RULES } from "./rules/index.ts";
import { allStanding } from "./standing.ts";
import type { PackSource } from "./types.ts";

/** Rules that are often broken only because another one is: a misspelt name leaves what it meant unused. */
const FOLLOWING: ReadonlySet<string> = new Set([
  "interface.idle",
  "interface.answer",
  "interface.repetition",
  "error.listed",
  "error.unused",
  "state.unreachable",
  "state.final",
  "schema.unused",
  "move.counterpart",
  "lifecycle.fields",
  "expression.type",
  "view.unused",
  "module.unneeded",
]);

/**
 * Everything that is wrong with a pack whose files each satisfy their meta-schema, in one go, causes ahead of what may
 * follow from them; empty when all is well.
 */
export function checkPack(source: PackSource): readonly Problem[] {
  const found = allStanding(
    source,
    RULES.flatMap((rule) => rule.check(source)),
  );
  const [causes, following] = [false, true].map((follows) =>
    found.filter(({ rule }) => FOLLOWING.has(rule) === follows),
  );
  return [...(causes ?? []), ...(following ?? [])];
}
