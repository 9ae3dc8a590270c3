import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BANK_KEY, P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { bankInWorld, BANK_ORIGIN, START } from "../testing/world.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { SimulatedRuntime } from "../../core/runtime/simulated.ts";
import type { Conclusion } from "./caller.ts";

/** A simulated platform calls a simulated bank, over the simulated network. */
let world: SimulatedRuntime;
let bank: TestBank;
let platform: TestBank;
beforeAll(async () => {
  world = simulatedRuntime({ seed: 3, startAt: START });
  bank = await world.runUntil(bankInWorld(world, { parties: [P1001], options: { deliver: false } }));
  platform = await world.runUntil(
    startBank({ role: "platform", runtime: world, parties: [{ id: "BANK01", key: BANK_KEY }], ownKeys: [P1001.key] }),
  );
});
afterAll(() => {
  for (const one of [bank, platform]) {
    one.simulator.stop();
    expect(one.internalErrors).toEqual([]);
  }
});

let numbers = 0;
const pays = (): Promise<Conclusion> => {
  numbers += 1;
  return world.runUntil(
    platform.simulator.call({
      interface: "payment.create",
      party: "BANK01",
      url: BANK_ORIGIN,
      data: {
        party_id: "P1001",
        out_trade_no: `order-${numbers}`,
        binding_id: bank.scenario("customer.funded")["binding_id"] ?? "",
        amount: { value: 100, currency: "CNY" },
        description: "x",
      },
    }),
  );
};
const seen = (): readonly (string | undefined)[] =>
  platform.simulator.journal
    .entries()
    .filter(({ direction }) => direction === "out")
    .map((one) => one.interface);

describe("an answer", () => {
  test("a caller believes the peer's own, fresh answer", async () => {
    platform.simulator.journal.clear();
    expect(await pays()).toMatchObject({ outcome: "answered", answer: { state: "SUCCEEDED", amount: { value: 100 } } });
    expect(seen()).toEqual(["payment.create"]);
  });

  test.each([
    ["altered-answer"],
    ["unsigned-answer"],
    ["wrong-signature"],
    ["wrong-key-id"],
    ["stale-timestamp"],
    ["old-answer"],
    ["another-answer"],
  ])("a caller queries instead of believing an answer with the fault %s", async (name) => {
    platform.simulator.journal.clear();
    bank.simulator.switchboard.switchOn({ name, interface: "payment.create", times: 1 });
    expect(await pays()).toMatchObject({ outcome: "answered", answer: { amount: { value: 100 } } });
    expect(seen()).toEqual(["payment.create", "payment.query"]);
  });

  test("a caller verifies a refusal like any other answer", async () => {
    platform.simulator.journal.clear();
    for (const name of ["false-refusal", "unsigned-answer"])
      bank.simulator.switchboard.switchOn({ name, interface: "payment.create", times: 1 });
    expect((await pays()).outcome).toBe("answered");
    // The bank knows no such payment, because it did nothing.
    expect(seen()).toEqual(["payment.create", "payment.query", "payment.create"]);
    bank.simulator.switchboard.switchOn({ name: "false-refusal", interface: "payment.create", times: 1 });
    expect(await pays()).toEqual({ outcome: "refused", code: "CONTEXT_INCONSISTENT" });
  });
});
