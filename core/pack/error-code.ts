import type { ErrorCode, Policies, Stage } from "./types.ts";

/** Stages at which a code is answered: its own first, then those that it is declared for as well. */
export const stagesOf = ({ stage, also = [] }: ErrorCode): readonly Stage[] => [
  stage,
  ...also.map((other) => other.stage),
];

/** The status of a code at a stage; that of its own stage where none is said. */
export const statusAt = ({ status, also }: ErrorCode, stage?: Stage): number =>
  also?.find((other) => other.stage === stage)?.status ?? status;

/** The statuses that a refusal with a code may have on the wire: one for all codes where the pack says so. */
export function wireStatuses(error: ErrorCode, { refusal }: Pick<Policies, "refusal">): readonly number[] {
  if (refusal?.status !== undefined) return [refusal.status];
  return [...new Set([error.status, ...(error.also ?? []).map(({ status }) => status ?? error.status)])];
}

/** The stage that a policy's name stands for: `route.size` for `route`. A party that does not fit is of the schema's stage. */
export function stageOfPolicy(policy: string): Stage {
  if (policy.startsWith("route.")) return "route";
  if (policy.startsWith("freshness.")) return "freshness";
  if (policy === "signature" || policy === "decode" || policy === "schema") return policy;
  return policy === "party" ? "schema" : "system";
}
