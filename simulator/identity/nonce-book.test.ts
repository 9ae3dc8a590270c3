import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seededStream } from "../../core/runtime/random.ts";
import { NonceBook, nonceKey, untilOf } from "./nonce-book.ts";

const book = (): NonceBook => new NonceBook(seededStream(1, "nonce-book"));

test("a nonce is found under every time of use that still counts", () => {
  const nonces = book();
  expect(nonces.claim("P1", "abc", 100, 0)).toEqual([]);
  expect(nonces.claim("P1", "abc", 200, 0)).toEqual([nonceKey("P1", "abc", 100)]);
  expect(nonces.claim("P1", "abc", 300, 100)).toEqual([nonceKey("P1", "abc", 200)]);
  expect(nonces.claim("P1", "abd", 300, 0)).toEqual([]);
  expect(nonces.claim("P2", "abc", 300, 0)).toEqual([]);
});

test("exactly the uses of a nonce that still count are found", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ nonce: fc.nat(3000), advance: fc.nat(2) }), {
        minLength: 3000,
        maxLength: 6000,
        size: "max",
      }),
      (uses) => {
        const nonces = book();
        const used = new Map<number, number[]>();
        let now = 1_700_000_000;
        for (const { nonce, advance } of uses) {
          now += advance;
          const counting = (used.get(nonce) ?? []).filter((until) => until > now);
          expect([...nonces.claim("P", String(nonce), now + 601, now)].sort()).toEqual(
            [...new Set(counting)].map((until) => nonceKey("P", String(nonce), until)).sort(),
          );
          used.set(nonce, [...counting, now + 601]);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test("the nonce book's memory follows the nonces that count", () => {
  const nonces = book();
  for (let at = 0; at < 200_000; at += 1) nonces.claim("P", String(at), at / 100 + 10, at / 100);
  expect(nonces.size).toBeLessThan(3_000);
});

test("a restored nonce is found again, whatever characters the party's name has", () => {
  const nonces = book();
  const key = nonceKey("P/1 行", "n-1", 500);
  expect(untilOf(key)).toBe(500);
  nonces.restore(key, 0);
  expect(nonces.claim("P/1 行", "n-1", 900, 0)).toEqual([key]);
});
