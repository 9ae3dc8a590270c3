import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Exchange } from "../../session.ts";
import { once, renumbered } from "./copies.ts";
import { expectOneEffect } from "./lost-answer.ts";

/** Moments of the kill, in milliseconds after the request was sent. */
const MOMENTS = { smoke: [3], standard: [1, 8], exhaustive: [0, 1, 2, 4, 8, 16, 32, 64] } as const;

/** The SUT is killed while a request is on its way; the same number is sent again to what comes back. */
export const crash: Check = {
  id: "idempotency.crash",
  requirement: "IDM-06",
  title: { en: "Killed between accept and answer, the SUT has one effect", zh: "受理与应答间强杀后只有一次影响" },
  effort: "standard",
  needs: { hooks: ["restart"] },
  each: eachInterface((one) => one.idempotency !== undefined && one.id.endsWith(".create")),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const template = await session.request(id);
    const single = await once(session, template, async (draft) => [await session.send(draft, { label: "one alone" })]);
    session.expectSuccess(single.exchanges[0] as Exchange);
    for (const moment of MOMENTS[session.run.effort]) {
      const outcome = await once(session, await renumbered(session, template), async (draft) => {
        const kill = session.sleep(moment).then(() => session.restart("kill"));
        // What this one is told, if anything, is worth no more than what is found afterwards.
        const [first] = await Promise.all([session.send(draft, { label: `killed about ${moment} ms after sending` }), kill]);
        const again = await session.send(draft, { label: "again after the restart" });
        return first.answer?.status === draft.interface.response.status ? [first, again] : [again];
      });
      expectOneEffect(session, outcome, single.moved, `killed about ${moment} ms after it was sent, and sent again`);
    }
  },
};
