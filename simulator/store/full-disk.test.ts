import { expect, test } from "vitest";
import { readRow } from "../../core/unit/run.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { fillable } from "./full-disk.ts";
import { memoryStore } from "./memory.ts";
import { StoreFailure } from "./store-failure.ts";

function* putting(value: Json): Unit<string> {
  return { result: "kept", writes: [{ collection: "c", key: "k", value }] };
}

function* reading(): Unit<Json | undefined> {
  return { result: yield* readRow("c", "k"), writes: [] };
}

test("a full disk refuses writes and serves reads, until there is room", async () => {
  const store = fillable(memoryStore());
  expect(await store.transact(() => putting(1))).toBe("kept");
  store.fill(true);
  await expect(store.transact(() => putting(2))).rejects.toThrow(StoreFailure);
  expect(await store.transact(reading)).toBe(1);
  store.fill(false);
  expect(await store.transact(() => putting(3))).toBe("kept");
  expect(await store.transact(reading)).toBe(3);
});
