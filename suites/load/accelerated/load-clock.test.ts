import { expect, test } from "vitest";
import { LoadClock } from "./load-clock.ts";

/** A host whose time passes as it is waited for, and on which others go on meanwhile. */
function host() {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      now += ms;
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
}

const never = new AbortController().signal;

test("the clock moves when the calls under way have ended", async () => {
  const runtime = host();
  const clock = new LoadClock();
  await clock.enter(runtime, never);
  const seen: string[] = [];
  const moved = clock.hold(runtime, () => {
    seen.push("moved");
    return Promise.resolve({ offsetMs: 3_600_000 });
  });
  await runtime.sleep(20);
  seen.push("ended");
  clock.leave();
  await moved;
  expect(seen).toEqual(["ended", "moved"]);
  expect(clock.offsetMs).toBe(3_600_000);
});

test("a call that begins while the clock moves follows the new one", async () => {
  const runtime = host();
  const clock = new LoadClock();
  clock.stop();
  const follower = new LoadClock(clock.shared);
  const entered = follower.enter(runtime, never).then(() => follower.offsetMs);
  await clock.hold(runtime, () => Promise.resolve({ offsetMs: 5_000 }));
  expect(await entered).toBe(5_000);
});

test("a call that does not end keeps the clock for ten seconds", async () => {
  const runtime = host();
  const clock = new LoadClock();
  await clock.enter(runtime, never);
  await clock.hold(runtime, () => Promise.resolve({ offsetMs: 1 }));
  expect([clock.offsetMs, runtime.now()]).toEqual([1, 10_000]);
});

test("calls go on by the old clock where it could not be moved", async () => {
  const runtime = host();
  const clock = new LoadClock();
  await expect(clock.hold(runtime, () => Promise.reject(new Error("no hook")))).rejects.toThrow("no hook");
  await clock.enter(runtime, never);
  expect(clock.offsetMs).toBe(0);
});

test("a call that waits ends with the load", async () => {
  const clock = new LoadClock();
  clock.stop();
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await expect(clock.enter(host(), stop.signal)).rejects.toThrow("stopped");
});
