import type { Check } from "../../check.ts";

/** In flight is neither failed nor absent. That an unknown number and another's are alike is judged by `data.other-party`. */
export const inFlight: Check = {
  id: "errors.in-flight",
  requirement: "ERR-07",
  title: { en: "A payment in flight is processing, never failed", zh: "在途支付为处理中，不得为失败" },
  effort: "standard",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["payment.settles-late-success"] },
  async run(session) {
    const unknown = await session.send(await session.request("payment.query", { out_trade_no: session.fresh() }), { label: "a number that never was" });
    session.expectRefusal(unknown, session.pack.source.errors.filter((error) => error.status === 404 && session.pack.interface("payment.query").errors.includes(error.code)).map((error) => error.code));
    const { draft, body } = await session.perform("payment.create", {}, { scenario: "payment.settles-late-success" });
    const number = draft.body?.["out_trade_no"] ?? "";
    const states: string[] = [String(body["state"])];
    const query = await session.request("payment.query", { out_trade_no: number });
    for (let turn = 0; turn < 200 && states.at(-1) !== "SUCCEEDED"; turn += 1) {
      const found = session.expectSuccess(await session.send(query, { label: "query while it is in flight" }));
      states.push(String(found["state"]));
      if (states.at(-1) === "FAILED" || states.at(-1) === "CLOSED") session.fail({ summary: { en: `a payment that was in flight and succeeds was shown as ${states.at(-1)}`, zh: `在途支付被显示为 ${states.at(-1)}` }, expected: "PROCESSING, then SUCCEEDED", seen: states.join(", ") });
      await session.sleep(50);
    }
    if (states.at(-1) !== "SUCCEEDED") session.inconclusive("the payment did not settle within ten seconds", "支付未在十秒内完成");
    if (!states.includes("PROCESSING")) session.inconclusive("the payment was settled at once, so nothing was in flight", "支付立即完成，未出现在途状态");
  },
};
