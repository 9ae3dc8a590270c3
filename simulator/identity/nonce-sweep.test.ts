import { expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { memoryStore } from "../store/memory.ts";
import { nonceKey } from "./nonce-book.ts";
import { NonceSweep } from "./nonce-sweep.ts";

const LIFETIME_MS = 600_000;

test("old nonces are swept, however many there are, and then the sweeping ends", async () => {
  const runtime = simulatedRuntime({ seed: 1, startAt: 1_700_000_000_000 });
  const store = memoryStore();
  const sweep = new NonceSweep({ runtime, store, onError: (error) => expect.unreachable(String(error)) });
  const start = runtime.now();
  // Two slices and a part of old ones, in between as many that are younger.
  await runtime.runUntil(
    store.transact(function* (): Unit<undefined> {
      return {
        result: undefined,
        writes: Array.from({ length: 1200 }, (_, at) => ({
          collection: "nonce",
          key: nonceKey("P", String(at), (start + (at % 2 === 0 ? 1_000 : LIFETIME_MS)) / 1000),
          value: "",
        })),
      };
    }),
  );
  const left = (): Promise<number> =>
    runtime.runUntil(
      store.transact(function* (): Unit<number> {
        const { keys } = yield { scan: { collection: "nonce", from: "", below: "\x7f", limit: 10_000 } };
        return { result: keys.length, writes: [] };
      }),
    );
  sweep.wake();
  sweep.wake();
  await runtime.run(start + 29_999);
  expect(await left()).toBe(1200);
  await runtime.run(start + 30_001);
  expect(await left()).toBe(600);
  // Runs until nothing is scheduled any more: a sweep that went on for ever would never come back.
  await runtime.run();
  expect(await left()).toBe(0);
  expect(runtime.now()).toBeLessThanOrEqual(start + LIFETIME_MS + 30_000);
});
