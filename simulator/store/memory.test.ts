import { describe, expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { readRow, scanRows } from "../../core/unit/run.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { createMemoryDisk, memoryStore } from "./memory.ts";
import { StoreClosed } from "./store.ts";

describe("the memory store", () => {
  test("the memory store shows after a crash exactly what was flushed", async () => {
    const disk = createMemoryDisk();
    const flushes = heldFlushes();
    const store = memoryStore({ disk, flush: flushes.flush });
    const first = store.transact(() => put("flushed", 1));
    flushes.next();
    await first;
    const inFlush = store.transact(() => put("in flush", 1));
    const waiting = store.transact(() => put("waiting", 1));
    const reading = store.transact(() => keys());
    store.crash();
    for (const call of [inFlush, waiting, reading, store.transact(() => keys())])
      await expect(call).rejects.toBeInstanceOf(StoreClosed);
    // The dead store's flush comes back after all: it must not reach the disk of the next life.
    const next = memoryStore({ disk });
    expect(await next.transact(() => keys())).toEqual(["flushed"]);
    flushes.next();
    await Promise.resolve();
    next.crash();
    expect(await memoryStore({ disk }).transact(() => keys())).toEqual(["flushed"]);
  });

  test("units accepted while a flush is under way share the next one", async () => {
    const flushes = heldFlushes();
    const store = memoryStore({ flush: flushes.flush });
    const answered: string[] = [];
    const note = (name: string) => (): void => void answered.push(name);
    const calls = [
      store.transact(() => put("a", 1)).then(note("a")),
      store.transact(() => put("b", 1)).then(note("b")),
      store.transact(() => put("c", 1)).then(note("c")),
    ];
    flushes.next();
    await calls[0];
    expect(answered).toEqual(["a"]);
    expect(flushes.started()).toBe(2);
    flushes.next();
    await Promise.all(calls);
    expect(answered).toEqual(["a", "b", "c"]);
    expect(flushes.started()).toBe(2);
  });

  test("a read waits for a flush under way, and is immediate after it", async () => {
    const flushes = heldFlushes();
    const store = memoryStore({ flush: flushes.flush });
    const write = store.transact(() => put("a", 1));
    const read = store.transact(() => keys());
    flushes.next();
    expect(await read).toEqual(["a"]);
    await write;
    expect(await store.transact(() => keys())).toEqual(["a"]);
    expect(flushes.started()).toBe(1);
  });

  test("a failed flush rejects all that could have seen its writes, and undoes them", async () => {
    let broken = true;
    const store = memoryStore({ flush: async () => (broken ? Promise.reject(new Error("disk full")) : undefined) });
    const calls = [store.transact(() => put("a", 1)), store.transact(() => put("b", 1)), store.transact(() => keys())];
    for (const call of calls) await expect(call).rejects.toThrow("disk full");
    broken = false;
    await store.transact(() => put("c", 1));
    expect(await store.transact(() => keys())).toEqual(["c"]);
  });

  test("a unit that changes a document it has read throws there", async () => {
    const store = memoryStore();
    await store.transact(() => put("a", { list: [1] }));
    function* changing(): Unit<void> {
      const value = (yield* readRow("c", "a")) as { list: number[] };
      value.list.push(2);
      return { result: undefined, writes: [] };
    }
    await expect(store.transact(changing)).rejects.toThrow(TypeError);
  });

  test("in a simulated run the flush takes virtual time and dies with its generation", async () => {
    const runtime = simulatedRuntime({ seed: 1, startAt: 0 });
    const disk = createMemoryDisk();
    const life = runtime.fence();
    const store = memoryStore({ disk, flush: () => life.sleep(5) });
    life.onKill(() => store.crash());
    await runtime.runUntil(store.transact(() => put("a", 1)));
    expect(runtime.now()).toBe(5);
    const lost = store.transact(() => put("b", 1));
    runtime.schedule(2, () => life.kill());
    await expect(runtime.runUntil(lost)).rejects.toBeInstanceOf(StoreClosed);
    const next = memoryStore({ disk });
    expect(await runtime.runUntil(next.transact(() => keys()))).toEqual(["a"]);
  });
});

function heldFlushes(): { flush: () => Promise<void>; next(): void; started(): number } {
  const held: (() => void)[] = [];
  let started = 0;
  return {
    flush: () => new Promise((resolve) => (started++, held.push(resolve))),
    next: () => held.shift()?.(),
    started: () => started,
  };
}

function* put(key: string, value: Json): Unit<void> {
  return { result: undefined, writes: [{ collection: "c", key, value }] };
}

function* keys(): Unit<readonly string[]> {
  const rows = yield* scanRows({ collection: "c", from: "", below: "\x7f", limit: 100 });
  return { result: rows.map(([key]) => key), writes: [] };
}
