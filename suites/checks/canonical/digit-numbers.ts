import { asJson } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { leaves } from "../../generators/fields.ts";
import { makesMoneyMove } from "../subject.ts";

/** Order numbers made of digits only: reading them as JSON numbers loses leading zeros and digits beyond 2^53. */
export const digitNumbers: Check = {
  id: "canonical.digit-numbers",
  requirement: "CAN-05",
  title: { en: "A number made of digits is kept digit by digit", zh: "纯数字编号逐位保留" },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) => makesMoneyMove(pack, one) && one.idempotency?.key.length === 1)
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const key = session.pack.interface(id).idempotency?.key[0] ?? "";
    // 20 digits, the last two of which a double does not hold; unique, because no nonce repeats.
    const digits = Array.from(session.nonce(), (sign) => String(sign.charCodeAt(0) % 10))
      .join("")
      .slice(0, 15);
    const numbers = [`009${digits}92`, `009${digits}93`, `09${digits}93`];
    const leaf = leaves(session.pack.interface(id).request.body, session.pack.schemas).find(
      ({ path }) => path.length === 1 && path[0] === key,
    );
    const pattern = typeof leaf?.schema["pattern"] === "string" ? new RegExp(leaf.schema["pattern"], "u") : undefined;
    // Numbers of another form are written in theirs, with the same ends.
    const fitting = numbers.every((number) => pattern?.test(number) !== false)
      ? numbers
      : ["92", "93"].map((end) => session.fresh().slice(0, -17) + digits + end);
    for (const number of fitting) {
      const draft = await session.request(id, { [key]: number });
      if (draft.body?.[key] === undefined)
        session.skip(`${key} is not in the body`, `${key} 不在报文体中`, "not-demanded");
      const body = session.expectSuccess(await session.send(draft, { label: `${key} = ${number}` }));
      if (body[key] !== undefined && body[key] !== number) unlike(number, body[key]);
      const shown = await session.observe(draft);
      for (const view of shown.views) {
        const seen = (view.json as Readonly<Record<string, Json>> | undefined)?.[key];
        if (view.status !== 200 || (seen !== undefined && seen !== number))
          unlike(number, seen ?? `HTTP ${view.status} from ${view.interface}`);
      }
    }
    function unlike(number: string, seen: Json): never {
      return session.fail({
        summary: { en: `${key} came back as something else`, zh: `${key} 返回时已改变` },
        expected: asJson(number),
        seen: asJson(seen),
        likelyCause: { en: "An order number is read as a numeric value.", zh: "将订单编号当作数值读取。" },
      });
    }
  },
};
