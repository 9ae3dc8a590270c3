import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { naughtyStrings } from "../../corpora/naughty-strings.ts";
import type { NaughtyString } from "../../corpora/naughty-strings.ts";
import { usesUpPrior } from "../../data/priors.ts";
import { hasPlace, isFreeText, leaves, put, valueAt } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import { withGiven } from "../../resources/draft-fields.ts";
import type { Session } from "../../session.ts";
import { queryOf } from "../resource-steps.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";

/** How many strings each field gets alone below effort `exhaustive`, spread over all kinds, the rest come several to a text; an interface that keeps nothing gets all alone. */
const SAMPLE = 24;
/** A prior resource (a payment that is refunded) is good for so many, unless one call uses it up. */
const PER_PRIOR = 40;

export const naughty: Check = {
  id: "parsing.naughty-strings",
  requirement: "PAR-09",
  title: { en: "Any text comes back equal or is refused", zh: "任意文本原样返回或被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one, { pack }) => leaves(one.request.body, pack.schemas).some(isFreeText)),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const fields = leaves(session.pack.interface(id).request.body, session.pack.schemas).filter(isFreeText);
    const perPrior = usesUpPrior(session.pack.interface(id), session.pack) ? 1 : PER_PRIOR;
    const keeps = session.pack.interface(id).idempotency !== undefined;
    for (const leaf of fields) {
      const max = Number(leaf.schema["maxLength"] ?? Infinity);
      const all = naughtyStrings().filter((one) => Array.from(one.text).length <= max);
      const strings =
        session.run.effort === "exhaustive" || !keeps ? all : packed(all, spread(session, all, SAMPLE), max);
      let template: Draft | undefined;
      for (const [index, { kind, text }] of strings
        .filter((one) => session.pack.envelope.carries(one.text))
        .entries()) {
        if (template === undefined || index % perPrior === 0) template = await session.request(id);
        // What stands in an object that may be left out is not in an ordinary request.
        if (!hasPlace(template.body, leaf.path)) break;
        const draft = renumbered(session, template, leaf, text);
        const exchange = await session.send(draft, { label: `${leaf.pointer}: ${kind}, ${JSON.stringify(text)}` });
        await equalOrRefused(session, exchange, leaf, text);
      }
    }
    session.expectSuccess(await session.send(await session.request(id), { label: "an ordinary text" }));
  },
};

function renumbered(session: Session, template: Draft, leaf: Leaf, text: string): Draft {
  const numbers = Object.fromEntries(
    (template.interface.idempotency?.key ?? []).map((name) => [name, session.fresh()]),
  );
  const { interface: one } = template;
  // Refunds of one payment must fit into it; what is told of has the amount that it has, and a rule may refuse the least.
  const isFree =
    one.notification === undefined &&
    session.pack.meanings(one).asked("amount").length > 0 &&
    session.pack.resources.codes(one, "amount").length === 0;
  const { body } = isFree ? withGiven(session.pack, template, { amount: 1 }) : template;
  return { ...template, body: put({ ...body, ...numbers }, leaf.path, text) };
}

async function equalOrRefused(session: Session, exchange: Exchange, leaf: Leaf, text: string): Promise<void> {
  const { draft } = exchange;
  if (!session.pack.succeeds(draft.interface, exchange.answer?.status)) {
    session.expectRefusal(exchange, [session.code("schema"), session.code("decode")], {
      en: "A text is passed to another interpreter without being escaped.",
      zh: "文本未经转义传入其他解释器。",
    });
    return;
  }
  const body = session.expectSuccess(exchange);
  expectEqual(session, body, leaf, text, "the answer");
  const query = draft.interface.idempotency === undefined ? undefined : await queryOf(session, draft, body);
  if (query === undefined) return;
  const found = await session.send(query, { label: `query of the same` });
  expectEqual(session, session.expectSuccess(found), leaf, text, "the query");
}

function expectEqual(session: Session, body: Fields, leaf: Leaf, text: string, where: string): void {
  const shown = valueAt(body, leaf.path);
  if (shown === undefined || shown === text) return;
  session.fail({
    summary: {
      en: `${where} gives ${leaf.pointer} back changed`,
      zh: `${where === "the answer" ? "应答" : "查询"}返回的 ${leaf.pointer} 已改变`,
    },
    expected: asJson(text),
    seen: asJson(shown),
    minimal: { description: { en: `the text at ${leaf.pointer}`, zh: `${leaf.pointer} 处的文本` }, value: text },
  });
}

/** So many of each kind in turn, those of a kind drawn. */
function spread(session: Session, all: readonly NaughtyString[], count: number): readonly NaughtyString[] {
  const kinds = [...Map.groupBy(all, (one) => one.kind).values()].map((list) => [...list]);
  const chosen: NaughtyString[] = [];
  while (chosen.length < Math.min(count, all.length)) {
    for (const list of kinds)
      if (list.length > 0 && chosen.length < count)
        chosen.push(list.splice(session.random.below(list.length), 1)[0] as NaughtyString);
  }
  return chosen;
}

/** The chosen ones, then all others joined into texts as long as the field takes. */
function packed(
  all: readonly NaughtyString[],
  chosen: readonly NaughtyString[],
  max: number,
): readonly NaughtyString[] {
  const alone = new Set(chosen);
  const texts: string[] = [];
  for (const { text } of all.filter((one) => !alone.has(one))) {
    const last = texts.at(-1);
    if (last !== undefined && Array.from(`${last}|${text}`).length <= max) texts[texts.length - 1] = `${last}|${text}`;
    else texts.push(text);
  }
  return [...chosen, ...texts.map((text) => ({ kind: "several", text }))];
}
