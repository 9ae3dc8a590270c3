import { MEANINGS } from "../../../core/pack/purpose.ts";
import type { Meaning } from "../../../core/pack/purpose.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { freeTexts } from "../../data/free-texts.ts";
import { leaves } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { endingOf, endings } from "../ended.ts";
import { handleFor } from "../resource-steps.ts";

export const saidAndShown: Check = {
  id: "contract.said-and-shown",
  requirement: "CON-06",
  title: { en: "Sent fields come back in the answer and in the query", zh: "所送即所回，应答与查询均一致" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    for (const turn of [1, 2, 3]) {
      const draft = await session.request(id, freeTexts(session, id));
      const shown = session.expectShown(await session.send(draft, { label: `request ${turn}` }));
      compare(session, draft, shown.body, "the answer");
      const query = session.pack.resources.about(draft.interface)?.resource?.reads;
      if (query === undefined || !session.claims(query.id)) continue;
      const byNumber =
        askedIn(session.pack, draft, "number") !== undefined && session.pack.meanings(query).asked("number").length > 0;
      const found = await session.ask(query, handleFor(session, query, byNumber ? draft : shown), `query ${turn}`);
      compare(session, draft, session.expectSuccess(found), "the query");
    }
  },
};

/** The same of what comes to its end later, or is returned: what brings it there must not lose or change what came with it. */
export const saidAndShownLate: Check = {
  id: "contract.said-and-shown-late",
  requirement: "CON-06",
  title: { en: "Sent fields are kept to the end, also of late results", zh: "延迟完成或退回后所送字段仍一致" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  each: (context) =>
    endings(context)
      .filter(({ scenario }) => scenario !== undefined)
      .map(({ id }) => ({ id })),
  async run(session, instance) {
    const { draft, answered, queried } = await endingOf(session, instance.id);
    session.judged();
    compare(session, draft, answered.body, "the answer");
    compare(session, draft, queried.body, "the query");
  },
};

/** The same of what is only read or changed: the answer is about what was asked for. */
export const askedAndShown: Check = {
  id: "contract.asked-and-shown",
  requirement: "CON-06",
  title: { en: "An answer is about what was asked for", zh: "应答所述即所查询" },
  effort: "smoke",
  each: eachInterface(
    (one) => one.idempotency === undefined && one.notification === undefined && one.response.representation === "json",
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const shown = session.expectSuccess(await session.send(draft, { label: "what is asked for" }));
    compare(session, { ...draft, body: fieldsOf(draft) }, shown, "the answer");
  },
};

function compare(session: Session, draft: Draft, shown: Fields, where: string): void {
  const view = new Set(leaves(draft.interface.response.body, session.pack.schemas).map((leaf) => leaf.path[0]));
  for (const [name, said] of Object.entries(draft.body ?? {})) {
    // An empty text that is left out says the same.
    if (
      session.pack.sensitiveFields.has(name) ||
      !repeats(session, draft.interface, name) ||
      !view.has(name) ||
      said === "" ||
      equal(shown[name], said)
    )
      continue;
    session.fail({
      summary: {
        en: `${where} shows another ${name} than was sent`,
        zh: `${where === "the answer" ? "应答" : "查询"}中的 ${name} 与所送不同`,
      },
      expected: JSON.stringify(said),
      seen: JSON.stringify(shown[name]) ?? "nothing",
      minimal: { description: `the field ${name}`, value: said },
    });
  }
}

/** Whether a field of the answer is what the field of this name in the request is: what a capture takes is not what was held. */
function repeats({ pack }: Session, one: Interface, name: string): boolean {
  const meanings = pack.meanings(one);
  const meaningOf = (found: (meaning: Meaning) => boolean): Meaning | undefined => MEANINGS.find(found);
  const asked = meaningOf((each) => meanings.fields(each).includes(name));
  const shown = meaningOf((each) => meanings.shown(each).some((path) => path.length === 1 && path[0] === name));
  return asked === undefined || shown === undefined || asked === shown;
}
