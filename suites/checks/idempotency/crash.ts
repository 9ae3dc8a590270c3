import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { alone, another, eachCreate, once } from "./one-effect.ts";
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
  each: eachCreate,
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { template, moved } = await alone(session, id);
    for (const moment of MOMENTS[session.run.effort]) {
      const outcome = await once(session, await another(session, template), async (draft) => {
        const kill = session.sleep(moment).then(() => session.restart("kill"));
        // What this one is told, if anything, is worth no more than what is found afterwards.
        const [first] = await Promise.all([
          session.send(draft, { label: `killed about ${moment} ms after sending` }),
          kill,
        ]);
        const again = await session.send(draft, { label: "again after the restart" });
        return session.pack.succeeds(draft.interface, first.answer?.status) ? [first, again] : [again];
      });
      expectOneEffect(session, outcome, moved, `killed about ${moment} ms after it was sent, and sent again`);
    }
  },
};
