import { alike } from "../../../core/text/alike.ts";
import { bodyOf } from "../../wire/draft.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { askedIn, withGiven } from "../../resources/draft-fields.ts";
import type { Session } from "../../session.ts";
import { expectEachRefused } from "../corpus.ts";
import { freeTextFields } from "./free-text.ts";
import { isSelfTest, makesMoneyMove } from "../subject.ts";

/** Texts that a normaliser, a narrow column or a trimming parser changes. */
const TEXTS: Readonly<Record<string, string>> = {
  Chinese: "茶叶一斤",
  "composed (NFC)": "caf\u00e9 \u00c5",
  "decomposed (NFD)": "cafe\u0301 A\u030a",
  "a sign that NFC replaces": "\u212b \uf900 \u2126",
  "compatibility forms": "\ufb01 \u2460 \u3392",
  "full-width": "１２３ＡＢＣ",
  "zero-width": "a\u200bb\u200dc\u2060d",
  "direction marks": "a\u202eb\u202cc\u2066d\u2069",
  "four bytes": "\u{1f375}\u{20000}\u{1f468}\u200d\u{1f469}",
  "line separators": "a\u2028b\u2029c",
  "spaces around": "  tea  ",
  "quotes and signs": `"'\\/<>&;|=,%{}$`,
  "a digit string": "007",
};

export const textKept: Check = {
  id: "canonical.text-kept",
  requirement: "CAN-06",
  title: { en: "Text comes back as it was sent", zh: "文本原样返回" },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) => isSelfTest(one) || makesMoneyMove(pack, one))
      .flatMap((one) =>
        freeTextFields(pack, one).map((name) => ({ id: `${one.id}/${name}`, interface: one.id, data: name })),
      ),
  async run(session: Session, instance) {
    const name = String(instance.data);
    const refused: string[] = [];
    let compared = 0;
    for (const [what, text] of Object.entries(TEXTS).filter(([, one]) => session.pack.envelope.carries(one))) {
      const draft = await session.request(interfaceOf(instance), { [name]: text });
      const exchange = await session.send(draft, { label: `${name}: ${what}` });
      if (exchange.answer !== undefined && exchange.answer.status >= 400) {
        session.expectRefusal(exchange, session.code("schema"));
        refused.push(what);
        continue;
      }
      const body = session.expectSuccess(exchange);
      const shown = await session.observe(draft);
      const { resources } = session.pack;
      const resource = resources.about(draft.interface)?.resource;
      const seen: readonly (readonly [string, Json | undefined])[] = [
        ["the answer", body[name]],
        // What a refund builds on may have a text of the same name, which is another.
        ...shown.views
          .filter((view) => resources.about(session.pack.interface(view.interface))?.resource === resource)
          .map((view) => [view.interface, (view.json as Readonly<Record<string, Json>> | undefined)?.[name]] as const),
      ];
      for (const [where, value] of seen) {
        if (value === undefined) continue;
        compared += 1;
        if (value !== text)
          session.fail({
            summary: {
              en: `${name} (${what}) came back changed in ${where}`,
              zh: `${name}（“${what}”）在“${where}”中被改变`,
            },
            expected: alike(escaped(text)),
            seen: alike(escaped(value)),
            likelyCause: {
              en: "Text is normalised, trimmed or converted to another character set.",
              zh: "文本被规范化、去空格或转换了字符集。",
            },
          });
      }
    }
    if (refused.length === Object.keys(TEXTS).length)
      session.inconclusive("every text was refused", "所有文本均被拒绝");
    if (compared === 0) session.skip(`no answer shows ${name}`, `没有应答返回 ${name}`, "not-demanded");
  },
};

export const asciiNumbers: Check = {
  id: "canonical.ascii-numbers",
  requirement: "CAN-06",
  title: { en: "A number with characters beyond ASCII is refused", zh: "含非 ASCII 字符的编号被拒绝" },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) =>
        one.notification === undefined
          ? makesMoneyMove(pack, one) && one.idempotency?.key.length === 1
          : pack.meanings(one).asked("number").length > 0,
      )
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session: Session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const told = draft.interface.notification !== undefined;
    const key = draft.interface.idempotency?.key[0] ?? "number";
    const right = told ? askedIn(session.pack, draft, "number") : draft.body?.[key];
    const bodyWith = (value: string): Uint8Array =>
      bodyOf(
        told ? withGiven(session.pack, draft, { number: value }) : { ...draft, body: { ...draft.body, [key]: value } },
        session.pack.codecOf,
      );
    if (typeof right !== "string")
      session.skip(`${key} is not a text of the body`, `${key} 不是报文体中的文本`, "not-demanded");
    const wrong: Readonly<Record<string, string>> = {
      "full-width digit": `${right.slice(0, -1)}１`,
      "Arabic digit": `${right.slice(0, -1)}\u0661`,
      "Cyrillic letter": `${right.slice(0, -1)}\u0410`,
      "zero-width space at its end": `${right}\u200b`,
      "zero-width joiner inside": `${right.slice(0, 4)}\u200d${right.slice(4)}`,
      accent: `${right}\u0301`,
      "byte order mark ahead": `\ufeff${right}`,
      "space at its end": `${right} `,
      "space ahead": ` ${right}`,
      "line break at its end": `${right}\n`,
      "NUL at its end": `${right}\u0000`,
    };
    await expectEachRefused(session, {
      draft,
      what: { en: "a number with signs beyond ASCII", zh: "含非 ASCII 字符的编号" },
      forms: Object.entries(wrong).map(([name, value]) => ({
        name: `${key} with ${name}`,
        codes: [session.code("schema"), session.code("decode")],
        tamper: { body: () => bodyWith(value) },
      })),
      likelyCause: {
        en: "The pattern is not anchored, or uses a class that has more than ASCII in it.",
        zh: "正则未锚定，或使用了包含非 ASCII 字符的字符类。",
      },
    });
  },
};

function escaped(value: Json): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
