import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { shownIn } from "../../resources/shown.ts";
import { STANDING } from "../../resources/standing.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

export const sameAgain: Check = {
  id: "idempotency.same-again",
  requirement: "IDM-01",
  title: { en: "The same request again has one effect and the same answer", zh: "相同请求重发只有一次影响且应答一致" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency?.onSuccess === "same"),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const first = session.expectSuccess(await session.send(draft, { label: "first" }));
    const before = await session.observe(draft);
    const second = session.expectSuccess(await session.send(draft, { label: "the same again, new nonce" }));
    await session.expectUnchanged(before, { en: "the same request again", zh: "重复的同一请求" });
    expectSameAnswer(session, draft, [first, second], {
      en: "The number is not looked up before the effect.",
      zh: "执行前未按编号查重。",
    });
  },
};

/** What is no part of the content varies, as it does where a caller writes its request anew from its own records. */
export const sameOtherwiseWritten: Check = {
  id: "idempotency.same-otherwise-written",
  requirement: "IDM-01",
  title: {
    en: "The same content in another key order and spacing is the same request",
    zh: "键序与空白不同的相同内容视为同一请求",
  },
  effort: "standard",
  isolated: true,
  each: eachInterface(
    ({ idempotency, request }) =>
      idempotency?.onSuccess === "same" && request.body !== undefined && request.representation === "json",
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const first = session.expectSuccess(await session.send(draft, { label: "first" }));
    const before = await session.observe(draft);
    const bytes = new TextEncoder().encode(JSON.stringify(reversed(draft.body ?? {}), null, 2));
    const second = session.expectSuccess(
      await session.send(draft, { label: "the same, its keys in reverse and indented", tamper: { body: () => bytes } }),
    );
    await session.expectUnchanged(before, { en: "the same request, otherwise written", zh: "写法不同的同一请求" });
    expectSameAnswer(session, draft, [first, second], {
      en: "The bytes of the body are compared, and not what they say.",
      zh: "比对的是报文字节而非其内容。",
    });
  },
};

/** Holds that a repetition was answered as the first was. What was still open may have moved on; who, what and how much may not. */
function expectSameAnswer(
  session: Session,
  draft: Draft,
  [first, second]: readonly [Fields, Fields],
  likelyCause: Bilingual,
): void {
  const { pack } = session;
  const open = shownIn(pack, draft.interface, first).outcome === "open";
  const standing = new Set(
    STANDING.flatMap((meaning) =>
      pack
        .meanings(draft.interface)
        .shown(meaning)
        .map(([name]) => name),
    ),
  );
  for (const name of Object.keys(first)) {
    if (open && (second[name] === undefined || !standing.has(name))) continue;
    if (!equal(first[name], second[name]))
      session.fail({
        summary: {
          en: `the repeated request was answered with another ${name}`,
          zh: `重复请求的应答中 ${name} 不同`,
        },
        expected: asJson(first[name]),
        seen: asJson(second[name]),
        likelyCause,
      });
  }
}

/** The same JSON with the members of every object in reverse order. */
function reversed(json: Json): Json {
  if (Array.isArray(json)) return json.map((one: Json) => reversed(one));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .toReversed()
      .map(([name, value]) => [name, reversed(value as Json)]),
  );
}
