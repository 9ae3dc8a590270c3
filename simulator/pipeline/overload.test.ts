import { expect, test } from "vitest";
import { memoryStore } from "../store/memory.ts";
import { P1001, startBank } from "../testing/bank.ts";
import { Gate, turns } from "../testing/gate.ts";

test("at capacity, refuses the newest call at once and says when to come again", async () => {
  const gate = new Gate();
  const bank = await startBank({
    parties: [P1001],
    store: memoryStore({ flush: gate.flush }),
    options: { maxInFlight: 2 },
  });
  const binding = String(bank.scenario("customer.funded")["binding_id"]);
  gate.hold();
  const calls = ["order-0001", "order-0002", "order-0003", "order-0004"].map((number) =>
    bank.client.pay(number, binding, 100),
  );
  const refused = await Promise.all(calls.slice(2));
  expect(refused.map(({ status, code, signed }) => [status, code, signed])).toEqual([
    [429, "FREQUENCY_LIMITED", true],
    [429, "FREQUENCY_LIMITED", true],
  ]);
  expect(refused.map(({ headers }) => headers["retry-after"] ?? headers["Retry-After"])).toEqual(["1", "1"]);
  await turns();
  gate.release();
  expect((await Promise.all(calls.slice(0, 2))).map(({ status }) => status)).toEqual([200, 200]);
  expect((await bank.client.get("/v1/payments/order-0003")).code).toBe("ORDER_NOT_FOUND");
  expect((await bank.client.pay("order-0003", binding, 100)).status).toBe(200);
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});
