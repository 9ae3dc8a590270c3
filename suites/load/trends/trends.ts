import type { LoadProfile } from "../../../core/load/profile.ts";
import type { LoadCompanion } from "../companion.ts";
import { drift } from "./drift.ts";
import { recovery } from "./recovery.ts";
import { Trend } from "./trend.ts";
import type { TrendRule } from "./trend.ts";

/** What a profile asks to be judged of its time, beside its levels. */
export const trendRulesOf = (profile: LoadProfile): readonly TrendRule[] => [
  ...(profile.drift === undefined ? [] : [drift]),
  ...(profile.recovery === undefined ? [] : [recovery]),
];

/** The same as companions of a load. */
export const trendsOf = (profile: LoadProfile): readonly LoadCompanion[] =>
  trendRulesOf(profile).map(({ rule, judge }) => ({
    rules: [rule],
    start: ({ head }) => {
      const trend = new Trend(head.intervalSeconds);
      return {
        interval: (interval) => trend.take(interval),
        judge: () => Promise.resolve([[rule, judge(head, trend)]]),
      };
    },
  }));
