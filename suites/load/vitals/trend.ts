/** A reading: when, in seconds, and how much. */
export interface Reading {
  readonly second: number;
  readonly value: number;
}

/** The least of each window of so many seconds: what is held while nothing is under way. */
export function windowMinima(readings: readonly Reading[], windowSeconds: number): readonly Reading[] {
  const minima = new Map<number, Reading>();
  for (const one of readings) {
    const window = Math.floor(one.second / windowSeconds);
    const least = minima.get(window);
    if (least === undefined || one.value < least.value) minima.set(window, one);
  }
  return [...minima].toSorted(([one], [other]) => one - other).map(([, reading]) => reading);
}

/**
 * The Theil-Sen slope a second: the median of the slopes of all pairs, which a few odd readings do not move. Undefined
 * for less than two moments. Of n readings it looks at n(n-1)/2 pairs.
 */
export function theilSenSlope(readings: readonly Reading[]): number | undefined {
  const slopes: number[] = [];
  for (const [index, one] of readings.entries())
    for (const other of readings.slice(index + 1))
      if (other.second !== one.second) slopes.push((other.value - one.value) / (other.second - one.second));
  return median(slopes);
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
