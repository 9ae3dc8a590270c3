import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { BANK_KEY, P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { cooperationPack } from "../testing/packs.ts";
import { serve } from "../testing/socket.ts";
import type { Served } from "../testing/socket.ts";
import { bankInWorld, receiver, START } from "../testing/world.ts";
import { FAULTS } from "./index.ts";
import { UnknownFault } from "./switchboard.ts";

const pack = cooperationPack();
const PLATFORM = "https://platform.test";

/** Every fault that has a test below: each is switched on, shows its effect and nothing else, and is switched off. */
const tested = new Set<string>();
const shows = (name: string, effect: (name: string) => Promise<void>): void => {
  tested.add(name);
  test(`the fault ${name} has its effect`, () => effect(name));
};

describe("over a socket", () => {
  let bank: TestBank;
  let served: Served;
  /** Waits for answers that come late or never. */
  let impatient: Served;
  let bound: string;
  let numbers = 0;
  const fresh = (): string => `order-${String((numbers += 1)).padStart(6, "0")}`;
  const echo = ({ client } = served): ReturnType<Served["client"]["call"]> =>
    client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" });

  beforeAll(async () => {
    bank = await startBank({ pack });
    served = await serve(bank);
    impatient = await serve(bank, { timeoutMs: 1_500, firstNonce: 2_000_000 });
    bound = bank.scenario("customer.funded")["binding_id"] ?? "";
  });
  afterAll(async () => {
    await served.close();
    await impatient.close();
    bank.simulator.stop();
    expect(bank.internalErrors).toEqual([]);
  });

  /** Runs with the fault on, then shows that all is well without it. */
  async function during(
    name: string,
    settings: Readonly<Record<string, number>>,
    effect: () => Promise<void>,
  ): Promise<void> {
    bank.simulator.switchboard.switchOn({ name, settings });
    try {
      await effect();
    } finally {
      expect(bank.simulator.switchboard.switchOff(name)).toBe(1);
    }
    const well = await echo();
    expect([well.status, well.signed]).toEqual([200, true]);
    expect(bank.simulator.journal.entries(1)[0]?.faults).toEqual([]);
  }

  const refused = async (name: string, status: number, code: string): Promise<void> =>
    during(name, {}, async () => {
      const number = fresh();
      const answer = await served.client.pay(number, bound, 100);
      expect([answer.status, answer.code, answer.signed]).toEqual([status, code, true]);
      bank.simulator.switchboard.switchOff(name);
      expect((await served.client.get(`/v1/payments/${number}`)).code).toBe("ORDER_NOT_FOUND");
      bank.simulator.switchboard.switchOn({ name });
    });

  shows("server-error", (name) => refused(name, 500, "SYSTEM_ERROR"));
  shows("false-refusal", (name) => refused(name, 422, "CONTEXT_INCONSISTENT"));
  shows("service-unavailable", (name) => refused(name, 503, "SERVICE_UNAVAILABLE"));

  shows("reset-before-answer", async (name) => {
    const number = fresh();
    await during(name, {}, async () => {
      await expect(served.client.pay(number, bound, 100)).rejects.toMatchObject({ kind: "reset" });
    });
    expect((await served.client.get(`/v1/payments/${number}`)).code).toBe("ORDER_NOT_FOUND");
  });

  shows("answer-lost-after-commit", async (name) => {
    const number = fresh();
    await during(name, {}, async () => {
      await expect(served.client.pay(number, bound, 100)).rejects.toMatchObject({ kind: "reset" });
    });
    expect((await served.client.get(`/v1/payments/${number}`)).json["state"]).toBe("SUCCEEDED");
  });

  shows("answer-never-sent", async (name) => {
    const [given, held] = [fresh(), fresh()];
    await during(name, {}, async () => {
      await expect(impatient.client.pay(given, bound, 100)).rejects.toMatchObject({ kind: "timeout" });
    });
    // Who waits for ever is let go at last.
    await during(name, { heldMs: 50 }, async () => {
      await expect(served.client.pay(held, bound, 100)).rejects.toMatchObject({ kind: "reset" });
    });
    for (const number of [given, held])
      expect((await served.client.get(`/v1/payments/${number}`)).json["state"]).toBe("SUCCEEDED");
  });

  shows("truncated-answer", async (name) => {
    const number = fresh();
    for (const keepBytes of [0, 20, 65_536]) {
      await during(name, { keepBytes }, async () => {
        await expect(served.client.pay(number, bound, 100)).rejects.toMatchObject({ kind: "reset" });
      });
    }
    expect((await served.client.get(`/v1/payments/${number}`)).json["state"]).toBe("SUCCEEDED");
  });

  shows("slow-body", async (name) => {
    await during(name, { pieceBytes: 40, intervalMs: 2 }, async () => {
      const started = performance.now();
      const answer = await echo();
      expect([answer.status, answer.signed]).toEqual([200, true]);
      expect(performance.now() - started).toBeGreaterThanOrEqual(2);
    });
    await during(name, { pieceBytes: 1, intervalMs: 100 }, async () => {
      await expect(echo(impatient)).rejects.toMatchObject({ kind: "timeout" });
    });
  });

  shows("wrong-signature", (name) =>
    during(name, {}, async () => {
      const answer = await echo();
      expect([answer.status, answer.signed, answer.headers["wechatpay-serial"]]).toEqual([200, false, BANK_KEY.serial]);
    }),
  );

  shows("wrong-key-id", (name) =>
    during(name, {}, async () => {
      const answer = await echo();
      expect([answer.status, answer.signed, answer.headers["wechatpay-serial"]]).toEqual([200, false, "UNKNOWN-KEY"]);
    }),
  );

  shows("unsigned-answer", (name) =>
    during(name, {}, async () => {
      const answer = await echo();
      expect([answer.status, answer.signed, answer.headers["wechatpay-serial"]]).toEqual([200, false, undefined]);
    }),
  );

  shows("altered-answer", async (name) => {
    const number = fresh();
    await during(name, {}, async () => {
      const answer = await served.client.pay(number, bound, 100);
      expect([answer.status, answer.signed, answer.json["amount"]]).toEqual([
        200,
        false,
        { value: 101, currency: "CNY" },
      ]);
    });
    expect((await served.client.get(`/v1/payments/${number}`)).json["amount"]).toEqual({ value: 100, currency: "CNY" });
  });

  shows("old-answer", async (name) => {
    const number = fresh();
    await during(name, { ageSeconds: 900 }, async () => {
      const now = Math.floor(bank.runtime.now() / 1000);
      const answer = await served.client.pay(number, bound, 100);
      expect([answer.status, answer.signed, answer.json["amount"]]).toEqual([
        200,
        true,
        { value: 101, currency: "CNY" },
      ]);
      expect(Math.abs(now - 900 - Number(answer.headers["wechatpay-timestamp"]))).toBeLessThanOrEqual(60);
    });
    expect((await served.client.get(`/v1/payments/${number}`)).json["amount"]).toEqual({ value: 100, currency: "CNY" });
  });

  shows("another-answer", async (name) => {
    const [number, other] = [fresh(), fresh()];
    await served.client.pay(number, bound, 100);
    await during(name, {}, async () => {
      const answer = await served.client.pay(other, bound, 250);
      expect([answer.status, answer.signed, answer.json["out_trade_no"], answer.json["amount"]]).toEqual([
        200,
        true,
        number,
        { value: 100, currency: "CNY" },
      ]);
    });
    expect((await served.client.get(`/v1/payments/${other}`)).json["amount"]).toEqual({ value: 250, currency: "CNY" });
  });

  test("the answer of another request is about another number than the one named", async () => {
    const [number, other] = [fresh(), fresh()];
    for (const one of [number, other]) await served.client.pay(one, bound, 100);
    bank.simulator.switchboard.switchOn({ name: "another-answer", about: other, times: 1 });
    expect((await served.client.pay(other, bound, 250)).json["out_trade_no"]).toBe(number);
  });

  shows("stale-timestamp", (name) =>
    during(name, { ageSeconds: 600 }, async () => {
      const now = Math.floor(bank.runtime.now() / 1000);
      const answer = await echo();
      expect([answer.status, answer.signed]).toEqual([200, true]);
      expect(Math.abs(now - 600 - Number(answer.headers["wechatpay-timestamp"]))).toBeLessThanOrEqual(60);
    }),
  );

  test("a fault about a number meets only the call with it in its body or path", async () => {
    const { switchboard } = bank.simulator;
    const [number, other] = [fresh(), fresh()];
    for (const [id, refusedCall, wellCall] of [
      ["payment.create", () => served.client.pay(number, bound, 100), () => served.client.pay(other, bound, 100)],
      [
        "payment.query",
        () => served.client.get(`/v1/payments/${number}`),
        () => served.client.get(`/v1/payments/${other}`),
      ],
    ] as const) {
      switchboard.switchOn({ name: "server-error", interface: id, about: number, times: 1 });
      expect((await wellCall()).status, id).toBe(200);
      expect((await refusedCall()).status, id).toBe(500);
      expect(switchboard.active, id).toEqual([]);
      expect((await refusedCall()).status, id).toBe(200);
    }
    expect(() => switchboard.switchOn({ name: "latency", about: "" })).toThrow(UnknownFault);
  });

  test("a fault limited by interface, share or count leaves other calls alone", async () => {
    const { switchboard } = bank.simulator;
    switchboard.switchOn({ name: "server-error", interface: "payment.create", times: 2 });
    expect((await echo()).status).toBe(200);
    const codes = [];
    for (let call = 0; call < 3; call += 1) codes.push((await served.client.pay(fresh(), bound, 100)).status);
    expect(codes).toEqual([500, 500, 200]);
    expect(switchboard.active).toEqual([]);
    switchboard.switchOn({ name: "server-error", percent: 50 });
    const shares = [];
    for (let call = 0; call < 60; call += 1) shares.push((await echo()).status);
    switchboard.switchOff();
    expect(new Set(shares)).toEqual(new Set([200, 500]));
  });

  test("a fault with wrong settings is refused with the allowed ones", () => {
    const { switchboard } = bank.simulator;
    expect(() => switchboard.switchOn({ name: "flood" })).toThrow(/answer-lost-after-commit/);
    expect(() => switchboard.switchOn({ name: "latency", settings: { delay: 1 } })).toThrow(/delayMs/);
    expect(() => switchboard.switchOn({ name: "latency", settings: { delayMs: 0 } })).toThrow(/from 1 to 120000/);
    expect(() => switchboard.switchOn({ name: "latency", percent: 0 })).toThrow(UnknownFault);
    expect(() => switchboard.switchOn({ name: "latency", times: 1.5 })).toThrow(UnknownFault);
    expect(switchboard.active).toEqual([]);
  });
});

describe("in virtual time", () => {
  const durations = async (
    name: string,
    settings: Readonly<Record<string, number>>,
    calls: number,
  ): Promise<number[]> => {
    const world = simulatedRuntime({ seed: 3, startAt: START });
    const bank = await world.runUntil(bankInWorld(world, { pack, flushMs: 0 }));
    const call = async (): Promise<number> => {
      const started = world.now();
      const answer = await world.runUntil(bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }));
      expect([answer.status, answer.signed]).toEqual([200, true]);
      return world.now() - started;
    };
    expect(await call()).toBe(0);
    bank.simulator.switchboard.switchOn({ name, settings });
    const taken = [];
    for (let index = 0; index < calls; index += 1) taken.push(await call());
    bank.simulator.switchboard.switchOff(name);
    expect(await call()).toBe(0);
    bank.simulator.stop();
    return taken;
  };

  shows("latency", async (name) => {
    expect(await durations(name, { delayMs: 750 }, 5)).toEqual([750, 750, 750, 750, 750]);
  });

  shows("latency-normal", async (name) => {
    const taken = await durations(name, { meanMs: 200, deviationMs: 20 }, 200);
    const mean = taken.reduce((sum, one) => sum + one, 0) / taken.length;
    expect(Math.abs(mean - 200)).toBeLessThan(10);
    expect(taken.filter((one) => Math.abs(one - 200) <= 20).length).toBeGreaterThan(100);
    expect(taken.every((one) => one >= 0)).toBe(true);
  });

  shows("latency-heavy-tail", async (name) => {
    const taken = (await durations(name, { minimumMs: 50, limitMs: 2_000 }, 200)).sort((one, other) => one - other);
    expect(taken[0]).toBeGreaterThanOrEqual(50);
    expect(taken[100]).toBeLessThan(150);
    expect(taken.at(-1)).toBeGreaterThan(500);
    expect(taken.at(-1)).toBeLessThanOrEqual(2_000);
  });

  const arrivals = async (
    name: string,
    settings: Readonly<Record<string, number>>,
    times?: number,
  ): Promise<{ number: string; after: number; id: string }[]> => {
    const world = simulatedRuntime({ seed: 3, startAt: START });
    const bank = await world.runUntil(
      bankInWorld(world, { pack, flushMs: 0, parties: [{ ...P1001, notifyUrl: `${PLATFORM}/notify` }] }),
    );
    const { received } = receiver(world, PLATFORM, () => 204);
    bank.simulator.switchboard.switchOn({ name, settings, ...(times === undefined ? {} : { times }) });
    for (let index = 0; index < 6; index += 1)
      await world.runUntil(
        bank.client.pay(`order-${index}`, bank.scenario("customer.funded")["binding_id"] ?? "", 100),
      );
    await world.run(START + 3_600_000 * 30);
    const during = received.length;
    bank.simulator.switchboard.switchOff(name);
    await world.runUntil(bank.client.pay("order-after", bank.scenario("customer.funded")["binding_id"] ?? "", 100));
    const sentAt = world.now();
    await world.run(sentAt + 60_000);
    expect(received.slice(during).filter(({ at }) => at - sentAt < 100)).toHaveLength(1);
    bank.simulator.stop();
    expect(bank.internalErrors).toEqual([]);
    return received.slice(0, during).map(({ at, request }) => {
      const body = JSON.parse(new TextDecoder().decode(request.body)) as {
        notify_id: string;
        payment: { out_trade_no: string };
      };
      return { number: body.payment.out_trade_no, after: at - START, id: body.notify_id };
    });
  };

  shows("notification-duplicate", async (name) => {
    const got = await arrivals(name, { copies: 3 });
    expect(got).toHaveLength(18);
    expect(new Set(got.map(({ id }) => id)).size).toBe(6);
    expect(got.every(({ after }) => after < 100)).toBe(true);
  });

  shows("notification-late", async (name) => {
    const got = await arrivals(name, { delayMs: 60_000 });
    expect(got).toHaveLength(6);
    expect(got.every(({ after }) => after >= 60_000 && after < 60_100)).toBe(true);
  });

  shows("notification-lost", async (name) => {
    expect(await arrivals(name, {})).toEqual([]);
    // Lost once each, the schedule brings all of them 15 seconds later.
    const got = await arrivals(name, {}, 6);
    expect(got).toHaveLength(6);
    expect(got.every(({ after }) => after >= 15_000 && after < 15_100)).toBe(true);
  });

  shows("notification-reordered", async (name) => {
    const got = await arrivals(name, { windowMs: 10_000 });
    expect(got).toHaveLength(6);
    const order = got.map(({ number }) => number);
    expect(order).not.toEqual([...order].sort());
    expect(got.every(({ after }) => after <= 10_100)).toBe(true);
  });
});

test("every registered fault has a test above, under a name of its own", () => {
  expect([...tested].sort()).toEqual(FAULTS.map(({ name }) => name).sort());
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});
