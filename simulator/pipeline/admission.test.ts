import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

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

test("in a quiet hour a call is taken up at once", async () => {
  const { taken, ask, turn } = setUp();
  for (const name of ["a", "b", "c"]) {
    ask(name);
    await ticks(2);
    expect(taken.at(-1)).toBe(name);
    await turn();
    await turn();
  }
});

test("of many a few are taken up in a turn, oldest first, and all in the end", async () => {
  const { taken, ask, turn } = setUp();
  ask("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
  await ticks(2);
  expect(taken).toEqual(["1", "2", "3", "4"]);
  ask("11");
  await turn();
  expect(taken).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
  await turn();
  await turn();
  expect(taken).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
});

test("who comes later does not overtake those who wait", async () => {
  const { taken, ask, turn } = setUp();
  ask("1", "2", "3", "4", "5", "6");
  await turn();
  ask("7", "8", "9");
  await ticks(2);
  expect(taken).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
  await turn();
  expect(taken.at(-1)).toBe("9");
});
