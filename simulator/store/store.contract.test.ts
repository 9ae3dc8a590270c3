import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RowMap } from "../../core/unit/row-map.ts";
import { readRow, readRows, runUnit, scanRows } from "../../core/unit/run.ts";
import type { Json, Reading, Unit, Write } from "../../core/unit/unit.ts";
import { createMemoryDisk, memoryStore } from "./memory.ts";
import { openSqliteStore } from "./sqlite.ts";
import { type Store, StoreClosed } from "./store.ts";

/** One place to keep rows, opened again and again; while `hold` is set nothing becomes durable. */
interface Place {
  open(): Store;
  hold: boolean;
  release(): void;
}

interface Driver {
  readonly name: string;
  place(folder: string): Place;
}

const drivers: readonly Driver[] = [
  {
    name: "memory",
    place() {
      const disk = createMemoryDisk();
      const gate = gateOf();
      return Object.assign(gate, {
        open: () => memoryStore({ disk, flush: () => new Promise((resolve) => gate.pass(resolve)) }),
      });
    },
  },
  {
    name: "sqlite",
    place(folder: string): Place {
      const gate = gateOf();
      // A tiny cache, so that rows are read from the file as well.
      return Object.assign(gate, {
        open: () => openSqliteStore(join(folder, "bank.db"), { defer: gate.pass, cacheEntries: 4 }),
      });
    },
  },
];

interface Gate {
  hold: boolean;
  release(): void;
  readonly pass: (task: () => void) => void;
}

function gateOf(): Gate {
  const held: (() => void)[] = [];
  const gate: Gate = {
    hold: false,
    pass: (task) => void (gate.hold ? held.push(task) : setImmediate(task)),
    release() {
      gate.hold = false;
      for (const task of held.splice(0)) task();
    },
  };
  return gate;
}

describe.each(drivers)("the store contract: $name", ({ place: placeIn }) => {
  let folder: string;
  let opened: Store[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "liantiao-store-"));
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    rmSync(folder, { recursive: true });
  });
  const open = (place: Place): Store => {
    const store = place.open();
    opened.push(store);
    return store;
  };
  const fresh = (): Store => open(placeIn(folder));

  test("any units, accepted in any bunches, act as if run one after another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { maxLength: 6 }), async (bunches) => {
        const inner = mkdtempSync(join(folder, "run-"));
        const place = placeIn(inner);
        let store = place.open();
        const model = new RowMap();
        for (const bunch of bunches) {
          const expected = bunch.map((step) => outcomeOf(() => runUnit(model, unitOf(step))));
          const seen = await Promise.all(bunch.map((step) => settled(store.transact(() => unitOf(step)))));
          expect(seen).toEqual(expected);
        }
        await store.close();
        store = place.open();
        const everything = { kind: "scan", from: "", below: "\x7f", limit: 1_000, reverse: false } as const;
        expect(await store.transact(() => unitOf(everything))).toEqual(runUnit(model, unitOf(everything)));
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  test("a counter that a hundred concurrent units increase keeps every increase", async () => {
    const store = fresh();
    const results = await Promise.all(
      Array.from({ length: 100 }, () => store.transact(() => unitOf({ kind: "increase", key: "a", by: 1 }))),
    );
    expect(results).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  });

  test("a unit that throws rejects with its own error and leaves its neighbours alone", async () => {
    const store = fresh();
    const outcomes = await Promise.allSettled([
      store.transact(() => unitOf({ kind: "increase", key: "a", by: 1 })),
      store.transact(() => unitOf({ kind: "throw", key: "a" })),
      store.transact(() =>
        writing([
          { collection: "c", key: "b", value: 1 },
          { collection: "c", key: "half", value: 0.5 },
        ]),
      ),
      store.transact(() => unitOf({ kind: "increase", key: "a", by: 1 })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: new Error("no more of a") });
    expect(await store.transact(() => all())).toEqual([["a", 2]]);
  });

  test("scans go both ways, within bounds and limits, in code-unit order", async () => {
    const store = fresh();
    const keys = ["", " ", "A", "Z", "a", "a/1", "a/10", "a/2", "a~", "b", "~"];
    await store.transact(() => writing(keys.toReversed().map((key) => ({ collection: "c", key, value: key }))));
    await store.transact(() => writing([{ collection: "other", key: "a", value: 0 }]));
    const scan = async (from: string, below: string, limit: number, reverse: boolean): Promise<readonly string[]> =>
      (await store.transact(() => returning(scanRows({ collection: "c", from, below, limit, reverse })))).map(
        ([key]) => key,
      );
    expect(await scan("", "\x7f", 100, false)).toEqual(keys);
    expect(await scan("", "\x7f", 100, true)).toEqual(keys.toReversed());
    expect(await scan("a", "a/2", 100, false)).toEqual(["a", "a/1", "a/10"]);
    expect(await scan("a", "a/2", 2, true)).toEqual(["a/10", "a/1"]);
    expect(await scan("a", "b", 2, false)).toEqual(["a", "a/1"]);
    expect(await scan("b", "a", 10, false)).toEqual([]);
    expect(await scan("a", "b", 0, false)).toEqual([]);
  });

  test("a scan sees all earlier units' writes and deletions, durable or waiting", async () => {
    const store = fresh();
    await store.transact(() =>
      writing([
        { collection: "c", key: "a", value: 1 },
        { collection: "c", key: "b", value: 1 },
      ]),
    );
    void store.transact(() =>
      writing([
        { collection: "c", key: "a", value: undefined },
        { collection: "c", key: "b", value: 2 },
        { collection: "c", key: "d", value: 3 },
      ]),
    );
    expect(await store.transact(() => all())).toEqual([
      ["b", 2],
      ["d", 3],
    ]);
  });

  test("several reads in one unit see one state, and the later write of a key wins", async () => {
    const store = fresh();
    await store.transact(() =>
      writing([
        { collection: "c", key: "a", value: 1 },
        { collection: "c", key: "a", value: { n: [null, true, "é\u0000\ud800"] } },
      ]),
    );
    const read = await store.transact(() =>
      returning(
        readRows([
          { collection: "c", key: "a" },
          { collection: "c", key: "none" },
          { collection: "none", key: "a" },
        ]),
      ),
    );
    expect(read).toEqual([{ n: [null, true, "é\u0000\ud800"] }, undefined, undefined]);
  });

  test("writes, reads and refusals are answered after what they saw is durable", async () => {
    const place = placeIn(folder);
    const store = open(place);
    place.hold = true;
    const answered: string[] = [];
    const calls = [
      store.transact(() => unitOf({ kind: "increase", key: "a", by: 1 })).then(() => answered.push("write")),
      store
        .transact(() => returning(readRow("c", "a")))
        .then((value) => answered.push(`read ${JSON.stringify(value)}`)),
      store.transact(() => unitOf({ kind: "throw", key: "a" })).catch(() => answered.push("refusal")),
    ];
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => void setImmediate(resolve));
    expect(answered).toEqual([]);
    place.release();
    await Promise.all(calls);
    expect(answered).toEqual(["write", "read 1", "refusal"]);
  });

  test("closing flushes what was accepted and refuses what comes after", async () => {
    const place = placeIn(folder);
    const store = open(place);
    const accepted = Array.from({ length: 7 }, () =>
      store.transact(() => unitOf({ kind: "increase", key: "a", by: 1 })),
    );
    const closing = store.close();
    await expect(store.transact(() => all())).rejects.toBeInstanceOf(StoreClosed);
    expect(await Promise.all(accepted)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await closing;
    await store.close();
    await expect(store.transact(() => all())).rejects.toBeInstanceOf(StoreClosed);
    expect(await open(place).transact(() => all())).toEqual([["a", 7]]);
  });

  test("opening a place twice at a time is refused", () => {
    const place = placeIn(folder);
    open(place);
    expect(() => place.open()).toThrow(/still open|in use by another/);
  });

  test.each<[string, Write, RegExp]>([
    [
      "an unsafe integer",
      { collection: "c", key: "k", value: { amount: [1, 2 ** 53] } },
      /"\/amount\/1" stands 9007199254740992/,
    ],
    ["a fraction", { collection: "c", key: "k", value: 0.1 }, /"" stands 0.1/],
    [
      "an undefined field",
      { collection: "c", key: "k", value: { "a/b": undefined } as unknown as Json },
      /"\/a~1b" stands undefined/,
    ],
    ["a hole in an array", { collection: "c", key: "k", value: Array(1) as Json[] }, /"\/0" stands undefined/],
    ["a bigint", { collection: "c", key: "k", value: 1n as unknown as Json }, /a bigint/],
    [
      "a date",
      { collection: "c", key: "k", value: { at: new Date(0) } as unknown as Json },
      /"\/at" stands an object that is not plain \(Date\)/,
    ],
    ["a key beyond ASCII", { collection: "c", key: "单号", value: 1 }, /"单号" in "c" is not printable ASCII/],
    ["a collection with a line break", { collection: "c\nd", key: "k", value: 1 }, /not printable ASCII/],
  ])("refuses to write %s, and says where it stands", async (_what, write, message) => {
    const store = fresh();
    await expect(store.transact(() => writing([{ collection: "c", key: "before", value: 1 }, write]))).rejects.toThrow(
      message,
    );
    expect(await store.transact(() => all())).toEqual([]);
  });

  test("refuses to read a key beyond ASCII, whose order differs among stores", async () => {
    const store = fresh();
    await expect(store.transact(() => returning(readRow("c", "😀")))).rejects.toThrow(TypeError);
    await expect(
      store.transact(() => returning(scanRows({ collection: "c", from: "", below: "\ue000", limit: 1 }))),
    ).rejects.toThrow(TypeError);
  });
});

type Step =
  | { readonly kind: "increase"; readonly key: string; readonly by: number }
  | { readonly kind: "move"; readonly from: string; readonly to: string; readonly by: number }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "throw"; readonly key: string }
  | {
      readonly kind: "scan";
      readonly from: string;
      readonly below: string;
      readonly limit: number;
      readonly reverse: boolean;
    };

const key = fc.constantFrom("a", "b", "b/1", "b/2", "c", "~");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("increase" as const), key, by: fc.integer({ min: -3, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      from: key,
      to: key,
      by: fc.integer({ min: 0, max: 3 }),
    }),
  },
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({ kind: fc.constant("throw" as const), key }),
  fc.record({
    kind: fc.constant("scan" as const),
    from: key,
    below: key,
    limit: fc.integer({ min: 0, max: 4 }),
    reverse: fc.boolean(),
  }),
);

function* unitOf(step: Step): Unit<Json> {
  switch (step.kind) {
    case "increase": {
      const value = Number((yield* readRow("c", step.key)) ?? 0) + step.by;
      return { result: value, writes: [{ collection: "c", key: step.key, value }] };
    }
    case "move": {
      // Reads one after another, the second depending on the first, as guards do.
      const from = Number((yield* readRow("c", step.from)) ?? 0);
      if (from < step.by) return { result: "too little", writes: [] };
      const [to] = yield* readRows([{ collection: "c", key: step.to }]);
      if (step.from === step.to) return { result: from, writes: [] };
      return {
        result: from - step.by,
        writes: [
          { collection: "c", key: step.from, value: from - step.by },
          { collection: "c", key: step.to, value: Number(to ?? 0) + step.by },
        ],
      };
    }
    case "delete":
      return {
        result: (yield* readRow("c", step.key)) ?? null,
        writes: [{ collection: "c", key: step.key, value: undefined }],
      };
    case "scan": {
      const { kind: _, ...bounds } = step;
      return { result: yield* scanRows({ collection: "c", ...bounds }), writes: [] };
    }
    case "throw":
      break;
  }
  yield* readRow("c", step.key);
  throw new Error(`no more of ${step.key}`);
}

function* writing(writes: readonly Write[]): Unit<void> {
  return { result: undefined, writes };
}

function* returning<T>(reading: Reading<T>): Unit<T> {
  return { result: yield* reading, writes: [] };
}

const all = (): Unit<readonly (readonly [string, Json])[]> =>
  returning(scanRows({ collection: "c", from: "", below: "\x7f", limit: 1_000 }));

type Settled = { readonly value: Json } | { readonly error: string };

function outcomeOf(run: () => Json): Settled {
  try {
    return { value: run() };
  } catch (error) {
    return { error: String(error) };
  }
}

const settled = (promise: Promise<Json>): Promise<Settled> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: String(error) }),
  );
