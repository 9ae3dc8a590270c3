import { expect, test } from "vitest";
import { Admission, PER_TURN } from "./admission.ts";

const ticks = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at += 1) await Promise.resolve();
};

/** Calls that ask to be taken up now; who was taken up, in order, and which turns of the loop have passed. */
function setUp(): { readonly taken: string[]; ask(...names: string[]): void; turn(): Promise<void> } {
  const turns: (() => void)[] = [];
  const runtime = { yield: () => new Promise<void>((resolve) => void turns.push(resolve)) };
  const admission = new Admission(runtime);
  const taken: string[] = [];
  return {
    taken,
    ask: (...names) => {
      for (const name of names) void admission.enter().then(() => taken.push(name));
    },
    turn: async () => {
      await ticks(5);
      for (const resolve of turns.splice(0)) resolve();
      await ticks(5);
    },
  };
}

test("a call in a quiet hour is admitted at once", async () => {
  const { taken, ask, turn } = setUp();
  for (const name of ["a", "b", "c"]) {
    ask(name);
    await ticks(2);
    expect(taken.at(-1)).toBe(name);
    await turn();
    await turn();
  }
});

const names = (from: number, below: number): string[] =>
  Array.from({ length: below - from }, (_, at) => String(from + at));

test("of many calls a few are admitted in a turn, oldest first, and all in the end", async () => {
  const { taken, ask, turn } = setUp();
  ask(...names(0, 3 * PER_TURN));
  await ticks(2);
  expect(taken).toEqual(names(0, PER_TURN));
  ask("last");
  await turn();
  expect(taken).toEqual(names(0, 2 * PER_TURN));
  await turn();
  await turn();
  expect(taken).toEqual([...names(0, 3 * PER_TURN), "last"]);
});

test("a later call is admitted after those that wait", async () => {
  const { taken, ask, turn } = setUp();
  ask(...names(0, 2 * PER_TURN - 1));
  await turn();
  ask("next", "one too many");
  await ticks(2);
  expect(taken).toEqual([...names(0, 2 * PER_TURN - 1), "next"]);
  await turn();
  expect(taken.at(-1)).toBe("one too many");
});
