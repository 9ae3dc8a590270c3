import type { Phase } from "../../../core/load/profile.ts";

/** A business day as shares of its length, with the share of the highest rate at which each part begins and ends. */
const DAY: readonly (readonly [share: number, from: number, to: number])[] = [
  [0.2, 0.3, 0.3],
  [0.1, 0.3, 1],
  [0.2, 1, 1],
  [0.1, 1, 0.3],
  [0.4, 0.3, 0.3],
];

/** Moments of a day as shares of its real length. */
export const DAY_MOMENTS = {
  /** The clock moves to shortly ahead of the cut-over, which passes in real time. */
  evening: 0.75,
  /** How long ahead of the cut-over that is. */
  beforeCutover: 0.1,
  /** The clock moves to where the bill of the day is ready; planned work is done. */
  night: 0.95,
} as const;

/** So many business days, each with its peak. `seconds` is the real length of all, `rate` that of the peak. */
export function dayPhases(days: number, seconds: number, rate: number): readonly Phase[] {
  const day = DAY.map(([share, from, to]) => ({
    seconds: (share * seconds) / days,
    from: from * rate,
    to: to * rate,
  }));
  return Array.from({ length: days }, () => day).flat();
}
