import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectNoRace } from "../../race/hunt.ts";
import { alone, another, eachCreate, wrongWithCopies, once } from "./one-effect.ts";

/**
 * N copies at once must move exactly what one request moves, and agree about it. A copy that is refused as being in
 * flight is allowed where the pack says so, a different id never.
 */
export const copies: Check = {
  id: "idempotency.copies",
  requirement: "IDM-03",
  title: { en: "Simultaneous copies have exactly one effect", zh: "并发副本恰好产生一次影响" },
  effort: "smoke",
  each: eachCreate,
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { template, moved } = await alone(session, id);
    await expectNoRace(
      session,
      {
        en: `simultaneous copies of ${id} had more than one effect, or disagreed`,
        zh: `${id} 的并发副本产生多于一次的影响，或应答不一致`,
        cause: {
          en: "The number is looked up first and inserted afterwards, without a unique key in between.",
          zh: "先查后插，缺少唯一键约束。",
        },
      },
      async (n) => {
        const raced = await once(session, await another(session, template), (draft) =>
          session.race(
            Array.from({ length: n }, () => draft),
            "copy",
          ),
        );
        return wrongWithCopies(session, raced, moved);
      },
    );
  },
};
