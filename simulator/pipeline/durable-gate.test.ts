import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { Gate, turns } from "../testing/gate.ts";
import { cooperationPack } from "../testing/packs.ts";
import { serve } from "../testing/socket.ts";

const pack = cooperationPack();
let gate: Gate;
let bank: TestBank;
let bound: string;

beforeEach(async () => {
  gate = new Gate();
  bank = await startBank({ pack, store: memoryStore({ flush: gate.flush }) });
  bound = bank.scenario("customer.funded")["binding_id"] ?? "";
  await turns();
});
afterEach(() => {
  gate.release();
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

/** Watches a promise without waiting for it. */
function watch<T>(promise: Promise<T>): { settled: boolean; readonly promise: Promise<T> } {
  const watched = { settled: false, promise };
  void promise.then(
    () => (watched.settled = true),
    () => (watched.settled = true),
  );
  return watched;
}

describe("answers wait for the flush of what they tell", () => {
  test("a payment's own answer waits for the flush", async () => {
    gate.hold();
    const paid = watch(bank.client.pay("order-0001", bound, 100));
    await turns();
    expect(gate.waiting).toBeGreaterThan(0);
    expect(paid.settled).toBe(false);
    gate.release();
    expect((await paid.promise).json["state"]).toBe("SUCCEEDED");
  });

  test("a query of an unflushed payment waits too, and then tells of it", async () => {
    gate.hold();
    const paid = watch(bank.client.pay("order-0001", bound, 100));
    await turns();
    const queried = watch(bank.client.get("/v1/payments/order-0001"));
    await turns();
    expect([paid.settled, queried.settled]).toEqual([false, false]);
    gate.release();
    expect((await queried.promise).json["state"]).toBe("SUCCEEDED");
    await paid.promise;
  });

  test("a refusal that has seen unflushed state waits", async () => {
    await bank.client.pay("order-0001", bound, 100);
    gate.hold();
    const refunded = watch(bank.client.refund("refund-0001", "order-0001", 100));
    await turns();
    const refused = watch(bank.client.refund("refund-0002", "order-0001", 1));
    await turns();
    expect([refunded.settled, refused.settled]).toEqual([false, false]);
    gate.release();
    expect((await refused.promise).code).toBe("REFUND_EXCEEDS_PAYMENT");
    await refunded.promise;
  });

  test("a refused replay waits for the flush of the nonce that it has seen", async () => {
    gate.hold();
    const request = bank.client.request("POST", "/v1/echo", { party_id: "P1001", message: "x" });
    const first = watch(bank.client.send(request));
    await turns();
    const replay = watch(bank.client.send(request));
    await turns();
    expect([first.settled, replay.settled]).toEqual([false, false]);
    gate.release();
    expect((await first.promise).status).toBe(200);
    expect((await replay.promise).code).toBe("NONCE_REUSED");
  });

  test("an answer that needs no state is sent while the disk stands still", async () => {
    gate.hold();
    expect((await bank.client.call("GET", "/v1/nothing")).code).toBe("ROUTE_NOT_FOUND");
    expect(
      (await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { timestamp: "1" })).code,
    ).toBe("TIMESTAMP_OUT_OF_WINDOW");
  });

  test("calls that arrive together share a flush", async () => {
    gate.hold();
    const calls = Array.from({ length: 30 }, (_, index) => bank.client.pay(`together-${index}`, bound, 100));
    await turns();
    expect(gate.waiting).toBe(1);
    gate.release();
    for (const answer of await Promise.all(calls)) expect(answer.status).toBe(200);
  });
});

test("the socket stays silent until the flush", async () => {
  const served = await serve(bank);
  gate.hold();
  const { method, target, headers, body } = bank.client.request("POST", "/v1/payments", {
    party_id: "P1001",
    out_trade_no: "order-0001",
    binding_id: bound,
    amount: { value: 100, currency: "CNY" },
    description: "x",
  });
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  await once(socket, "connect");
  let received = "";
  socket.on("data", (piece: Buffer) => (received += piece.toString()));
  const bytes = body as Uint8Array;
  socket.write(
    `${method} ${target} HTTP/1.1\r\nHost: bank.test\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}Content-Length: ${bytes.length}\r\n\r\n`,
  );
  socket.write(bytes);
  // Until the payment has come as far as the gate, and a good deal longer.
  while (gate.waiting === 0) await turns(1);
  await turns(200);
  expect(received).toBe("");
  gate.release();
  while (!received.includes("SUCCEEDED")) await turns(1);
  expect(received).toMatch(/^HTTP\/1.1 200/);
  socket.destroy();
  await served.close();
});

describe("an answer is signed while the disk is asked", () => {
  /** A bank whose signatures are counted. */
  async function counted(store: Store): Promise<{ readonly bank: TestBank; readonly signed: Uint8Array[] }> {
    const live = liveRuntime();
    const signed: Uint8Array[] = [];
    const runtime: Runtime = {
      ...live,
      offload: {
        sign: (key, bytes) => {
          signed.push(bytes);
          return live.offload.sign(key, bytes);
        },
      },
    };
    return { bank: await startBank({ pack, runtime, store }), signed };
  }

  test("an answer is signed during the flush and sent when both are done", async () => {
    const { bank: own, signed } = await counted(memoryStore({ flush: gate.flush }));
    gate.hold();
    const paid = watch(own.client.pay("order-0001", own.scenario("customer.funded")["binding_id"] ?? "", 100));
    await turns();
    expect([signed.length, paid.settled]).toEqual([1, false]);
    gate.release();
    const { status, signed: verifies, json } = await paid.promise;
    expect([status, verifies, json["state"], signed.length]).toEqual([200, true, "SUCCEEDED", 1]);
    own.simulator.stop();
  });

  test("a failure to sign is reported after the disk has answered", async () => {
    const live = liveRuntime();
    let failing = false;
    const runtime: Runtime = {
      ...live,
      random: (name) => {
        if (failing && name === "answer-nonce") {
          failing = false;
          throw new Error("no nonce to be had");
        }
        return live.random(name);
      },
    };
    const own = await startBank({ pack, runtime, store: memoryStore({ flush: gate.flush }) });
    gate.hold();
    failing = true;
    const paid = watch(own.client.pay("order-0001", own.scenario("customer.funded")["binding_id"] ?? "", 100));
    await turns();
    expect([failing, paid.settled]).toEqual([false, false]);
    gate.release();
    expect((await paid.promise).code).toBe("SYSTEM_ERROR");
    expect(own.internalErrors.map(String)).toEqual(["Error: no nonce to be had"]);
    own.simulator.stop();
  });

  test("a signed answer is dropped when the disk refuses, for a signed failure", async () => {
    let broken = false;
    const { bank: own } = await counted(
      memoryStore({ flush: () => (broken ? Promise.reject(new Error("the disk is gone")) : Promise.resolve()) }),
    );
    broken = true;
    const answer = await own.client.pay("order-0001", own.scenario("customer.funded")["binding_id"] ?? "", 100);
    expect([answer.status, answer.signed, answer.code]).toEqual([500, true, "SYSTEM_ERROR"]);
    expect(own.internalErrors.map(String)).toEqual(["Error: the disk is gone"]);
    broken = false;
    expect((await own.client.get("/v1/payments/order-0001")).code).toBe("ORDER_NOT_FOUND");
    own.simulator.stop();
  });

  test("an answer is signed anew when its unit ran again and decided otherwise", async () => {
    const [inner, changed] = [memoryStore(), memoryStore()];
    // As after a conflict: what counts is the second outcome, and it met other rows: none.
    let conflicts = false;
    const conflicting: Store = {
      close: () => inner.close(),
      transact: (unit) => (conflicts ? inner.transact(unit).then(() => changed.transact(unit)) : inner.transact(unit)),
    };
    const { bank: own, signed } = await counted(conflicting);
    conflicts = true;
    const answer = await own.client.pay("order-0001", own.scenario("customer.funded")["binding_id"] ?? "", 100);
    expect([answer.signed, answer.code]).toEqual([true, "BINDING_NOT_FOUND"]);
    expect(signed.length).toBe(2);
    own.simulator.stop();
  });
});
