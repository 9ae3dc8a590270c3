import { describe, expect, test } from "vitest";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { HttpRequest, HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import type { Limits } from "../statement/statement.ts";
import { Door } from "./door.ts";

const OK: HttpResponse = { status: 200, headers: [], body: new Uint8Array() };

/** A SUT that answers when it is told, on a clock that stands still but for sleeps. */
function sut(limits: Partial<Limits>, hooks?: string, headers: readonly (readonly [string, string])[] = []) {
  const held: (() => void)[] = [];
  const came: HttpRequest[] = [];
  const at: number[] = [];
  let now = 0;
  let [busy, most] = [0, 0];
  const hold = (request: HttpRequest): Promise<HttpResponse> =>
    new Promise((resolve) => {
      came.push(request);
      most = Math.max(most, (busy += 1));
      at.push(now);
      held.push(() => {
        busy -= 1;
        resolve(OK);
      });
    });
  const runtime: Runtime = {
    ...liveRuntime(),
    now: () => now,
    sleep: (ms) => Promise.resolve(void (now += ms)),
    transport: { send: hold },
  };
  const door = new Door(runtime, {
    baseUrl: "http://sut.test:8080/bank",
    headers,
    ...(hooks === undefined ? {} : { hooks: { url: hooks, supports: [] } }),
    limits: { timeoutMs: 1_000, maxConcurrency: 2, settleWithinSeconds: 1, checkTimeoutSeconds: 5, ...limits },
  });
  return { door, hold, at, came, most: () => most, waiting: () => held.length, answer: () => held.shift()?.() };
}

const to = (url = "http://sut.test:8080/bank/v1/echo"): HttpRequest => ({
  method: "GET",
  url,
  headers: [],
  body: new Uint8Array(),
  timeoutMs: 1_000,
});
const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

describe("the door to the SUT", () => {
  test("the door lets through as many calls at once as the statement allows", async () => {
    const { door, most, waiting, answer } = sut({ maxConcurrency: 2 });
    const calls = Promise.all(Array.from({ length: 7 }, () => door.send(to())));
    for (let answered = 0; answered < 7; answered += 1) {
      await turn();
      expect(waiting()).toBe(Math.min(2, 7 - answered));
      answer();
    }
    await calls;
    expect(most()).toBe(2);
  });

  test("the door lets a burst through whole, ahead of later calls", async () => {
    const { door, hold, most, waiting, answer } = sut({ maxConcurrency: 3 });
    const first = door.send(to());
    const burst = door.race([to(), to(), to()], (requests) => Promise.all(requests.map(hold)));
    const later = door.send(to());
    await turn();
    expect(waiting()).toBe(1);
    answer();
    await first;
    await turn();
    expect(waiting()).toBe(3);
    for (let one = 0; one < 3; one += 1) answer();
    await burst;
    await turn();
    answer();
    await later;
    expect(most()).toBe(3);
  });

  test("the door drops a call that is given up while it waits", async () => {
    const { door, waiting, answer } = sut({ maxConcurrency: 2 });
    const under = [door.send(to()), door.send(to())];
    const stop = new AbortController();
    const given = door.send(to(), stop.signal);
    await turn();
    stop.abort();
    await expect(given).rejects.toMatchObject({ kind: "aborted", sent: false });
    const next = door.send(to());
    answer();
    await turn();
    expect(waiting()).toBe(2);
    answer();
    answer();
    await Promise.all([...under, next]);
  });

  test("the door keeps to the calls a second, also after a burst", async () => {
    const { door, hold, at, answer } = sut({ maxConcurrency: 4, callsPerSecond: 2 });
    const burst = door.race([to(), to(), to(), to()], (requests) => Promise.all(requests.map(hold)));
    await turn();
    for (let one = 0; one < 4; one += 1) answer();
    await burst;
    for (let one = 0; one < 2; one += 1) {
      const call = door.send(to());
      await turn();
      answer();
      await call;
    }
    expect(at).toEqual([0, 0, 0, 0, 2_000, 2_500]);
  });

  test("the door adds the statement's headers to calls, and evidence masks them", async () => {
    const { door, hold, came, answer } = sut({ maxConcurrency: 9 }, "http://sut.test:8080/hooks", [
      ["X-Api-Key", "k-123"],
    ]);
    const spelt: HttpRequest = { ...to(), headers: [["x-api-key", "another"]] };
    const calls = [to(), to("http://sut.test:8080/hooks/restart"), to("http://counterparty.test/"), spelt];
    const sent = calls.map((request) => door.send(request));
    const burst = door.race([to()], (requests) => Promise.all(requests.map(hold)));
    await turn();
    // What is not counted leaves without a turn of waiting.
    const key = [["X-Api-Key", "k-123"]];
    expect(came.map(({ headers }) => headers)).toEqual([[], [], key, spelt.headers, key]);
    expect(calls.map((request) => door.shown(request).headers)).toEqual([
      [["X-Api-Key", "******"]],
      [],
      [],
      spelt.headers,
    ]);
    for (const _call of came) answer();
    await Promise.all([...sent, burst]);
  });

  test("the door leaves hooks and other hosts uncounted", async () => {
    const { door, waiting, answer } = sut({ maxConcurrency: 2 }, "http://sut.test:8080/hooks");
    const calls = [
      to(),
      to(),
      to("http://sut.test:8080/hooks/restart"),
      to("http://counterparty.test/__admin/requests"),
      to("http://sut.test:8081/v1/echo"),
    ].map((request) => door.send(request));
    await turn();
    expect(waiting()).toBe(5);
    for (const _call of calls) answer();
    await Promise.all(calls);
  });
});
