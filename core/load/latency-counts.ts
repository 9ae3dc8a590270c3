/** Parts of each doubling of a latency: a value is told to within 0.4 %. */
const PARTS = 128;

/** Latencies as pairs of a value in microseconds and how often it was seen, one after another, ascending by value. */
export type LatencyCounts = readonly number[];

/** The middle of the part of a doubling that a latency lies in, in microseconds. */
export function partOf(ms: number): number {
  const us = Math.min(3_600_000_000, Math.max(1, ms * 1000));
  const doubling = 2 ** Math.floor(Math.log2(us));
  const width = doubling / PARTS;
  return Math.max(1, Math.round(doubling + (Math.floor((us - doubling) / width) + 0.5) * width));
}

/** Counts latencies; what it holds is bounded by the parts that there are. */
export class LatencyTally {
  readonly #counts = new Map<number, number>();

  take(ms: number): void {
    const part = partOf(ms);
    this.#counts.set(part, (this.#counts.get(part) ?? 0) + 1);
  }

  add(counts: LatencyCounts): void {
    for (const [value, count] of pairs(counts)) this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
  }

  counts(): LatencyCounts {
    return [...this.#counts].toSorted(([one], [other]) => one - other).flat();
  }
}

/** The counts of several tallies as those of one. */
export function addedCounts(all: Iterable<LatencyCounts>): LatencyCounts {
  const tally = new LatencyTally();
  for (const counts of all) tally.add(counts);
  return tally.counts();
}

/** How many latencies were counted. */
export function countOf(counts: LatencyCounts): number {
  let sum = 0;
  for (const [, count] of pairs(counts)) sum += count;
  return sum;
}

/** The latency in milliseconds that a share of calls did not exceed; undefined without a call. */
export function percentileOf(counts: LatencyCounts, percent: number): number | undefined {
  const wanted = Math.max(1, Math.ceil((countOf(counts) * percent) / 100));
  let seen = 0;
  for (const [value, count] of pairs(counts)) {
    seen += count;
    if (seen >= wanted) return value / 1000;
  }
  return undefined;
}

/** Value in microseconds and count, one after another. */
function* pairs(counts: LatencyCounts): Generator<readonly [number, number]> {
  for (let index = 0; index + 1 < counts.length; index += 2) yield [counts[index] ?? 0, counts[index + 1] ?? 0];
}
