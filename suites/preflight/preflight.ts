import type { PreflightFinished } from "../../core/run/event.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { quotation } from "../../core/text/quotation.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { bounded } from "../run/bounded.ts";
import type { Ended, PhaseEnd } from "../run/bounded.ts";
import type { RunScope } from "../run/scope.ts";
import { Session } from "../session.ts";
import { callback } from "./callback.ts";
import { clock } from "./clock.ts";
import { fixtures } from "./fixtures.ts";
import { hooks } from "./hooks.ts";
import { interfaces } from "./interfaces.ts";
import { keys } from "./keys.ts";
import { untried, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";
import { leftovers } from "./leftovers.ts";
import { profile } from "./profile.ts";
import { reachability } from "./reachability.ts";

/** The probes in order; each relies on the earlier ones. */
export const PROBES: readonly Probe[] = [
  profile,
  reachability,
  clock,
  keys,
  interfaces,
  hooks,
  fixtures,
  leftovers,
  callback,
];

/**
 * Looks at everything that is not the SUT's conformance, before any check. Stops at the first thing that is wrong, and
 * when `end` says so. `ready` when all is well.
 */
export async function preflight(
  scope: RunScope,
  emit: (event: PreflightFinished) => void,
  end?: PhaseEnd,
): Promise<"ready" | "failed" | Ended> {
  const inTime = end === undefined ? scope : bounded(scope, end.signal);
  const session = new Session(inTime, "preflight", end?.signal ?? new AbortController().signal);
  for (const probe of PROBES) {
    const before = end?.why();
    const finding = before === undefined ? await looked(probe, inTime, session) : undefined;
    const ended = end?.why();
    // What a probe saw of calls that we gave up ourselves says nothing of the SUT.
    if (ended === "stopped") return ended;
    const at = scope.runtime.now();
    if (ended === "spent" || finding === undefined) {
      emit({ type: "preflight.finished", at, name: probe.name, ...outOfTime() });
      return "spent";
    }
    emit({ type: "preflight.finished", at, name: probe.name, ...shown(finding) });
    if (!finding.ok) return "failed";
  }
  return "ready";
}

/** What a probe says may quote the system under test, at bounded length. */
function shown({ message, remedy, ...finding }: Finding): Finding {
  const both = ({ en, zh }: Bilingual): Bilingual => ({ en: quotation(en), zh: quotation(zh) });
  return { ...finding, message: both(message), ...(remedy === undefined ? {} : { remedy: both(remedy) }) };
}

function outOfTime(): Finding {
  return wrong(
    "network",
    [
      "the run's time (--time-budget) was spent while pre-flight waited for the system under test",
      "预检等待被测系统期间，运行时间预算（--time-budget）已用尽",
    ],
    [
      "See why the system answers so slowly or not at all, or give the run more time with --time-budget.",
      "请查明被测系统应答缓慢或无应答的原因，或用 --time-budget 给予更多时间。",
    ],
  );
}

async function looked(probe: Probe, scope: RunScope, session: Session): Promise<Finding> {
  try {
    return await probe.look(scope, session);
  } catch (thrown) {
    if (thrown instanceof CheckSkipped || thrown instanceof CheckInconclusive)
      return untried(`not probed: ${thrown.message}`, `未探测：${thrown.reason.zh}`);
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
