import { mannWhitney, median } from "./mann-whitney.ts";

/** What must hold together before two samples are told apart; project defaults, not quotations. */
export const DIFFERENCE_LIMITS = {
  /** Values that either sample needs. */
  samples: 20,
  /** Chance below which the test must lie. */
  p: 0.01,
  /** Cliff's delta from which an effect counts: medium after Romano and others (2006). */
  delta: 0.33,
  /** Share of the earlier median by which the later one must differ. */
  change: 0.1,
} as const;

/** What a later sample shows beside an earlier one, of values that are better when they are smaller. */
export interface Difference {
  readonly what: "better" | "worse" | "none" | "too-few";
  /** Values of either sample. */
  readonly counts: readonly [number, number];
  /** Medians of either sample; undefined of nothing. */
  readonly medians: readonly [number | undefined, number | undefined];
  readonly p: number | undefined;
  readonly delta: number | undefined;
}

/**
 * Compares two samples. One is worse only where the test, the size of the effect and the change of the median all say
 * so: of long loads a test alone calls any trifle significant.
 */
export function differenceOf(before: readonly number[], after: readonly number[]): Difference {
  const test = mannWhitney(before, after);
  const medians = [median(before), median(after)] as const;
  const seen = { counts: [before.length, after.length], medians, p: test?.p, delta: test?.delta } as const;
  const { samples, p, delta, change } = DIFFERENCE_LIMITS;
  if (test === undefined || Math.min(before.length, after.length) < samples) return { what: "too-few", ...seen };
  const [from = 0, to = 0] = medians;
  const apart = test.p < p && Math.abs(test.delta) >= delta && Math.abs(to - from) > change * from;
  // Delta and median point the same way where both count; where they do not, nothing is shown.
  if (!apart || Math.sign(test.delta) !== Math.sign(to - from)) return { what: "none", ...seen };
  return { what: test.delta > 0 ? "worse" : "better", ...seen };
}
