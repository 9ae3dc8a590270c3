import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_OF_ONE, Places } from "./places.ts";

const takeAll = (places: Places, receiver: string): number => {
  let taken = 0;
  while (places.take(receiver)) taken += 1;
  return taken;
};

test("each new receiver gets half the free places, at least one", () => {
  const places = new Places();
  expect(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((receiver) => takeAll(places, receiver))).toEqual([
    MOST_OF_ONE,
    32,
    16,
    8,
    4,
    2,
    1,
    1,
    1,
    1,
  ]);
});

test("shares even out while places are given back", () => {
  const places = new Places();
  const held = new Map(["a", "b", "c"].map((receiver) => [receiver, takeAll(places, receiver)]));
  // Each in turn loses a place and takes what it may.
  for (let round = 0; round < 200; round += 1) {
    for (const [receiver, count] of held) {
      places.giveBack(receiver);
      held.set(receiver, count - 1 + takeAll(places, receiver));
    }
  }
  const shares = [...held.values()];
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2);
});

test("a receiver with a backlog triggers a look per half of its places", () => {
  const places = new Places();
  takeAll(places, "behind");
  places.take("alone");
  expect(Array.from({ length: MOST_OF_ONE }, () => places.giveBack("behind")).indexOf(true)).toBe(MOST_OF_ONE / 2 - 1);
  expect(places.giveBack("alone")).toBe(true);
});

test("giving back a place that was never taken throws", () => {
  expect(() => new Places().giveBack("a")).toThrow(/"a" holds no place/);
});

test("a receiver holds at most its share, and one with an empty hand gets a place", () => {
  const receivers = ["", "a/", "b/", "c/", "d/"];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...receivers), fc.boolean()), { maxLength: 600 }), (steps) => {
      const places = new Places();
      const held = new Map<string, number>();
      const heldBy = (receiver: string): number => held.get(receiver) ?? 0;
      for (const [receiver, take] of steps) {
        if (!take && heldBy(receiver) > 0) {
          places.giveBack(receiver);
          held.set(receiver, heldBy(receiver) - 1);
        } else {
          const room = places.room(receiver);
          const got = places.take(receiver);
          expect(got).toBe(room > 0);
          if (heldBy(receiver) === 0) expect(got).toBe(true);
          if (got) held.set(receiver, heldBy(receiver) + 1);
        }
        expect(heldBy(receiver)).toBeLessThanOrEqual(MOST_OF_ONE);
        const full = receivers.filter((one) => places.room(one) === 0);
        expect(places.firstFull("")).toBe(full[0]);
        expect(places.firstFull("b")).toBe(full.find((one) => one >= "b"));
      }
      // One for each beyond the places, at the very most.
      expect([...held.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(
        2 * MOST_OF_ONE + receivers.length,
      );
    }),
  );
});
