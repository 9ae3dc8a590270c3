import type { Pack } from "../../core/pack/compile.ts";
import type { Interface } from "../../core/pack/types.ts";

/** The code with which a fault has a call refused. */
export function faultCode(
  pack: Pack,
  refuse: "system" | "overload" | "unavailable" | "final",
  called: Interface,
): string {
  const { stages } = pack.source.manifest.policies;
  if (refuse === "unavailable") return unavailableCode(pack);
  return refuse === "final"
    ? (called.errors.find((code) => pack.error(code).class === "final-fail") ?? stages.system)
    : stages[refuse];
}

/** The pack's code for a service that is down, where it has one of its own. */
export function unavailableCode(pack: Pack): string {
  const { errors, manifest } = pack.source;
  return (
    errors.find(({ stage, status }) => stage === "system" && status === 503)?.code ?? manifest.policies.stages.overload
  );
}
