import { formOf } from "../../../core/form/forms.ts";
import type { Check } from "../../check.ts";
import type { Leaf } from "../../generators/fields.ts";
import { amountIn } from "../../resources/amount-leaf.ts";
import type { Session } from "../../session.ts";
import { makesMoneyMove } from "../subject.ts";

/** 2^53 + 1 and 2^63: the first that a double rounds, and the first that a signed 64-bit integer lacks. */
const LARGE = ["9007199254740993", "9223372036854775808"];

/** What follows the whole number in an amount that is a text: the decimals of zero. */
function decimalsOf({ pack }: Session, { schema }: Leaf): string {
  return (formOf(schema)?.write(0, pack.schemas.forms) ?? "").slice(1);
}

export const largeInteger: Check = {
  id: "canonical.large-integer",
  requirement: "CAN-05",
  title: { en: "Integers beyond 2^53 are refused, never rounded", zh: "超过 2^53 的整数被拒绝，绝不舍入" },
  effort: "smoke",
  body: "json",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter(
        (one) =>
          makesMoneyMove(pack, one) || (one.notification !== undefined && amountIn(pack, one)?.leaf !== undefined),
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
      const digits = leaf.schema["type"] === "integer" ? number : `"${number}${decimalsOf(session, leaf)}"`;
      const exchange = await session.send(draft, {
        label: `amount ${digits}`,
        tamper: { body: () => session.bodyWith(draft, leaf.path, digits) },
      });
      session.expectRefusal(exchange, [session.code("schema"), session.code("decode")], {
        en: "Numbers are read as doubles before they are checked.",
        zh: "数字在校验前已按双精度读取。",
      });
    }
    await session.expectUnchanged(before, { en: "an amount beyond 2^53", zh: "超过 2^53 的金额" });
    session.expectSuccess(await session.send(draft, { label: "an ordinary amount" }));
  },
};
