import { expect, test } from "vitest";
import { differenceOf } from "./difference.ts";

const around = (value: number, spread = 0.01, count = 40): readonly number[] =>
  Array.from({ length: count }, (_, index) => value * (1 + spread * ((index % 7) - 3)));

test("samples that lie apart are worse one way and better the other", () => {
  expect(differenceOf(around(10), around(15))).toMatchObject({ what: "worse", delta: 1, counts: [40, 40] });
  expect(differenceOf(around(15), around(10))).toMatchObject({ what: "better", delta: -1 });
});

test("a change that is certain and small shows no difference", () => {
  const { what, p } = differenceOf(around(10), around(10.5));
  expect(p).toBeLessThan(0.001);
  expect(what).toBe("none");
});

test("a median that moved within a wide spread shows no difference", () => {
  const { what, delta } = differenceOf(around(10, 0.3), around(11.2, 0.3));
  expect(delta).toBeGreaterThan(0);
  expect(what).toBe("none");
});

test("few values are too few, however far apart", () => {
  expect(differenceOf(around(10, 0.01, 19), around(100)).what).toBe("too-few");
  expect(differenceOf([], around(100)).what).toBe("too-few");
});
