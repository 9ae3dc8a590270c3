import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectNoRace } from "../../race/hunt.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { alone, another, eachCreate, wrongWithCopies, once } from "./one-effect.ts";

const STAGGER_MS = [0, 1, 3, 8];

/** Copies from several callers that know nothing of each other: two sets of warm connections, and stragglers on a pool. */
export const twoPools: Check = {
  id: "idempotency.two-pools",
  requirement: "IDM-04",
  title: { en: "Copies over separate connections have one effect", zh: "跨连接副本只有一次影响" },
  effort: "smoke",
  each: eachCreate,
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { template, moved } = await alone(session, id);
    await expectNoRace(
      session,
      {
        en: `copies of ${id} over separate connections had more than one effect, or disagreed`,
        zh: `${id} 跨连接的副本产生多于一次的影响，或应答不一致`,
        cause: {
          en: "Repetitions are recognised within one connection or one node only.",
          zh: "仅在单个连接或节点内查重。",
        },
      },
      async (n) =>
        wrongWithCopies(
          session,
          await once(session, await another(session, template), (draft) => fromAllSides(session, draft, n)),
          moved,
        ),
    );
  },
};

async function fromAllSides(session: Session, draft: Draft, n: number): Promise<readonly Exchange[]> {
  // Room is left for the stragglers, so that they come while the copies are under way.
  const room = session.statement.limits.maxConcurrency - STAGGER_MS.length;
  const half = Math.max(1, Math.floor(Math.min(n, room) / 2));
  const copies = Array.from({ length: half }, () => draft);
  const stragglers = STAGGER_MS.map(async (ms, index) => {
    await session.sleep(ms);
    return session.send(draft, { label: `straggler ${index + 1}` });
  });
  return (
    await Promise.all([
      session.race(copies, "copy, first pool"),
      session.race(copies, "copy, second pool"),
      Promise.all(stragglers),
    ])
  ).flat();
}
