import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { Pace, Phase } from "../../core/load/profile.ts";

/** Resolution of a drawn share. */
const STEPS = 2 ** 31;

/**
 * The moments of all arrivals of a load in milliseconds from its begin, ascending. An open model: an arrival does not
 * wait for what became of the one before, as customers do not. The same phases and stream give the same moments.
 */
export function* arrivals(phases: readonly Phase[], pace: Pace, random: RandomStream): Generator<number> {
  /** Arrivals until here, counted as the area below the rate. */
  let wanted = 0;
  let before = 0;
  let beganMs = 0;
  const next = (): number => (pace === "even" ? 1 : -Math.log((random.below(STEPS) + 1) / (STEPS + 1)));
  wanted = pace === "even" ? 0.5 : next();
  for (const phase of phases) {
    const room = (phase.seconds * (phase.from + phase.to)) / 2;
    while (wanted < before + room) {
      yield beganMs + 1000 * secondsTo(phase, wanted - before);
      wanted += next();
    }
    before += room;
    beganMs += 1000 * phase.seconds;
  }
}

/** Seconds into a phase until so many have arrived: where the area below its rate is that large. */
function secondsTo({ seconds, from, to }: Phase, area: number): number {
  const slope = (to - from) / seconds;
  if (Math.abs(slope) < 1e-12) return area / from;
  // The root of slope/2 * t^2 + from * t = area that lies in the phase, in the form that stays exact for small slopes.
  return (2 * area) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * area)));
}
