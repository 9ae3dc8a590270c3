import { expect, test } from "vitest";
import { zeroedBytes } from "./slab.ts";

test("slab pieces are zeroed, of the length asked for, and disjoint", () => {
  const pieces = Array.from({ length: 2000 }, (_, at) => zeroedBytes(at % 300).fill((at % 251) + 1));
  pieces.forEach((piece, at) => {
    expect(piece.length).toBe(at % 300);
    expect(piece.every((byte) => byte === (at % 251) + 1)).toBe(true);
  });
  expect(zeroedBytes(500).every((byte) => byte === 0)).toBe(true);
});

test("a long slab piece has memory of its own", () => {
  const long = zeroedBytes(1_000_000);
  expect([long.length, long.buffer.byteLength]).toEqual([1_000_000, 1_000_000]);
});
