import type { Bilingual } from "../run/verdict.ts";

/** A stretch of a load: so many arrivals a second at its begin and at its end, and evenly more or fewer between. */
export interface Phase {
  readonly seconds: number;
  /** Arrivals a second. */
  readonly from: number;
  readonly to: number;
  /** Journeys with their shares meanwhile, where they are others than the profile's. */
  readonly mix?: Readonly<Record<string, number>>;
}

/** How arrivals are spread: evenly, or at random as those of many callers that know nothing of each other. */
export type Pace = "even" | "poisson";

/** A load as data: how many journeys begin when, and which. */
export interface LoadProfile {
  readonly name: string;
  readonly title: Bilingual;
  readonly pace: Pace;
  readonly phases: readonly Phase[];
  /** Journeys by name, with the share that each has of all arrivals. */
  readonly mix: Readonly<Record<string, number>>;
  /** Set where latency at the end is held against latency at the begin, in loads of this length at least. */
  readonly drift?: { readonly leastSeconds: number };
  /** Set where the first phase must be as the last one again, so long after the last one began. */
  readonly recovery?: { readonly withinSeconds: number };
  /** How often callers send again, under the same number, what no answer came to; default never. */
  readonly retries?: number;
  /** Whether the notifications of its orders are judged, too. */
  readonly told?: boolean;
  /** Of so many calls that the SUT is told to make, one answer is lost after its effect. */
  readonly losesEvery?: number;
}

/** Seconds from the first arrival to the end of the last phase. */
export const lengthOf = (phases: readonly Phase[]): number => phases.reduce((sum, { seconds }) => sum + seconds, 0);

/** Arrivals that the phases have room for: the area below the rate. */
export const arrivalsOf = (phases: readonly Phase[]): number =>
  phases.reduce((sum, { seconds, from, to }) => sum + (seconds * (from + to)) / 2, 0);

/** The profile at another rate (its highest one) or length; its shape stays. */
export function scaled(
  profile: LoadProfile,
  { rate, seconds }: { readonly rate?: number; readonly seconds?: number },
): LoadProfile {
  const highest = Math.max(...profile.phases.flatMap(({ from, to }) => [from, to]));
  const taller = rate === undefined ? 1 : rate / highest;
  const longer = seconds === undefined ? 1 : seconds / lengthOf(profile.phases);
  return {
    ...profile,
    phases: profile.phases.map((phase) => ({
      ...phase,
      seconds: phase.seconds * longer,
      from: phase.from * taller,
      to: phase.to * taller,
    })),
  };
}

/** The mix of arrivals at a moment, in milliseconds from the begin of the load. */
export function mixAt({ phases, mix }: Pick<LoadProfile, "phases" | "mix">, atMs: number): LoadProfile["mix"] {
  let endsMs = 0;
  for (const phase of phases) {
    endsMs += 1000 * phase.seconds;
    if (atMs < endsMs) return phase.mix ?? mix;
  }
  return phases.at(-1)?.mix ?? mix;
}

/** The journey of an arrival; `draw` is below 1. */
export function journeyAt(mix: LoadProfile["mix"], draw: number): string {
  const shares = Object.entries(mix);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  let left = draw * total;
  for (const [name, share] of shares) {
    left -= share;
    if (left < 0) return name;
  }
  return shares.at(-1)?.[0] ?? "";
}
