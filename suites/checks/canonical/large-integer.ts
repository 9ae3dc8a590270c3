import { formatOf } from "../../../core/codec/codecs.ts";
import { formOf } from "../../../core/form/forms.ts";
import type { Check } from "../../check.ts";
import type { Leaf } from "../../generators/fields.ts";
import { amountIn } from "../../resources/amount-leaf.ts";
import type { Session } from "../../session.ts";
import { makesMoneyMove } from "../subject.ts";
import { bodyWithText, isTextual } from "./amount-text.ts";

/** 2^53 + 1 and 2^63: the first that a double rounds, and the first that a signed 64-bit integer lacks. */
const LARGE = ["9007199254740993", "9223372036854775808"];

/** A whole number as an amount of this form is written: with its decimals, its currency ahead. */
const inForm = ({ pack }: Session, { schema }: Leaf, number: string): string =>
  (formOf(schema)?.write(0, pack.schemas.forms) ?? "0").replace("0", () => number);

export const largeInteger: Check = {
  id: "canonical.large-integer",
  requirement: "CAN-05",
  title: { en: "Integers beyond 2^53 are refused, never rounded", zh: "超过 2^53 的整数被拒绝，绝不舍入" },
  effort: "smoke",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter(
        (one) =>
          formatOf(one.request.representation) !== undefined &&
          (makesMoneyMove(pack, one) || (one.notification !== undefined && amountIn(pack, one)?.leaf !== undefined)),
      )
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const draft = await session.request(String(instance.interface));
    const { leaf } =
      amountIn(session.pack, draft.interface) ??
      session.skip("the interface takes no amount", "该接口没有金额字段", "not-demanded");
    const before = await session.observe(draft);
    for (const number of LARGE) {
      // Where amounts are texts, the same number stands in one.
      const text = inForm(session, leaf, number);
      const digits = leaf.schema["type"] === "integer" ? number : `"${text}"`;
      const body = isTextual(draft)
        ? bodyWithText(session, draft, leaf.path, text)
        : session.bodyWith(draft, leaf.path, digits);
      const exchange = await session.send(draft, { label: `amount ${digits}`, tamper: { body: () => body } });
      session.expectRefusal(exchange, [session.code("schema"), session.code("decode")], {
        en: "Numbers are read as doubles before they are checked.",
        zh: "数字在校验前已按双精度读取。",
      });
    }
    await session.expectUnchanged(before, { en: "an amount beyond 2^53", zh: "超过 2^53 的金额" });
    session.expectSuccess(await session.send(draft, { label: "an ordinary amount" }));
  },
};
