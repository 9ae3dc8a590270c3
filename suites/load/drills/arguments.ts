import type { Json } from "../../../core/unit/unit.ts";
import type { RunScope } from "../../run/scope.ts";
import type { DrillAction, DrillArgument } from "./drill.ts";

/** The body of an action's call, with what is reckoned at its moment filled in. */
export function argumentsOf(
  { provider }: DrillAction,
  scope: Pick<RunScope, "pack" | "runtime" | "sutClock" | "statement">,
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(provider.arguments ?? {}).map(([name, value]) => [name, reckoned(value, scope)]),
  );
}

function reckoned(
  value: DrillArgument,
  { pack, runtime, sutClock, statement }: Pick<RunScope, "pack" | "runtime" | "sutClock" | "statement">,
): Json {
  if (typeof value !== "object" || value === null) return value;
  if ("beyondTimeoutMs" in value) return statement.limits.timeoutMs + value.beyondTimeoutMs;
  const { calendar } = pack;
  const now = runtime.now() + sutClock.offsetMs;
  const moment =
    "afterSeconds" in value
      ? now + value.afterSeconds * 1000
      : calendar.startOfBusinessDate(calendar.nextDate(calendar.businessDate(now))) - value.beforeCutOverSeconds * 1000;
  return calendar.rfc3339(Math.ceil(moment / 1000) * 1000);
}
