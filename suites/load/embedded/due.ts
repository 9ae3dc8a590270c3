import { seededStream } from "../../../core/runtime/random.ts";
import { journeyAt, mixAt } from "../../../core/load/profile.ts";
import type { LoadProfile } from "../../../core/load/profile.ts";
import { arrivals } from "../schedule.ts";

/** An arrival that one generator makes. */
export interface Due {
  /** Milliseconds from the begin of the load. */
  readonly atMs: number;
  readonly journey: string;
}

export interface Share {
  readonly profile: LoadProfile;
  readonly seed: number;
  /** Each `of`-th arrival, from the `part`-th on. */
  readonly part: number;
  readonly of: number;
  /** Arrivals before this moment are left out. */
  readonly fromMs: number;
}

/**
 * The arrivals of one generator. Those of a load that went on for days before take a while to be left out, so the first
 * one is looked for at once.
 */
export function dueArrivals(share: Share): Generator<Due> {
  const all = every(share);
  return startingWith(all.next(), all);
}

function* every({ profile, seed, part, of, fromMs }: Share): Generator<Due> {
  const draws = seededStream(seed, "journeys");
  let index = 0;
  for (const atMs of arrivals(profile.phases, profile.pace, seededStream(seed, "arrivals"))) {
    // Every generator draws for every arrival, so that an arrival is the same whoever makes it.
    const draw = draws.below(1_000_000) / 1_000_000;
    if (index++ % of === part && atMs >= fromMs) yield { atMs, journey: journeyAt(mixAt(profile, atMs), draw) };
  }
}

function* startingWith(first: IteratorResult<Due, unknown>, rest: Generator<Due>): Generator<Due> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
