import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";

const ATTEMPTS = 3;

/** In flight is neither failed nor absent. That an unknown number and another's are alike is judged by `data.other-party`. */
export const inFlight: Check = {
  id: "errors.in-flight",
  requirement: "ERR-07",
  title: { en: "A payment in flight is processing, never failed", zh: "在途支付为处理中，不得为失败" },
  effort: "standard",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["payment.settles-late-success"] },
  async run(session) {
    const unknown = await session.send(await session.request("payment.query", { out_trade_no: session.fresh() }), {
      label: "a number that never was",
    });
    session.expectRefusal(
      unknown,
      session.pack.source.errors
        .filter((error) => error.status === 404 && session.pack.interface("payment.query").errors.includes(error.code))
        .map((error) => error.code),
    );
    // One that settled before it was asked for shows nothing of what is in flight; another may be slower.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) if (await shownInFlight(session)) return;
    session.inconclusive(
      "each payment was settled before it could be asked for, so nothing was seen in flight",
      "支付均在查询前已完成，未观察到在途状态",
    );
  },
};

/** Asks for a payment until it is settled, and holds that it is never shown as failed. False when no query met it in flight. */
async function shownInFlight(session: Session): Promise<boolean> {
  const { draft } = await session.perform("payment.create", {}, { scenario: "payment.settles-late-success" });
  const query = await session.request("payment.query", { out_trade_no: draft.body?.["out_trade_no"] ?? "" });
  const states: string[] = [];
  for (let turn = 0; turn < 200 && states.at(-1) !== "SUCCEEDED"; turn += 1) {
    const found = session.expectSuccess(await session.send(query, { label: "query while it is in flight" }));
    states.push(String(found["state"]));
    if (states.at(-1) === "FAILED" || states.at(-1) === "CLOSED")
      session.fail({
        summary: {
          en: `a payment that was in flight and succeeds was shown as ${states.at(-1)}`,
          zh: `在途支付被显示为 ${states.at(-1)}`,
        },
        expected: "PROCESSING, then SUCCEEDED",
        seen: states.join(", "),
      });
    await session.sleep(50);
  }
  if (states.at(-1) !== "SUCCEEDED")
    session.inconclusive("the payment did not settle within ten seconds", "支付未在十秒内完成");
  return states.includes("PROCESSING");
}
