import { counted } from "./level.ts";
import type { Counted, Level, Tally } from "./level.ts";

/** Two windows of time, and how fast both must burn the error budget for an alert. */
interface BurnWindows {
  /** Times the speed that uses up the budget exactly by the end of its period. */
  readonly factor: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
}

/**
 * The windows that pages and tickets are opened by (Site Reliability Workbook, chapter 5, "multiwindow, multi-burn-rate
 * alerts"; Sloth generates the same). The long one shows that it matters, the short one that it still goes on.
 */
const BURN_WINDOWS: readonly BurnWindows[] = [
  { factor: 14.4, longSeconds: 3_600, shortSeconds: 300 },
  { factor: 6, longSeconds: 21_600, shortSeconds: 1_800 },
  { factor: 1, longSeconds: 259_200, shortSeconds: 21_600 },
];

const LONGEST_SECONDS = Math.max(...BURN_WINDOWS.map(({ longSeconds }) => longSeconds));

/** Alerts of a pair that are told one by one; a level that flaps for days has more. */
const MOST_ALERTS = 20;

/** A stretch of a load in which an alert stood. */
export interface BurnAlert {
  /** Seconds from the begin of the load to the moment at which it fires. */
  readonly atSecond: number;
  /** How long both windows burned. */
  readonly forSeconds: number;
  /** The highest speed of the long window meanwhile. */
  readonly highest: number;
}

/** What one pair of windows showed. */
export interface BurnPair {
  readonly factor: number;
  /** As they were looked at: scaled, in whole intervals. */
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** False where the load is too short for the short window, or had ended before the long one was over. */
  readonly looked: boolean;
  /** The first ones. */
  readonly alerts: readonly BurnAlert[];
  readonly alertCount: number;
}

/** How fast a level used its error budget. */
export interface LevelBurn {
  /** The share of their length that the windows have in this load: 1 where it lasts as long as the longest. */
  readonly scale: number;
  /** The fastest first. */
  readonly pairs: readonly BurnPair[];
}

/**
 * Looks at each interval of a load for alerts. All windows are scaled by one factor so that the longest is no longer
 * than the load; a window is looked at when it is full. A window without a call burns nothing.
 */
export function burnOf(level: Level, tallies: readonly (Tally | undefined)[], intervalSeconds: number): LevelBurn {
  const scale = Math.min(1, (tallies.length * intervalSeconds) / LONGEST_SECONDS);
  const budget = counted(level, tallies, intervalSeconds);
  const speed = speedOf(level, budget);
  return { scale, pairs: BURN_WINDOWS.map((windows) => pairOf(windows, scale, budget, speed)) };
}

/** The speed at which so many tallies before a moment burn the budget. */
type Speed = (end: number, length: number) => number;

function speedOf({ target }: Level, { tallies }: Counted): Speed {
  /** Sums of all tallies ahead of each. */
  const total = [0];
  const bad = [0];
  for (const [index, tally] of Array.from(tallies).entries()) {
    total.push((total[index] ?? 0) + (tally?.total ?? 0));
    bad.push((bad[index] ?? 0) + (tally === undefined ? 0 : tally.total - tally.good));
  }
  const within = (sums: readonly number[], end: number, length: number): number =>
    (sums[end] ?? 0) - (sums[end - length] ?? 0);
  return (end, length) => {
    const calls = within(total, end, length);
    return calls === 0 ? 0 : within(bad, end, length) / calls / (1 - target);
  };
}

function pairOf(
  { factor, longSeconds, shortSeconds }: BurnWindows,
  scale: number,
  { tallies, seconds }: Counted,
  speed: Speed,
): BurnPair {
  const [long, short] = [longSeconds, shortSeconds].map((each) => Math.round((each * scale) / seconds));
  if (long === undefined || short === undefined || short < 1 || long > tallies.length)
    return {
      factor,
      longSeconds: longSeconds * scale,
      shortSeconds: shortSeconds * scale,
      looked: false,
      alerts: [],
      alertCount: 0,
    };
  // A share that meets its target exactly burns at 1 but for rounding.
  const limit = factor + 1e-9;
  const alerts: BurnAlert[] = [];
  let alertCount = 0;
  let open: BurnAlert | undefined;
  // One step beyond the end closes an alert that still stands.
  for (let end = long; end <= tallies.length + 1; end += 1) {
    const burning = end > tallies.length ? 0 : Math.min(speed(end, long), speed(end, short));
    if (burning > limit)
      open = {
        atSecond: open?.atSecond ?? end * seconds,
        forSeconds: (open?.forSeconds ?? 0) + seconds,
        highest: Math.max(open?.highest ?? 0, speed(end, long)),
      };
    else if (open !== undefined) {
      if (alerts.length < MOST_ALERTS) alerts.push(open);
      alertCount += 1;
      open = undefined;
    }
  }
  return { factor, longSeconds: long * seconds, shortSeconds: short * seconds, looked: true, alerts, alertCount };
}

/** Whether any alert would have fired. */
export const hasBurned = ({ pairs }: LevelBurn): boolean => pairs.some(({ alertCount }) => alertCount > 0);
