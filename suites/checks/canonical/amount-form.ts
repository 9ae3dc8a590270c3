import { formatOf } from "../../../core/codec/codecs.ts";
import { parseBounded } from "../../../core/json/bounded-parse.ts";
import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { valueAt } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import { amountIn } from "../../resources/amount-leaf.ts";
import { moneyIn } from "../../resources/draft-fields.ts";
import { shownIn } from "../../resources/shown.ts";
import { objectOf } from "../../session/context.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { expectEachRefused } from "../corpus.ts";
import { makesMoneyMove } from "../subject.ts";
import { bodyWithText, isTextual, isWrongAmount } from "./amount-text.ts";

/** Other ways to write the number `n`, and numbers that a lenient reader makes `n` of. */
const OF_INTEGER: Readonly<Record<string, (n: string) => string>> = {
  "n.0": (n) => `${n}.0`,
  "n.00": (n) => `${n}.00`,
  "n.5": (n) => `${n}.5`,
  "n.4": (n) => `${n}.4`,
  "n and a fraction that a double drops": (n) => `${n}.00000000000000001`,
  "n e0": (n) => `${n}e0`,
  "n E+0": (n) => `${n}E+0`,
  "n0 e-1": (n) => `${n}0e-1`,
  '"n"': (n) => `"${n}"`,
  '"n.00"': (n) => `"${n}.00"`,
  "full-width digits": (n) =>
    `"${Array.from(n)
      .map((digit) => String.fromCharCode(0xff10 + Number(digit)))
      .join("")}"`,
  "[n]": (n) => `[${n}]`,
  '{"value": n}': (n) => `{"value":${n}}`,
  "0n": (n) => `0${n}`,
  "+n": (n) => `+${n}`,
  "0x1f": () => "0x1f",
  "-n": (n) => `-${n}`,
  "-0": () => "-0",
  "0": () => "0",
  "-0.0": () => "-0.0",
  "0.001": () => "0.001",
  "1e-3": () => "1e-3",
  "1E400": () => "1E400",
  "-1E400": () => "-1E400",
  NaN: () => "NaN",
  Infinity: () => "Infinity",
  true: () => "true",
  null: () => "null",
  '""': () => '""',
};

/** Other ways to write an amount that is a text, the quotation marks being its own. */
const OF_TEXT: Readonly<Record<string, (n: string) => string>> = {
  "a number": (n) => n.slice(1, -1),
  "a digit more": (n) => `${n.slice(0, -1)}0"`,
  "a digit less": (n) => `${n.slice(0, -2)}"`,
  "a zero ahead": (n) => `"0${n.slice(1)}`,
  "a sign": (n) => `"+${n.slice(1)}`,
  "minus n": (n) => `"-${n.slice(1)}`,
  "n e0": (n) => `${n.slice(0, -1)}e0"`,
  "blanks around": (n) => `" ${n.slice(1, -1)} "`,
  "full-width digits": (n) => n.replaceAll(/\d/gu, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  "thousands marked": (n) => `"1,00${n.slice(1)}`,
  "[n]": (n) => `[${n}]`,
  NaN: () => '"NaN"',
  '""': () => '""',
  null: () => "null",
  true: () => "true",
};

/** A body with its amount written otherwise. */
interface Written {
  readonly name: string;
  readonly body: Uint8Array;
}

function inJson(session: Session, draft: Draft, leaf: Leaf): readonly Written[] {
  const n = JSON.stringify(valueAt(draft.body, leaf.path));
  return Object.entries(leaf.schema["type"] === "integer" ? OF_INTEGER : OF_TEXT).map(([name, write]) => ({
    name,
    body: session.bodyWith(draft, leaf.path, write(n)),
  }));
}

/** Where every value is a text, the ways to write texts are those that there are. */
function inText(session: Session, draft: Draft, leaf: Leaf): readonly Written[] {
  const right = String(valueAt(draft.body, leaf.path));
  const ways =
    leaf.schema["type"] === "integer"
      ? { ...OF_INTEGER, "blanks around": (n: string) => ` ${n} `, "thousands marked": (n: string) => `1,${n}` }
      : OF_TEXT;
  return Object.entries(ways).flatMap(([name, write]) => {
    const text = leaf.schema["type"] === "integer" ? write(right) : unquoted(write(JSON.stringify(right)));
    // What is told apart in JSON by its type alone is the right text here.
    return text === undefined || text === right || !isWrongAmount(session, leaf, text)
      ? []
      : [{ name, body: bodyWithText(session, draft, leaf.path, text) }];
  });
}

/** The text that a JSON text is; undefined for any other value. */
function unquoted(json: string): string | undefined {
  const value = parseBounded(json);
  return typeof value === "string" ? value : undefined;
}

export const amountForm: Check = {
  id: "canonical.amount-form",
  requirement: "CAN-04",
  title: {
    en: "An amount that is not a plain integer is refused, never rounded",
    zh: "非普通整数的金额被拒绝，绝不取整",
  },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter(
        (one) =>
          formatOf(one.request.representation) !== undefined &&
          amountIn(pack, one) !== undefined &&
          (one.notification !== undefined || makesMoneyMove(pack, one)),
      )
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    // An amount that is read as another one does not match what is known, and may be refused for that.
    const mismatch = draft.interface.notification === undefined ? [] : draft.interface.errors;
    const codes = [session.code("schema"), session.code("decode"), ...mismatch];
    const { leaf } =
      amountIn(session.pack, draft.interface) ??
      session.skip("the interface takes no amount", "该接口没有金额字段", "not-demanded");
    const forms = (isTextual(draft) ? inText : inJson)(session, draft, leaf).map(({ name, body }) => ({
      name: `amount written as ${name}`,
      codes,
      tamper: { body: () => body },
    }));
    const right = await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "an amount that is no plain integer", zh: "不是普通整数的金额" },
      likelyCause: {
        en: "Numbers are read as doubles and converted before they are checked.",
        zh: "数字在校验前已按双精度读取并转换。",
      },
    });
    const sent = moneyIn(session.pack, draft);
    const answered = shownIn(session.pack, draft.interface, objectOf(right.answer?.json)).money("amount");
    if (answered !== undefined && !equal({ ...answered }, { ...sent }))
      session.fail({
        summary: { en: "the amount answered is not the amount sent", zh: "应答金额与请求金额不同" },
        expected: asJson(sent),
        seen: asJson(answered),
      });
  },
};
