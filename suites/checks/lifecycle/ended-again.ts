import { asJson } from "../../../core/text/alike.ts";
import { equal } from "../../data/comparison.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { created, handleFor, knownBy, look, needed } from "../resource-steps.ts";

/** Can be ended while it is open, and ended again with the same outcome: a hold that is voided, an application withdrawn. */
const ENDED_AGAIN: ResourceKind = {
  en: "resource that can be ended twice with the same outcome",
  zh: "可重复结束且结果相同的资源",
  holds: (resource) => {
    const { creates, reads, ends, lifecycle } = resource;
    if (creates === undefined || reads === undefined || ends === undefined) return false;
    const made = lifecycle.transitions
      .filter(({ from }) => from.includes("ABSENT"))
      .flatMap(({ to }) => to.map(({ state }) => state));
    const on = lifecycle.transitions.filter((one) => "call" in one.on && one.on.call === ends.id);
    const ended = on.filter(({ from }) => from.some((state) => made.includes(state))).flatMap(({ to }) => to);
    return ended.length > 0 && ended.every(({ state }) => on.some(({ from }) => from.includes(state)));
  },
};

/** Long enough that a moment in whole seconds which is taken anew is another one. */
const PAUSE_MS = 1_100;

export const endedAgain: Check = {
  id: "lifecycle.ended-again",
  requirement: "LIF-27",
  title: { en: "What is ended again stays as it ended", zh: "重复结束不改变结果" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  each: eachResource(ENDED_AGAIN),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const ends = needed(session, resource, "ends");
    const reads = needed(session, resource, "reads");
    // Where ordinary data do not leave it open, one that stays so.
    const [open] = session.pack.resources.scenarios(resource.name, "stays-open");
    const { draft, shown } = await created(session, resource, {}, open === undefined ? {} : { scenario: open.id });
    const end = await session.make(ends, handleFor(session, ends, knownBy(session, ends, draft, shown)));
    const first = session.expectSuccess(await session.send(end, { label: "end" }));
    const before = await look(session, resource, knownBy(session, reads, draft, shown));
    await session.sleep(PAUSE_MS);
    for (const turn of ["again", "a third time"]) {
      const answer = session.expectSuccess(await session.send(end, { label: `end ${turn}` }));
      expectSame(session, resource, first, answer, `the answer to ending it ${turn}`, `重复结束的应答`);
      const after = await look(session, resource, knownBy(session, reads, draft, shown));
      expectSame(session, resource, before.body, after.body, `the query after ending it ${turn}`, `重复结束后的查询`);
    }
  },
};

/** Holds that two views of what ended are the same in every field. */
function expectSame(
  session: Session,
  { name }: Resource,
  first: Fields,
  other: Fields,
  where: string,
  whereZh: string,
): void {
  session.judged();
  const field = [...new Set([...Object.keys(first), ...Object.keys(other)])].find(
    (one) => !equal(first[one], other[one]),
  );
  if (field !== undefined)
    session.fail({
      summary: { en: `${where} shows another ${field} of the ${name}`, zh: `${name}${whereZh}中 ${field} 不同` },
      expected: asJson(first[field]),
      seen: asJson(other[field]),
    });
}
