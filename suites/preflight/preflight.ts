import type { PreflightFinished } from "../../core/run/event.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { RunScope } from "../run/scope.ts";
import { Session } from "../session.ts";
import { callback } from "./callback.ts";
import { clock } from "./clock.ts";
import { fixtures } from "./fixtures.ts";
import { hooks } from "./hooks.ts";
import { interfaces } from "./interfaces.ts";
import { keys } from "./keys.ts";
import { fine, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";
import { profile } from "./profile.ts";
import { reachability } from "./reachability.ts";
import { words } from "./words.ts";

/** The probes in order; each relies on the earlier ones. */
export const PROBES: readonly Probe[] = [
  profile,
  words,
  reachability,
  clock,
  keys,
  interfaces,
  hooks,
  fixtures,
  callback,
];

/**
 * Looks at everything that is not the SUT's conformance, before any check. Stops at the first thing that is wrong; true
 * when all is well.
 */
export async function preflight(scope: RunScope, emit: (event: PreflightFinished) => void): Promise<boolean> {
  const session = new Session(scope, "preflight", new AbortController().signal);
  for (const probe of PROBES) {
    const finding = await looked(probe, scope, session);
    emit({ type: "preflight.finished", at: scope.runtime.now(), name: probe.name, ...finding });
    if (!finding.ok) return false;
  }
  return true;
}

async function looked(probe: Probe, scope: RunScope, session: Session): Promise<Finding> {
  try {
    return await probe.look(scope, session);
  } catch (thrown) {
    if (thrown instanceof CheckSkipped || thrown instanceof CheckInconclusive)
      return fine(`not probed: ${thrown.message}`, `未探测：${thrown.reason.zh}`);
    return wrong(
      "harness",
      [
        `the probe ${probe.name} broke: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
        `探测 ${probe.name} 自身出错`,
      ],
      ["This is a bug of the harness; please report it with this text.", "这是测试工具自身的缺陷，请附此信息报告。"],
    );
  }
}
