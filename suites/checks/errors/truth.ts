import { series } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { created, handleFor, needed } from "../resource-steps.ts";

const ATTEMPTS = 3;

/** In flight is neither failed nor absent. That an unknown number and another's are alike is judged by `data.other-party`. */
export const inFlight: Check = {
  id: "errors.in-flight",
  requirement: "ERR-07",
  title: { en: "A payment in flight is processing, never failed", zh: "在途支付为处理中，不得为失败" },
  effort: "standard",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const query = needed(session, resource, "reads");
    const never = await session.make(needed(session, resource, "creates"));
    session.expectRefusedFor(
      await session.ask(query, handleFor(session, query, never), "a number that never was"),
      "not-found",
    );
    // One that settled before it was asked for shows nothing of what is in flight; another may be slower.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) if (await shownInFlight(session, resource)) return;
    session.inconclusive(
      "each payment was settled before it could be asked for, so nothing was seen in flight",
      "支付均在查询前已完成，未观察到在途状态",
    );
  },
};

/** Asks for a payment until it is settled, and holds that it is never shown as failed. False when no query met it in flight. */
async function shownInFlight(session: Session, resource: Resource): Promise<boolean> {
  const scenario = session.scenario(resource, "settles-late");
  const { draft } = await created(session, resource, {}, { scenario });
  const one = needed(session, resource, "reads");
  const query = await session.make(one, handleFor(session, one, draft));
  const seen: Shown[] = [];
  for (let turn = 0; turn < 200 && seen.at(-1)?.outcome !== "succeeded"; turn += 1) {
    const found = session.expectShown(await session.send(query, { label: "query while it is in flight" }));
    seen.push(found);
    if (found.outcome !== "open" && found.outcome !== "succeeded")
      session.fail({
        summary: {
          en: `a payment that was in flight and succeeds was shown as ${String(found.state)}`,
          zh: `在途支付被显示为 ${String(found.state)}`,
        },
        expected: {
          en: [...resource.states("open"), "then", ...resource.states("succeeded")].join(" "),
          zh: `先为 ${resource.states("open").join(" ")}，后为 ${resource.states("succeeded").join(" ")}`,
        },
        seen: series(seen.map(({ state }) => String(state))),
      });
    await session.sleep(50);
  }
  if (seen.at(-1)?.outcome !== "succeeded")
    session.inconclusive("the payment did not settle within ten seconds", "支付未在十秒内完成");
  return seen.some(({ outcome }) => outcome === "open");
}
