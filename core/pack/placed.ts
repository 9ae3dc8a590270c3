import { placeInterface } from "./placed/interface.ts";
import { placeLifecycle } from "./placed/lifecycle.ts";
import type { RootsAfterCalls } from "./placed/lifecycle.ts";
import { Placing } from "./placed/placing.ts";
import type { Placed } from "./placed/placing.ts";
import { placePolicies } from "./placed/policies.ts";
import { placeScenario } from "./placed/scenario.ts";
import type { PackSource } from "./types.ts";

/** Every expression of the pack, with its place, what it may name there and what it must give. */
export function placedExpressions(source: PackSource): readonly Placed[] {
  const placing = new Placing(source);
  const afterCalls: RootsAfterCalls = new Map();
  for (const lifecycle of source.lifecycles) placeLifecycle(placing, lifecycle, afterCalls);
  for (const one of source.interfaces) placeInterface(placing, one, afterCalls.get(one.id) ?? []);
  placePolicies(placing, source.manifest.policies);
  for (const scenario of source.scenarios) placeScenario(placing, scenario);
  return placing.placed;
}
