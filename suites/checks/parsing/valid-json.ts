import type { Interface } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { corpusOf } from "../../corpora/format-corpora.ts";
import { VALID_JSON } from "../../corpora/valid-json.ts";
import { isFreeText, leaves, put } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { written } from "./written.ts";
import { isSelfTest } from "../subject.ts";

/** JSON within a string is text; JSON in place of a string is another type. */
export const validText: Check = {
  id: "parsing.valid-json",
  requirement: "PAR-02",
  title: {
    en: "JSON within a field is text, in place of text it is refused",
    zh: "字段内的 JSON 只是文本，取代文本则被拒绝",
  },
  effort: "standard",
  body: "json",
  isolated: true,
  each: eachInterface((one, { pack }) => leaves(one.request.body, pack.schemas).some(isFreeText)),
  async run(session: Session, instance) {
    const id = interfaceOf(instance);
    const draft = await session.request(id);
    const leaf =
      leaves(draft.interface.request.body, session.pack.schemas).find((one) => isFreeText(one) && one.required) ??
      leaves(draft.interface.request.body, session.pack.schemas).find(isFreeText);
    if (leaf === undefined || draft.body === undefined)
      session.skip("the interface has no field for free text", "该接口没有自由文本字段", "not-demanded");
    const before = await session.observe(draft);
    // What keeps nothing is quick: it gets all, others every third from a drawn one.
    const offset = session.random.below(3);
    const texts =
      session.run.effort === "exhaustive" || isSelfTest(session.pack.interface(id))
        ? VALID_JSON
        : VALID_JSON.filter((_text, index) => index % 3 === offset);
    for (const json of texts) {
      const raw = session.bodyText(draft, put(draft.body, leaf.path, "\u0001")).replace('"\\u0001"', () => json.trim());
      if (json.trim().startsWith('"')) continue;
      const exchange = await session.send(draft, {
        label: `${leaf.pointer} is ${json.trim()}, no string`,
        tamper: { body: () => new TextEncoder().encode(raw) },
      });
      session.expectRefusal(exchange, [session.code("schema"), session.code("decode")], {
        en: "A value of another type is turned into text.",
        zh: "其他类型的值被转换为文本。",
      });
    }
    await session.expectUnchanged(before, { en: "a field of another type", zh: "类型不符的字段" });
    for (const json of texts) {
      const said = await session.request(id);
      const exchange = await session.send(
        { ...said, body: put(said.body ?? {}, leaf.path, json) },
        { label: `${leaf.pointer} is the text ${JSON.stringify(json)}` },
      );
      if (session.pack.succeeds(said.interface, exchange.answer?.status)) session.expectSuccess(exchange);
      else session.expectRefusal(exchange, [session.code("schema"), session.code("decode")]);
    }
    session.expectSuccess(await session.send(draft, { label: "an ordinary text" }));
  },
};

/** What is put in force stands in the way of the next. */
function changesItsCustomer({ purpose }: Interface): boolean {
  return purpose?.confirms !== undefined;
}

/** Signed is what was sent, read is what it means: another spelling of the same object is the same request. */
export const respeltBody: Check = {
  id: "parsing.respelt-json",
  requirement: "PAR-02",
  title: { en: "Every spelling of the same body is accepted", zh: "同一报文的各种写法均被接受" },
  effort: "smoke",
  isolated: true,
  each: eachInterface(
    (one) =>
      one.request.body !== undefined && corpusOf(one.request.representation) !== undefined && !changesItsCustomer(one),
  ),
  async run(session: Session, instance) {
    const id = interfaceOf(instance);
    const names = Object.keys((await session.request(id)).body ?? {}).length;
    if (names === 0) session.skip("the interface has no field in its body", "该接口的报文没有字段", "not-demanded");
    const corpus = corpusOf(session.pack.interface(id).request.representation, session.pack.policies.xml);
    const spellings = (draft: Draft): readonly (readonly [string, string])[] =>
      corpus?.respelt(written(session, draft), draft.body ?? {}) ?? [];
    for (const turn of spellings(await session.request(id)).keys()) {
      const draft = await session.request(id);
      const [name, json] = spellings(draft)[turn] ?? ["as it is", written(session, draft)];
      session.expectSuccess(
        await session.send(draft, {
          label: `the body ${name}`,
          tamper: { body: () => new TextEncoder().encode(json), mayKeep: true },
        }),
      );
    }
  },
};
