import { expect, test } from "vitest";
import { fuzz } from "./fuzz/fuzz.ts";

/** CI has a minute for it; `npm run fuzz` takes ten. */
const FOR_MS = process.env["CI"] === undefined ? 10_000 : 60_000;

test("broken files, peers and orders leave everything alive", async () => {
  const seed = Date.now() % 2 ** 31;
  const { rounds, found } = await fuzz({ seed, forMs: FOR_MS });
  expect(found, `seed ${seed}`).toEqual([]);
  expect(Object.values(rounds)).not.toContain(0);
  expect(Object.keys(rounds)).toHaveLength(5);
});
