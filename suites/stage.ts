import type { Check } from "./check.ts";

/**
 * The stages of a run, in their order. `isolated` checks run beside each other, one at a time in each lane; all others
 * run one after another, with nothing beside them: first those that have arranged something ahead.
 */
export const STAGES = ["start", "isolated", "prepared", "alone", "end"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage in which a check runs, from what it says of itself. */
export function stageOf({ when, isolated, ahead }: Pick<Check, "when" | "isolated" | "ahead">): Stage {
  return when ?? (isolated === true ? "isolated" : ahead === undefined ? "alone" : "prepared");
}
