/*
 * Trials are many, and each takes seconds. `npm test` holds a part of them, of each day another, so that a few days hold
 * all; `npm run trials` holds all at once.
 */

/** Names the sample: a date such as 2026-11-30, a whole number, or `all`. Without it, today's. */
export const SEED_VARIABLE = "LIANTIAO_TRIALS_SEED";

/** How many seeds each conforming variant is judged with. Without it, one. */
export const SEEDS_VARIABLE = "LIANTIAO_TRIALS_SEEDS";

/** The seed of a trial that is judged once. */
const ONE = 7;

/** The seeds that conforming variants are judged with: that of every day, and the next ones where more are asked for. */
export function seeds(wanted = process.env[SEEDS_VARIABLE] ?? "1"): readonly number[] {
  const count = Number(wanted);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw new Error(`${SEEDS_VARIABLE} is ${JSON.stringify(wanted)}. It takes a whole number from 1 to 1000.`);
  return Array.from({ length: count }, (_, index) => ONE + index);
}

/** The seed that takes every item. */
export const ALL = "all";

const DAY_MS = 86_400_000;

/** The seed of a moment: its date, in UTC. */
export const seedOf = (moment: Date): string => moment.toISOString().slice(0, 10);

export interface Sample<Item> {
  readonly items: readonly Item[];
  /** What a reader of the results must know: `30 of 240, seed 2026-11-30; all: npm run trials`. */
  readonly note: string;
}

/**
 * Draws one in `days` of the items. Seeds that follow each other draw different ones, and `days` of them draw all. Each
 * stratum is drawn from evenly: two samples differ by one item of it at most.
 */
export function sampled<Item>(
  items: readonly Item[],
  days: number,
  stratumOf: (item: Item) => string,
  seed = process.env[SEED_VARIABLE] ?? seedOf(new Date()),
): Sample<Item> {
  const slot = slotOf(seed, days);
  const sorted = [...Map.groupBy(items, stratumOf).values()].flat();
  const drawn = new Set(slot === undefined ? items : sorted.filter((_item, index) => index % days === slot));
  return {
    items: items.filter((item) => drawn.has(item)),
    note: `${drawn.size} of ${items.length}, seed ${seed}${slot === undefined ? "" : "; all: npm run trials"}`,
  };
}

/** Which of `days` parts a seed stands for; none for all of them. */
function slotOf(seed: string, days: number): number | undefined {
  const number = numberOf(seed);
  return number === undefined ? undefined : number % days;
}

/** A seed as a number, of which the next day has the next one; none where it takes every item. */
export function numberOf(seed = process.env[SEED_VARIABLE] ?? seedOf(new Date())): number | undefined {
  if (seed === ALL) return undefined;
  const date = /^\d{4}-\d\d-\d\d$/u.test(seed) ? Date.parse(seed) / DAY_MS : Number.NaN;
  const number = /^\d{1,9}$/u.test(seed) ? Number(seed) : date;
  if (Number.isNaN(number))
    throw new Error(
      `${SEED_VARIABLE} is ${JSON.stringify(seed)}. It takes a date such as 2026-11-30, a whole number, or ${ALL}; ` +
        "without it the date of today is the seed.",
    );
  return number;
}
