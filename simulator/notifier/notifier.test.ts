import { headerPolicy } from "../../core/envelope/testing/policies.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { SimulatedRuntime } from "../../core/runtime/simulated.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { parseAuthorization } from "../../core/envelope/authorization-header/authorization.ts";
import { createMemoryDisk } from "../store/memory.ts";
import { namedKey } from "../testing/keys.ts";
import { cooperationPack } from "../testing/packs.ts";
import { P1001, peerOf } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { bankInWorld, receiver, START } from "../testing/world.ts";
import { mayBeNotified } from "./target.ts";

const pack = cooperationPack();
const { retrySeconds } = pack.source.manifest.policies.notification;
const PLATFORM = "https://platform.test";
const SHOP = { ...P1001, notifyUrl: `${PLATFORM}/notify` };
const DAY_MS = 86_400_000;

let world: SimulatedRuntime;
beforeEach(() => {
  world = simulatedRuntime({ seed: 7, startAt: START });
});

/** Ten days: longer than the whole schedule. */
const wholeSchedule = (): Promise<void> => world.run(START + 10 * DAY_MS);

async function pay(bank: TestBank, number = "order-0001", more = {}): Promise<void> {
  const answer = await world.runUntil(
    bank.client.pay(number, bank.scenario("customer.funded")["binding_id"] ?? "", 100, more),
  );
  expect(answer.code).toBeUndefined();
}

const startBankHere = (options = {}): Promise<TestBank> =>
  world.runUntil(bankInWorld(world, { pack, parties: [SHOP], ...options }));

const secondsBetween = (received: readonly { at: number }[]): number[] =>
  received.slice(1).map(({ at }, index) => Math.round((at - (received[index]?.at ?? 0)) / 1000));

const never = (): Promise<HttpResponse> => new Promise(() => {});

describe("the schedule", () => {
  test("an unacknowledged notification is attempted 16 times at the pack's intervals", async () => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, () => 500);
    await pay(bank);
    await wholeSchedule();
    expect(received).toHaveLength(16);
    expect(secondsBetween(received)).toEqual(retrySeconds);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  test.each([1, 2, 5, 16])("an acknowledgement at attempt %i ends the schedule", async (good) => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, (_request, count) => (count === good ? 204 : 503));
    await pay(bank);
    await wholeSchedule();
    expect(received).toHaveLength(good);
    expect(await world.runUntil(bank.rows("outbox"))).toEqual([]);
    expect(await world.runUntil(bank.rows("outbox-ended"))).toEqual([]);
    bank.simulator.stop();
  });

  test("attempts share body and id, and differ in nonce, timestamp and signature", async () => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, () => 500);
    await pay(bank);
    await wholeSchedule();
    const parsed = received.map(({ request, at }) => {
      const header = parseAuthorization(
        headerPolicy(pack.source.manifest.policies.envelope),
        request.headers.find(([name]) => name === "Authorization")?.[1],
      );
      if (!header.ok) throw new Error(header.message.en);
      // One millisecond on the way.
      expect(Math.floor((at - 1) / 1000)).toBe(Number(header.timestamp));
      return header;
    });
    expect(new Set(received.map(({ request }) => Buffer.from(request.body).toString())).size).toBe(1);
    expect(new Set(parsed.map(({ nonce }) => nonce)).size).toBe(16);
    expect(new Set(parsed.map(({ signature }) => signature)).size).toBe(16);
    bank.simulator.stop();
  });

  test("an ended schedule keeps the notification for the control plane", async () => {
    const bank = await startBankHere();
    receiver(world, PLATFORM, () => 500);
    await pay(bank);
    await wholeSchedule();
    expect(await world.runUntil(bank.rows("outbox"))).toEqual([]);
    expect(
      (await world.runUntil(bank.rows("outbox-ended"))).map(({ value }) => [value["attempts"], value["ended"]]),
    ).toEqual([[16, true]]);
    bank.simulator.stop();
  });
});

describe("acknowledgement", () => {
  const plain = (
    status: number,
    body = "",
    headers: readonly (readonly [string, string])[] = [],
  ): Promise<HttpResponse> => Promise.resolve({ status, headers, body: new TextEncoder().encode(body) });
  test.each([
    ["200", () => plain(200), 1],
    ["204", () => plain(204), 1],
    ["200 with a body that says failure", () => plain(200, '{"code":"FAIL"}'), 1],
    ["201", () => plain(201), 2],
    ["202", () => plain(202), 2],
    ["404", () => plain(404), 2],
    ["500 with a body that says success", () => plain(500, '{"code":"SUCCESS"}'), 2],
    ["no answer within five seconds", never, 2],
    ["a connection that is cut", () => Promise.reject(new Error("cut")), 2],
  ] as const)("an acknowledgement is judged by its status alone: %s", async (_name, answer, attempts) => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, (_request, count) => (count === 1 ? answer() : 204));
    await pay(bank);
    await wholeSchedule();
    expect(received).toHaveLength(attempts);
    bank.simulator.stop();
  });

  test("an answer that takes longer than five seconds counts as missing", async () => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, (_request, count) =>
      world.sleep(count === 1 ? 5_100 : 4_900).then(() => ({ status: 204, headers: [], body: new Uint8Array(0) })),
    );
    await pay(bank);
    await wholeSchedule();
    expect(received).toHaveLength(2);
    bank.simulator.stop();
  });

  test("a redirect is left alone and counts as a failed attempt", async () => {
    const bank = await startBankHere({ parties: [{ ...SHOP, notifyPrefixes: [PLATFORM, "https://elsewhere.test"] }] });
    const { received } = receiver(world, PLATFORM, (_request, count) =>
      plain(count === 1 ? 302 : 200, "", [["Location", "https://elsewhere.test/notify"]]),
    );
    const elsewhere = receiver(world, "https://elsewhere.test", () => 200);
    await pay(bank);
    await wholeSchedule();
    expect(received).toHaveLength(2);
    expect(elsewhere.received).toEqual([]);
    bank.simulator.stop();
  });
});

describe("only registered targets", () => {
  test.each([
    "https://platform.test.evil.test/notify",
    "https://platform.test@evil.test/",
    "https://platform.test:8443/notify",
    "http://platform.test/notify",
    "https://evil.test/?https://platform.test/notify",
  ])("a payment with the foreign target %s is refused", async (target) => {
    const bank = await startBankHere();
    const answer = await world.runUntil(
      bank.client.pay("order-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 100, { notify_url: target }),
    );
    expect(answer.code).toBe("NOTIFY_URL_NOT_ALLOWED");
    expect((await world.runUntil(bank.client.get("/v1/payments/order-0001"))).code).toBe("ORDER_NOT_FOUND");
    expect(mayBeNotified(target, [PLATFORM])).toBe(false);
    bank.simulator.stop();
  });

  test("a target under the prefix is taken in place of the registered one", async () => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, () => 200);
    await pay(bank, "order-0001", { notify_url: `${PLATFORM}/other/place?x=1` });
    await wholeSchedule();
    expect(received.map(({ request }) => request.url)).toEqual([`${PLATFORM}/other/place?x=1`]);
    bank.simulator.stop();
  });

  test("a withdrawn registration stops what is already in the outbox", async () => {
    const bank = await startBankHere();
    const { received } = receiver(world, PLATFORM, () => 500);
    await pay(bank);
    await world.run(START + 10_000);
    expect(received).toHaveLength(1);
    bank.simulator.identity.enrol(peerOf({ id: "P1001", key: P1001.key, notifyPrefixes: [] }, 0));
    await wholeSchedule();
    expect(received).toHaveLength(1);
    expect(
      bank.simulator.journal.entries().filter(({ failure }) => failure?.startsWith("blocked: ")).length,
    ).toBeGreaterThan(0);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  test("a malformed registered target is skipped and does no harm", async () => {
    const bank = await startBankHere({ parties: [P1001] });
    const record = { ...peerOf(P1001, 0).record, notify_url: "not a url" };
    bank.simulator.identity.enrol({ ...peerOf(P1001, 0), record });
    await pay(bank);
    await wholeSchedule();
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  test("a party without a target gets no notification", async () => {
    const bank = await startBankHere({ parties: [P1001] });
    await pay(bank);
    expect(await world.runUntil(bank.rows("outbox"))).toEqual([]);
    bank.simulator.stop();
  });
});

describe("receivers are independent of one another", () => {
  const P1002 = { id: "P1002", key: namedKey("P1002-KEY-1"), notifyUrl: "https://other.test/notify" };

  test("a hanging receiver leaves another's notifications prompt", async () => {
    const bank = await startBankHere({ parties: [SHOP, P1002] });
    receiver(world, PLATFORM, never);
    const other = receiver(world, "https://other.test", () => 200);
    const otherBinding = String(bank.simulator.scenarios("P1002")["customer.funded"]?.["binding_id"]);
    const paidAt: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await pay(bank, `dead-${round}000`);
      await pay(bank, `dead-${round}001`);
      expect((await world.runUntil(bank.clientOf("P1002").pay(`alive-${round}`, otherBinding, 100))).status).toBe(200);
      paidAt.push(world.now());
      await world.run(world.now() + 100);
    }
    await world.run(START + 60_000);
    expect(other.received).toHaveLength(10);
    for (const [index, { at }] of other.received.entries()) expect(at - (paidAt[index] ?? 0)).toBeLessThan(100);
    bank.simulator.stop();
  });

  const numberOf = (request: HttpRequest): string =>
    (JSON.parse(Buffer.from(request.body).toString()) as { payment: { out_trade_no: string } }).payment.out_trade_no;
  const orders = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `order-${String(index).padStart(4, "0")}`);

  test("300 notifications due to a hanging receiver leave another's prompt", async () => {
    const bank = await startBankHere({ parties: [SHOP, P1002] });
    const dead = receiver(world, PLATFORM, never);
    const other = receiver(world, "https://other.test", () => 200);
    const otherBinding = String(bank.simulator.scenarios("P1002")["customer.funded"]?.["binding_id"]);
    for (const number of orders(300)) await pay(bank, number);
    const firstOfOther = dead.received.length;
    // Each attempt that ends lets the next begin, all the while.
    const paidAt: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      expect((await world.runUntil(bank.clientOf("P1002").pay(`alive-${round}`, otherBinding, 100))).status).toBe(200);
      paidAt.push(world.now());
      await world.run(world.now() + 500);
    }
    expect(firstOfOther).toBeLessThan(300);
    expect(other.received).toHaveLength(20);
    for (const [index, { at }] of other.received.entries()) expect(at - (paidAt[index] ?? 0)).toBeLessThan(100);
    bank.simulator.stop();
  });

  test("a receiver that comes back gets all that it missed, once each", async () => {
    const bank = await startBankHere();
    let alive = false;
    const { received } = receiver(world, PLATFORM, () => (alive ? 200 : never()));
    for (const number of orders(300)) await pay(bank, number);
    await world.run(world.now() + 20_000);
    alive = true;
    const missed = received.length;
    await wholeSchedule();
    expect(
      received
        .slice(missed)
        .map(({ request }) => numberOf(request))
        .sort(),
    ).toEqual(orders(300));
    // First attempts go out in the order of the payments.
    expect([...new Set(received.map(({ request }) => numberOf(request)))]).toEqual(orders(300));
    expect(await world.runUntil(bank.rows("outbox"))).toEqual([]);
    expect(await world.runUntil(bank.rows("outbox-ended"))).toEqual([]);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  test("a crash while a receiver is dead keeps all that waits for it", async () => {
    const disk = createMemoryDisk();
    let alive = false;
    const { received } = receiver(world, PLATFORM, () => (alive ? 200 : never()));
    const first = world.fence();
    const before = await world.runUntil(bankInWorld(first, { pack, disk, parties: [SHOP] }));
    for (const number of orders(200)) await pay(before, number);
    // In the midst: some attempts have ended and wait for their next, some are under way, some were never begun.
    await world.run(world.now() + 6_000);
    first.kill();
    alive = true;
    const missed = received.length;
    const after = await world.runUntil(
      bankInWorld(world.fence(), { pack, disk, parties: [SHOP], firstNonce: 1_000_000 }),
    );
    await wholeSchedule();
    expect(
      received
        .slice(missed)
        .map(({ request }) => numberOf(request))
        .sort(),
    ).toEqual(orders(200));
    expect(await world.runUntil(after.rows("outbox"))).toEqual([]);
    after.simulator.stop();
  });
});
