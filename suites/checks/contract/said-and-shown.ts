import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { sample } from "../../data/fresh.ts";
import { arbitrary } from "../../generators/arbitrary.ts";
import { isFreeText, leaves } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

export const saidAndShown: Check = {
  id: "contract.said-and-shown",
  requirement: "CON-06",
  title: { en: "What was sent comes back, in the answer and in the query", zh: "所送即所回，应答与查询均一致" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    for (const turn of [1, 2, 3]) {
      const draft = await session.request(id, freeTexts(session, id));
      compare(session, draft, session.expectSuccess(await session.send(draft, { label: `request ${turn}` })), "the answer");
      const query = draft.interface.caller.query?.interface;
      if (query === undefined) continue;
      const found = await session.send(await session.request(query, Object.fromEntries((draft.interface.idempotency?.key ?? []).flatMap((name) => (draft.body?.[name] === undefined ? [] : [[name, draft.body[name]]])))), { label: `query ${turn}` });
      compare(session, draft, session.expectSuccess(found), "the query");
    }
  },
};

/** The same of a payment whose outcome comes later: what settles it must not lose what came with it. */
export const saidAndShownLate: Check = {
  id: "contract.said-and-shown-late",
  requirement: "CON-06",
  title: { en: "What was sent is still there when the payment settles late", zh: "延迟结算后所送字段仍一致" },
  effort: "standard",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["payment.settles-late-success"] },
  async run(session) {
    const draft = await session.request("payment.create", { ...freeTexts(session, "payment.create"), binding_id: session.fixture("payment.settles-late-success")["binding_id"] });
    compare(session, draft, session.expectSuccess(await session.send(draft, { label: "pay, to be settled late" })), "the answer");
    compare(session, draft, await session.settle("payment.query", { out_trade_no: draft.body?.["out_trade_no"] as string }), "the query");
  },
};

/** The same of what is only read: the answer is about what was asked for. */
export const askedAndShown: Check = {
  id: "contract.asked-and-shown",
  requirement: "CON-06",
  title: { en: "An answer is about what was asked for", zh: "应答所述即所查询" },
  effort: "smoke",
  each: eachInterface((one) => one.http.method === "GET" && one.response.representation === "json"),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const shown = session.expectSuccess(await session.send(draft, { label: "what is asked for" }));
    compare(session, { ...draft, body: { ...draft.query, ...draft.path } }, shown, "the answer");
  },
};

/** A text of the pack's own making for every free text of the request. */
function freeTexts(session: Session, id: string): Fields {
  const source = session.pack.schemas;
  const texts = leaves(session.pack.interface(id).request.body, source).filter((leaf) => isFreeText(leaf) && leaf.path.length === 1);
  return Object.fromEntries(texts.map((leaf) => [leaf.path[0] ?? "", sample(arbitrary(leaf.schema, source, leaf.document), session.random)])) as Fields;
}

function compare(session: Session, draft: Draft, shown: Fields, where: string): void {
  const view = new Set(leaves(draft.interface.response.body, session.pack.schemas).map((leaf) => leaf.path[0]));
  for (const [name, said] of Object.entries(draft.body ?? {})) {
    // An empty text that is left out says the same.
    if (session.pack.sensitiveFields.has(name) || !view.has(name) || said === "" || equal(shown[name], said)) continue;
    session.fail({ summary: { en: `${where} shows another ${name} than was sent`, zh: `${where === "the answer" ? "应答" : "查询"}中的 ${name} 与所送不同` }, expected: JSON.stringify(said), seen: JSON.stringify(shown[name]) ?? "nothing", minimal: { description: `the field ${name}`, value: said } });
  }
}
