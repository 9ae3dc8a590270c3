/** What the test of two samples found. */
export interface RankTest {
  /** Of the first sample: pairs in which its value is the larger one, ties as half. */
  readonly u: number;
  /** Two-sided, by the normal approximation with corrections for ties and continuity; fit for some ten values a side. */
  readonly p: number;
  /** Cliff's delta, -1 to 1: positive where values of the second sample are the larger ones. */
  readonly delta: number;
}

/** Mann-Whitney test with Cliff's delta as the size of its effect. Undefined where a sample is empty. */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest | undefined {
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) return undefined;
  const all = [...first.map((value) => ({ value, own: true })), ...second.map((value) => ({ value, own: false }))];
  all.sort((one, other) => one.value - other.value);
  let ranks = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const same = to - from;
    const rank = (from + 1 + to) / 2;
    ranks += rank * all.slice(from, to).filter(({ own }) => own).length;
    ties += same ** 3 - same;
    from = to;
  }
  const u = ranks - (m * (m + 1)) / 2;
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return { u, p: variance <= 0 ? 1 : twoSided(distance / Math.sqrt(variance)), delta: 1 - (2 * u) / (m * n) };
}

/** Chance of a standard normal value at least so far from 0, on either side. */
const twoSided = (z: number): number => complementOfErf(z / Math.SQRT2);

/**
 * The complementary error function of a value that is not negative: its Maclaurin series where that converges fast, its
 * continued fraction elsewhere (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
function complementOfErf(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 60; k += 1) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return Math.max(0, 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum);
  }
  let fraction = x;
  for (let k = 60; k >= 1; k -= 1) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** The middle value, or the mean of the two middle ones; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
