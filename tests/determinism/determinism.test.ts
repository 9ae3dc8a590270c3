import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Transcript {
  readonly hash: string;
  readonly exchanges: number;
  readonly books: number;
  readonly disagreements: readonly string[];
  readonly payments: number;
  readonly due: number;
  readonly notified: Readonly<Record<string, number>>;
  readonly generations: number;
  readonly waiting: number;
  readonly pending: number;
}

const run = async (seed: number, environment: Readonly<Record<string, string>> = {}): Promise<Transcript> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL("transcript.ts", import.meta.url)), String(seed)],
    { env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout) as Transcript;
};

/** The history of each seed on a machine as it is, told once: each takes seconds. */
const told = new Map<number, Promise<Transcript>>();

function history(seed: number): Promise<Transcript> {
  const known = told.get(seed) ?? run(seed, { UV_THREADPOOL_SIZE: "1" });
  told.set(seed, known);
  return known;
}

test("one seed gives one history, byte for byte, on a busy machine too", async () => {
  const one = await history(1);
  const busy = [0, 1].map(() => spawn(process.execPath, ["-e", "for (;;) {}"], { stdio: "ignore" }));
  const loaded = await run(1, { UV_THREADPOOL_SIZE: "8" }).finally(() =>
    busy.forEach((child) => child.kill("SIGKILL")),
  );
  expect(loaded).toEqual(one);
});

test("another seed gives another history", async () => {
  expect((await history(2)).hash).not.toBe((await history(1)).hash);
});

test.each([1, 2, 3])("history %i keeps the books balanced and each effect once through crashes", async (seed) => {
  const lived = await history(seed);
  // One life more than there were crashes: the history did meet them.
  expect(lived.generations).toBe(6);
  expect(lived.payments).toBeGreaterThan(150);
  expect(lived.books).toBe(0);
  expect(lived.disagreements).toEqual([]);
  expect(lived.pending).toBe(0);
  // Every result was notified in the end, each under one id.
  expect(Object.values(lived.notified).reduce((sum, count) => sum + count, 0)).toBe(lived.due);
  expect(lived.waiting).toBe(0);
});
