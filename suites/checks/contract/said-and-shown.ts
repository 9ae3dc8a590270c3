import { asJson } from "../../../core/text/alike.ts";
import { MEANINGS } from "../../../core/pack/purpose.ts";
import type { Meaning } from "../../../core/pack/purpose.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { constantsOf } from "../../../core/pack/constants.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { freeTexts } from "../../data/free-texts.ts";
import { leaves } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { valueAt } from "../../resources/meant.ts";
import type { Shown } from "../../resources/shown.ts";
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
      compareUsed(session, draft, shown, "the answer");
      const query = session.pack.resources.about(draft.interface)?.resource?.reads;
      if (query === undefined || !session.claims(query.id)) continue;
      const byNumber =
        askedIn(session.pack, draft, "number") !== undefined && session.pack.meanings(query).asked("number").length > 0;
      const found = await session.ask(query, handleFor(session, query, byNumber ? draft : shown), `query ${turn}`);
      const seen = session.expectShown(found);
      compare(session, draft, seen.body, "the query");
      compareUsed(session, draft, seen, "the query");
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
  const view = new Set(
    leaves(draft.interface.response.body, session.pack.schemas).flatMap(({ path }) =>
      path.map((_name, depth) => path.slice(0, depth + 1).join("/")),
    ),
  );
  // What every request says alike, such as its kind, tells which interface it is for, and nothing of what is made.
  const constants = constantsOf(session.pack.source, draft.interface);
  for (const { path, said } of fieldsSaid(session, draft.interface, draft.body ?? {})) {
    const found = valueAt(shown, [path]);
    // An empty text that is left out says the same.
    if (
      path.some((name) => session.pack.sensitiveFields.has(name)) ||
      Object.hasOwn(constants, path[0] ?? "") ||
      !repeats(session, draft.interface, path) ||
      !view.has(path.join("/")) ||
      said === "" ||
      equal(found, said)
    )
      continue;
    const name = path.join(".");
    session.fail({
      summary: {
        en: `${where} shows another ${name} than was sent`,
        zh: `${where === "the answer" ? "应答" : "查询"}中的 ${name} 与所送不同`,
      },
      expected: asJson(said),
      seen: asJson(found),
      minimal: { description: { en: `the field ${name}`, zh: `字段 ${name}` }, value: said },
    });
  }
}

/** Holds that what is taken of something is shown as taken, whatever the field is called. */
function compareUsed(session: Session, draft: Draft, shown: Shown, where: string): void {
  const { pack } = session;
  const said = askedIn(pack, draft, "used");
  const field = [draft.interface, pack.resources.about(draft.interface)?.resource?.reads]
    .flatMap((one) => (one === undefined ? [] : pack.meanings(one).shown("used")))[0]
    ?.join("/");
  if (said === undefined || field === undefined || equal(shown.value("used"), said)) return;
  session.fail({
    summary: {
      en: `${where} shows another ${field} than was taken`,
      zh: `${where === "the answer" ? "应答" : "查询"}中的 ${field} 与所扣不同`,
    },
    expected: asJson(said),
    seen: asJson(shown.value("used")),
  });
}

interface Said {
  readonly path: readonly string[];
  readonly said: Json;
}

/** The fields of a message that are compared by themselves: an object that is something, such as an amount, is one. */
function fieldsSaid(session: Session, one: Interface, fields: Fields, above: readonly string[] = []): readonly Said[] {
  return Object.entries(fields).flatMap(([name, said]) => {
    const path = [...above, name];
    const { asked, shown } = meaningsAt(session, one, path);
    return typeof said !== "object" || said === null || Array.isArray(said) || (asked ?? shown) !== undefined
      ? [{ path, said }]
      : fieldsSaid(session, one, said as Fields, path);
  });
}

/** Whether a field of the answer is what the field at this place in the request is: what a capture takes is not what was held. */
function repeats(session: Session, one: Interface, path: readonly string[]): boolean {
  const { asked, shown } = meaningsAt(session, one, path);
  return asked === undefined || shown === undefined || asked === shown;
}

/** What the pack says that the field at a place is, in the request and in the answer. */
function meaningsAt(
  { pack }: Session,
  one: Interface,
  path: readonly string[],
): { readonly asked: Meaning | undefined; readonly shown: Meaning | undefined } {
  const meanings = pack.meanings(one);
  const here = (place: readonly string[]): boolean => place.join("/") === path.join("/");
  return {
    asked: MEANINGS.find((each) => meanings.asked(each).some((place) => here(place.path))),
    shown: MEANINGS.find((each) => meanings.shown(each).some(here)),
  };
}
