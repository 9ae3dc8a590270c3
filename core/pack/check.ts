import type { Problem } from "./problem.ts";
import { RULES } from "./rules/index.ts";
import type { PackSource } from "./types.ts";

/** Everything that is wrong with a pack whose files each satisfy their meta-schema, in one go; empty when all is well. */
export function checkPack(source: PackSource): readonly Problem[] {
  return RULES.flatMap((rule) => rule.check(source));
}
