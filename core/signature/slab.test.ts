import { expect, test } from "vitest";
import { carve } from "./slab.ts";

test("slab pieces are zeroed, of the length asked for, and disjoint", () => {
  const pieces = Array.from({ length: 2000 }, (_, at) => carve(at % 300).fill((at % 251) + 1));
  pieces.forEach((piece, at) => {
    expect(piece.length).toBe(at % 300);
    expect(piece.every((byte) => byte === (at % 251) + 1)).toBe(true);
  });
  expect(carve(500).every((byte) => byte === 0)).toBe(true);
});

test("a long slab piece has memory of its own", () => {
  const long = carve(1_000_000);
  expect([long.length, long.buffer.byteLength]).toEqual([1_000_000, 1_000_000]);
});
