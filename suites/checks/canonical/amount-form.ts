import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { valueAt } from "../../generators/fields.ts";
import { amountIn } from "../../resources/amount-leaf.ts";
import { moneyIn } from "../../resources/draft-fields.ts";
import { shownIn } from "../../resources/shown.ts";
import { objectOf } from "../../session/context.ts";
import { expectEachRefused } from "../corpus.ts";
import { makesMoneyMove } from "../subject.ts";

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

export const amountForm: Check = {
  id: "canonical.amount-form",
  requirement: "CAN-04",
  title: {
    en: "An amount that is not a plain integer is refused, never rounded",
    zh: "非普通整数的金额被拒绝，绝不取整",
  },
  effort: "standard",
  body: "json",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) =>
        one.notification === undefined
          ? makesMoneyMove(pack, one) && amountIn(pack, one) !== undefined
          : amountIn(pack, one) !== undefined,
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
    const written = leaf.schema["type"] === "integer" ? OF_INTEGER : OF_TEXT;
    const n = JSON.stringify(valueAt(draft.body, leaf.path));
    const forms = Object.entries(written).map(([name, write]) => ({
      name: `amount written as ${name}`,
      codes,
      tamper: { body: () => session.bodyWith(draft, leaf.path, write(n)) },
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
