import type { Check } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { leaves } from "../../generators/fields.ts";

const QUERY = "order.query";

export const orders: Check = {
  id: "lifecycle.orders",
  requirement: "LIF-22",
  title: { en: "An order is answered with its state and amount", zh: "订单查询返回状态与金额" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: { interfaces: [QUERY] },
  // `order.paid` gives an order in the state PAID, and so on; each is one case.
  each: ({ pack }) =>
    pack.source.scenarios
      .filter(({ role, id }) => role === "platform" && id.startsWith("order."))
      .map(({ id }) => ({ id, data: id.slice("order.".length).toUpperCase() })),
  async run(session, instance) {
    const { out_trade_no: number, amount } = session.fixture(instance.id);
    const draft = await session.request(QUERY, { out_trade_no: number });
    const body = session.expectSuccess(await session.send(draft, { label: instance.id }));
    // What was asked for, as far as the view repeats it, and what the order was made as.
    const view = new Set(leaves(draft.interface.response.body, session.pack.schemas).map(({ path }) => path[0]));
    const asked = Object.fromEntries(
      Object.entries({ ...draft.query, ...draft.path }).filter(([name]) => view.has(name)),
    );
    const expected = {
      ...asked,
      out_trade_no: number,
      amount,
      ...(instance.id === "order.created" ? {} : { state: instance.data ?? null }),
    };
    for (const [name, value] of Object.entries(expected)) {
      if (!equal(body[name], value))
        session.fail({
          summary: { en: `${QUERY} answers with another ${name}`, zh: `${QUERY} 返回的 ${name} 不符` },
          expected: `${name}: ${JSON.stringify(value)}`,
          seen: JSON.stringify(body),
        });
    }
    const unknown = session.pack.interface(QUERY).read?.load?.["order"];
    const code = unknown !== undefined && "else" in unknown ? unknown.else : undefined;
    if (code !== undefined)
      session.expectRefusal(
        await session.send(await session.request(QUERY, { out_trade_no: session.fresh() }), {
          label: "an order that was never placed",
        }),
        code,
      );
  },
};
