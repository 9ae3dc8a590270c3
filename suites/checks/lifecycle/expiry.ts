import type { Outcome } from "../../../core/pack/purpose.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import { lifetimeSeconds } from "../../resources/limits.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { afterItsTime } from "../agreement-steps.ts";
import { created, look } from "../resource-steps.ts";

/** Is made for a time, and ends by itself when that is over: a quote, a hold, a one-time code. */
const TIMED: ResourceKind = {
  en: "resource that is made for a time",
  zh: "有有效期的资源",
  holds: (resource) =>
    resource.creates !== undefined &&
    resource.reads !== undefined &&
    endings(resource).length > 0 &&
    lifetimeSeconds(resource) !== undefined,
};

/** The outcomes of the states into which a moment moves a resource. */
function endings(resource: Resource): readonly Outcome[] {
  return resource.lifecycle.transitions
    .filter(({ on }) => "at" in on)
    .flatMap(({ to }) => to.map(({ state }) => resource.outcome(state)))
    .filter((one) => one !== undefined);
}

export const expiry: Check = {
  id: "lifecycle.expiry",
  requirement: "LIF-26",
  title: { en: "What is made for a time ends when that is over", zh: "有有效期的资源到期即结束" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachResource(TIMED),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const seconds = lifetimeSeconds(resource) as number;
    // What the calls themselves take is no matter of the lifetime.
    const margin = Math.min(15, seconds / 3);
    const began = session.sutNow();
    const { shown } = await created(session, resource);
    await session.setClock(began + (seconds - margin) * 1000);
    expectOneOf(session, resource, await look(session, resource, shown), ["open"], "before its time is over");
    await session.setClock(session.sutNow() + (margin + 1) * 1000);
    const late = await afterItsTime(session, resource, shown, session.statement.limits.settleWithinSeconds * 1000);
    expectOneOf(session, resource, late, endings(resource), `${seconds + 1} s after it was made`);
  },
};

function expectOneOf(
  session: Session,
  resource: Resource,
  shown: Shown,
  outcomes: readonly Outcome[],
  when: string,
): void {
  session.judged();
  if (shown.outcome !== undefined && outcomes.includes(shown.outcome)) return;
  session.fail({
    summary: {
      en: `a ${resource.name} is in a wrong state ${outcomes.includes("open") ? "within its time" : "after its time"}`,
      zh: `${resource.name} 在${outcomes.includes("open") ? "有效期内" : "到期后"}状态异常`,
    },
    expected: `state ${outcomes.flatMap((one) => resource.states(one)).join(" or ")}`,
    seen: `state ${String(shown.state)} ${when}`,
  });
}
