import { afterEach, expect, test } from "vitest";
import { createMemoryDisk, memoryStore } from "./store/memory.ts";
import type { MemoryDisk, MemoryStore } from "./store/memory.ts";
import { balanceOfBooks, startBank } from "./testing/bank.ts";
import type { TestBank } from "./testing/bank.ts";
import { cooperationPack } from "./testing/packs.ts";
import { Gate, turns } from "./testing/gate.ts";

interface Life {
  readonly bank: TestBank;
  readonly gate: Gate;
  readonly store: MemoryStore;
}

const pack = cooperationPack();
const lives: Life[] = [];
afterEach(() => {
  for (const { bank, gate } of lives.splice(0)) {
    gate.release();
    bank.simulator.stop();
  }
});

async function live(disk: MemoryDisk): Promise<Life> {
  const gate = new Gate();
  const store = memoryStore({ disk, flush: gate.flush });
  const life = { gate, store, bank: await startBank({ pack, store, firstNonce: lives.length * 1000 }) };
  lives.push(life);
  return life;
}

function crash(life: Life): void {
  life.bank.simulator.stop();
  life.store.crash();
}

test("a crash before the flush undoes a payment, and its number then pays once", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const bound = first.bank.scenario("customer.funded")["binding_id"] ?? "";
  const before = (await first.bank.client.get(`/v1/bindings/${bound}/balance`)).json["available"]?.["value"] ?? 0;
  first.gate.hold();
  const lost = first.bank.client.pay("order-0001", bound, 100);
  await turns();
  crash(first);
  // No success was reported.
  expect((await lost).status).toBe(503);

  const second = await live(disk);
  expect((await second.bank.client.get("/v1/payments/order-0001")).code).toBe("ORDER_NOT_FOUND");
  expect((await second.bank.client.get(`/v1/bindings/${bound}/balance`)).json["available"]?.["value"]).toBe(before);
  const paid = await second.bank.client.pay("order-0001", bound, 100);
  const again = await second.bank.client.pay("order-0001", bound, 100);
  expect(paid.json["state"]).toBe("SUCCEEDED");
  expect(again.text).toBe(paid.text);
  expect((await second.bank.client.get(`/v1/bindings/${bound}/balance`)).json["available"]?.["value"]).toBe(
    before - 100,
  );
  expect(await balanceOfBooks(second.bank)).toBe(0);
});

test("a message whose commit was lost is accepted again, as its nonce was lost too", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const message = first.bank.client.request("POST", "/v1/payments", {
    party_id: "P1001",
    out_trade_no: "order-0001",
    binding_id: first.bank.scenario("customer.funded")["binding_id"],
    amount: { value: 100, currency: "CNY" },
    description: "x",
  });
  first.gate.hold();
  const lost = first.bank.client.send(message);
  await turns();
  crash(first);
  await lost;
  const second = await live(disk);
  expect((await second.bank.client.send(message)).json["state"]).toBe("SUCCEEDED");
  expect((await second.bank.client.send(message)).code).toBe("NONCE_REUSED");
});

test("a crash after the flush keeps the payment and its nonce", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const bound = first.bank.scenario("customer.funded")["binding_id"] ?? "";
  const message = first.bank.client.request(
    "POST",
    "/v1/payments",
    {
      party_id: "P1001",
      out_trade_no: "order-0001",
      binding_id: bound,
      amount: { value: 100, currency: "CNY" },
      description: "a test",
    },
    { nonce: "nonce-of-the-payment" },
  );
  expect((await first.bank.client.send(message)).json["state"]).toBe("SUCCEEDED");
  crash(first);

  const second = await live(disk);
  expect((await second.bank.client.send(message)).code).toBe("NONCE_REUSED");
  expect((await second.bank.client.get("/v1/payments/order-0001")).json["state"]).toBe("SUCCEEDED");
});

test("a replay under a fresh nonce after a crash has the first answer's bytes", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const bound = first.bank.scenario("customer.funded")["binding_id"] ?? "";
  const paid = await first.bank.client.pay("order-0001", bound, 100);
  crash(first);
  const second = await live(disk);
  const replayed = await second.bank.client.call(
    "POST",
    "/v1/payments",
    {
      party_id: "P1001",
      out_trade_no: "order-0001",
      binding_id: bound,
      amount: { value: 100, currency: "CNY" },
      description: "a test",
    },
    { nonce: "nonce-of-a-second-life" },
  );
  expect(replayed.text).toBe(paid.text);
  expect(replayed.signed).toBe(true);
});

test("a settlement that fell due while the bank was down runs after the restart", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const bound = first.bank.scenario("payment.settles-late-success")["binding_id"] ?? "";
  expect((await first.bank.client.pay("order-0001", bound, 100)).json["state"]).toBe("PROCESSING");
  crash(first);
  const second = await live(disk);
  expect((await second.bank.client.get("/v1/payments/order-0001")).json["state"]).toBe("PROCESSING");
  second.bank.simulator.clock.advance(5_000);
  await expect
    .poll(async () => (await second.bank.client.get("/v1/payments/order-0001")).json["state"])
    .toBe("SUCCEEDED");
  expect(await balanceOfBooks(second.bank)).toBe(0);
});

test("seeding an already seeded store leaves it unchanged", async () => {
  const disk = createMemoryDisk();
  const first = await live(disk);
  const before = await first.bank.rows("account");
  crash(first);
  const second = await live(disk);
  expect(await second.bank.rows("account")).toEqual(before);
  expect(second.bank.simulator.scenarios("P1001")).toEqual(first.bank.simulator.scenarios("P1001"));
});
