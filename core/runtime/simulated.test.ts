import { createHash, generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";
import type { HttpRequest, HttpResponse, Runtime } from "./runtime.ts";
import { TransportFailure } from "./runtime.ts";
import { type SimulatedRuntime, simulatedRuntime } from "./simulated.ts";
import { Stalled } from "./virtual-clock.ts";
import type { PrivateKey } from "../signature/scheme.ts";

const START = Date.UTC(2026, 0, 1);
const world = (seed = 1): SimulatedRuntime => simulatedRuntime({ seed, startAt: START });

describe("the event queue", () => {
  test("the event queue gives events by time, then by arrival, less the cancelled", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ timeMs: fc.nat(5), cancelled: fc.boolean() })), (wanted) => {
        const queue = new EventQueue();
        const added = wanted.map(({ timeMs, cancelled }) => ({ event: queue.add(timeMs, () => {}), cancelled }));
        for (const { event, cancelled } of added) if (cancelled) event.task = undefined;
        const expected = added.filter(({ cancelled }) => !cancelled).map(({ event }) => event);
        expected.sort((one, other) => one.timeMs - other.timeMs || one.sequence - other.sequence);
        const taken = [];
        for (let event = queue.take(); event !== undefined; event = queue.take()) taken.push(event);
        expect(taken).toEqual(expected);
      }),
    );
  });
});

describe("virtual time", () => {
  test("a simulated week passes at once, in order", async () => {
    const runtime = world();
    const history: string[] = [];
    const note = (what: string): void => void history.push(`${what} ${runtime.now() - START}`);
    void runtime.sleep(604_800_000).then(() => note("week"));
    runtime.schedule(1_000, () => note("second"));
    runtime.schedule(1_000, () => note("second, later"));
    const cancel = runtime.schedule(500, () => note("never"));
    cancel();
    await runtime.run();
    expect(history).toEqual(["second 1000", "second, later 1000", "week 604800000"]);
  });

  test("run(until) stops there, includes that moment and sets the clock", async () => {
    const runtime = world();
    const seen: number[] = [];
    for (const ms of [10, 20, 21]) runtime.schedule(ms, () => seen.push(ms));
    await runtime.run(START + 20);
    expect(seen).toEqual([10, 20]);
    expect(runtime.now()).toBe(START + 20);
    await runtime.run(START + 1_000);
    expect(runtime.now()).toBe(START + 1_000);
  });

  test("runnable tasks run before those that yield, at the same time", async () => {
    const runtime = world();
    const order: string[] = [];
    const party = async (name: string): Promise<void> => {
      order.push(`${name}1`);
      await runtime.yield();
      order.push(`${name}2`);
    };
    await runtime.runUntil(Promise.all([party("a"), party("b")]));
    expect(order).toEqual(["a1", "b1", "a2", "b2"]);
    expect(runtime.now()).toBe(START);
  });

  test("waits for host operations that are tracked, and for what follows from them", async () => {
    const runtime = world();
    const { privateKey } = await promisify(generateKeyPair)("ed25519");
    const signOnPool = promisify((data: Buffer, done: (error: Error | null, signature: Buffer) => void) =>
      sign(null, data, privateKey, done),
    );
    let whenSigned = 0;
    runtime.schedule(10, () => {
      void (async () => {
        for (let round = 0; round < 5; round++) await runtime.track(signOnPool(Buffer.from([round])));
        whenSigned = runtime.now();
      })();
    });
    runtime.schedule(11, () => {});
    await runtime.run();
    expect(whenSigned).toBe(START + 10);
  });

  test("an aborted sleep rejects with the reason and removes its event", async () => {
    const runtime = world();
    const controller = new AbortController();
    const sleeping = runtime.sleep(1_000, controller.signal);
    runtime.schedule(10, () => controller.abort("enough"));
    await expect(runtime.runUntil(sleeping)).rejects.toBe("enough");
    await runtime.run();
    expect(runtime.now()).toBe(START + 10);
    await expect(runtime.sleep(1, AbortSignal.abort("before"))).rejects.toBe("before");
  });

  test("throws when a promise stays pending for ever or time stands still", async () => {
    const runtime = simulatedRuntime({ seed: 1, startAt: START, eventsPerInstant: 100 });
    await expect(runtime.runUntil(new Promise(() => {}))).rejects.toBeInstanceOf(Stalled);
    const spin = (): void => void runtime.schedule(0, spin);
    spin();
    await expect(runtime.run()).rejects.toThrow(/without time passing/);
  });

  test("passes on what a scheduled task throws, and refuses a second driver", async () => {
    const runtime = world();
    runtime.schedule(1, () => {
      throw new Error("a defect");
    });
    const first = runtime.run();
    await expect(runtime.run()).rejects.toThrow(/driven already/);
    await expect(first).rejects.toThrow("a defect");
  });

  test("simulated offloaded work is done in line", async () => {
    const runtime = world();
    expect(
      await runtime.runUntil(
        runtime.offload.sign(
          keyThat(() => Uint8Array.of(7)),
          new Uint8Array(),
        ),
      ),
    ).toEqual(new Uint8Array([7]));
    await expect(
      runtime.runUntil(
        runtime.offload.sign(
          keyThat(() => {
            throw new Error("no key");
          }),
          new Uint8Array(),
        ),
      ),
    ).rejects.toThrow("no key");
  });
});

describe("the simulated network", () => {
  const BANK = "https://bank.test";
  const ask = (timeoutMs = 5_000): HttpRequest => ({
    method: "POST",
    url: `${BANK}/pay?x=1`,
    headers: [["X-A", "1"]],
    body: Buffer.from("pay"),
    timeoutMs,
  });
  const ok = (body = "ok"): HttpResponse => ({ status: 200, headers: [["X-B", "2"]], body: Buffer.from(body) });

  test("carries a request and its answer in virtual time, framed as on a wire", async () => {
    const runtime = world();
    const seen: HttpRequest[] = [];
    runtime.network.conditions(BANK, { latencyMs: [30, 30] });
    runtime.network.listen(`${BANK}:443/`, async (request) => {
      seen.push(request);
      await runtime.sleep(100);
      return ok();
    });
    const answer = await runtime.runUntil(runtime.transport.send(ask()));
    expect(answer).toEqual({ status: 200, headers: [["X-B", "2"]], body: new Uint8Array(Buffer.from("ok")) });
    expect(seen[0]?.headers).toEqual([
      ["Host", "bank.test"],
      ["X-A", "1"],
      ["Content-Length", "3"],
    ]);
    expect(runtime.now()).toBe(START + 160);
  });

  test("an absent peer refuses; a handler that throws resets the connection", async () => {
    const runtime = world();
    await expect(runtime.runUntil(runtime.transport.send(ask()))).rejects.toMatchObject({
      kind: "refused",
      sent: false,
    });
    runtime.network.listen(BANK, () => Promise.reject(new Error("a defect")));
    await expect(runtime.runUntil(runtime.transport.send(ask()))).rejects.toMatchObject({
      kind: "reset",
      sent: true,
      cause: new Error("a defect"),
    });
  });

  test("a lost request has no effect, a lost answer has one; both time out", async () => {
    const runtime = world();
    let carriedOut = 0;
    runtime.network.listen(BANK, async () => (carriedOut++, ok()));
    runtime.network.conditions("default", { requestLossRate: 1 });
    await expect(runtime.runUntil(runtime.transport.send(ask(700)))).rejects.toMatchObject({
      kind: "timeout",
      sent: true,
    });
    expect([carriedOut, runtime.now()]).toEqual([0, START + 700]);
    runtime.network.conditions(BANK, { requestLossRate: 0, answerLossRate: 1 });
    await expect(runtime.runUntil(runtime.transport.send(ask(700)))).rejects.toMatchObject({
      kind: "timeout",
      sent: true,
    });
    expect(carriedOut).toBe(1);
  });

  test("a duplicate is carried out twice and answered once", async () => {
    const runtime = world();
    let carriedOut = 0;
    runtime.network.listen(BANK, async () => ok(String(++carriedOut)));
    runtime.network.conditions(BANK, { duplicateRate: 1, latencyMs: [1, 50] });
    await runtime.runUntil(runtime.transport.send(ask()));
    await runtime.run();
    expect(carriedOut).toBe(2);
  });

  test("changing one rate keeps the latencies of all requests", async () => {
    const arrivals = async (duplicateRate: number): Promise<number[]> => {
      const runtime = world(9);
      const times: number[] = [];
      runtime.network.conditions(BANK, { latencyMs: [1, 1_000], duplicateRate });
      runtime.network.listen(BANK, async () => ok());
      for (let call = 0; call < 20; call++) {
        const began = runtime.now();
        await runtime.runUntil(runtime.transport.send(ask()));
        times.push(runtime.now() - began);
      }
      return times;
    };
    expect(await arrivals(0.5)).toEqual(await arrivals(0));
  });

  test("refuses invalid network conditions and a second listener", () => {
    const { network } = world();
    expect(() => network.conditions(BANK, { requestLossRate: 1.1 })).toThrow(/from 0 to 1, not 1.1/);
    expect(() => network.conditions(BANK, { latencyMs: [2, 1] })).toThrow(/\[least, most\]/);
    const stop = network.listen(BANK, async () => ok());
    expect(() => network.listen(BANK, async () => ok())).toThrow(/already listened to/);
    stop();
    network.listen(BANK, async () => ok());
  });

  test("the same seed gives two parties the same history, and another seed another", async () => {
    const history = async (seed: number): Promise<string> => {
      const runtime = world(seed);
      const hash = createHash("sha256");
      runtime.network.conditions("default", {
        latencyMs: [1, 400],
        requestLossRate: 0.2,
        answerLossRate: 0.2,
        duplicateRate: 0.2,
      });
      runtime.network.listen(BANK, async (request) => {
        hash.update(`${runtime.now()} in ${Buffer.from(request.body).toString("hex")}\n`);
        await runtime.sleep(runtime.random("bank").below(50));
        return ok();
      });
      const customer = async (name: string): Promise<void> => {
        for (let payment = 0; payment < 20; payment++) {
          const body = runtime.random(name).bytes(4);
          for (let attempt = 0; attempt < 50; attempt++) {
            const outcome = await runtime.transport.send({ ...ask(300), body }).catch((error: unknown) => error);
            hash.update(`${runtime.now()} ${name} ${outcome instanceof TransportFailure ? outcome.kind : "done"}\n`);
            if (!(outcome instanceof TransportFailure)) break;
            await runtime.sleep(100 * attempt);
          }
        }
      };
      await runtime.runUntil(Promise.all(["a", "b", "c"].map(customer)));
      return hash.digest("hex");
    };
    const first = await history(5);
    expect(await history(5)).toBe(first);
    expect(await history(6)).not.toBe(first);
  });
});

const keyThat = (sign: PrivateKey["sign"]): PrivateKey => ({ kind: "private", scheme: "none", pem: "", sign });

describe("a killed generation", () => {
  const ORIGIN = "http://bank.test";
  const request: HttpRequest = { method: "POST", url: ORIGIN, headers: [], body: new Uint8Array(), timeoutMs: 1_000 };
  const answer: HttpResponse = { status: 200, headers: [], body: new Uint8Array() };

  test("a killed generation receives no timers, answers or results any more", async () => {
    const runtime = world();
    runtime.network.listen(ORIGIN, async () => answer);
    const life = runtime.fence();
    const heard: string[] = [];
    const controller = new AbortController();
    const start = (runtime: Runtime, when: string): void => {
      const hear = (what: string) => (): void => void heard.push(`${what} ${when}`);
      runtime.schedule(10, hear("timer"));
      for (const [what, promise] of Object.entries({
        sleep: runtime.sleep(10),
        aborted: runtime.sleep(10_000, controller.signal),
        yield: runtime.yield(),
        answer: runtime.transport.send(request),
        timeout: runtime.transport.send({ ...request, timeoutMs: 1 }),
        pool: runtime.offload.sign(
          keyThat(() => new Uint8Array()),
          new Uint8Array(),
        ),
      }))
        promise.then(hear(what), hear(what));
    };
    start(life, "before");
    life.kill();
    start(life, "after");
    controller.abort();
    await runtime.run();
    expect(heard).toEqual([]);
    // The same, alive, is heard in full.
    start(runtime.fence(), "alive");
    await runtime.run();
    expect(new Set(heard)).toEqual(
      new Set(["aborted", "answer", "pool", "sleep", "timeout", "timer", "yield"].map((what) => `${what} alive`)),
    );
  });

  test("delivers what a generation sent before it was killed, and drops the rest", async () => {
    const runtime = world();
    let arrived = 0;
    runtime.network.listen(ORIGIN, async () => (arrived++, answer));
    const life = runtime.fence();
    void life.transport.send(request);
    life.kill();
    void life.transport.send(request);
    await runtime.run();
    expect(arrived).toBe(1);
  });

  test("a killed generation resets its callers and frees its address", async () => {
    const runtime = world();
    const first = runtime.fence();
    first.network.listen(ORIGIN, async () => {
      await first.sleep(100);
      return answer;
    });
    const calling = runtime.transport.send(request);
    runtime.schedule(50, () => first.kill());
    await expect(runtime.runUntil(calling)).rejects.toMatchObject({ kind: "reset", sent: true });
    expect(runtime.now()).toBe(START + 51);
    await expect(runtime.runUntil(runtime.transport.send(request))).rejects.toMatchObject({ kind: "refused" });
    const second = runtime.fence();
    expect([first.generation, second.generation]).toEqual([1, 2]);
    second.network.listen(ORIGIN, async () => answer);
    expect((await runtime.runUntil(runtime.transport.send(request))).status).toBe(200);
    first.network.listen(ORIGIN, async () => answer);
  });

  test("killing a generation kills its children and runs its hooks in order, once", async () => {
    const runtime = world();
    const parent = runtime.fence();
    const deaths: string[] = [];
    parent.onKill(() => deaths.push("first"));
    const child = parent.fence();
    child.onKill(() => deaths.push("child"));
    parent.onKill(() => deaths.push("last"));
    parent.kill();
    parent.kill();
    expect(deaths).toEqual(["first", "child", "last"]);
    expect([parent.alive, child.alive, parent.fence().alive]).toEqual([false, false, false]);
    parent.onKill(() => deaths.push("late"));
    expect(deaths.at(-1)).toBe("late");
  });

  test("a successor draws random bytes of its own", () => {
    const runtime = world();
    const before = runtime.fence().random("nonce").bytes(8);
    expect(runtime.fence().random("nonce").bytes(8)).not.toEqual(before);
  });
});
