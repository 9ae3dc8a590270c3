import { sayings } from "../../../core/text/alike.ts";
import { DIFFERENCE_LIMITS } from "../../../core/load/difference.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import type { Judged } from "../judge-load.ts";
import type { LoadRule } from "../rules.ts";
import { saysEnough, worseIn } from "./trend.ts";
import type { Trend, TrendRule } from "./trend.ts";

const DRIFT_RULE: LoadRule = {
  check: "load.drift",
  requirement: "STB-16",
  title: { en: "Latency is at the end what it was at the begin", zh: "时延自始至终没有变差" },
  faults: [],
};

/** Judges whether the last third of a load is slower than its first. */
export function judgeDrift({ profile, intervalSeconds }: LoadHead, trend: Trend): Judged {
  const seconds = lengthOf(profile.phases);
  const third = seconds / 3;
  const least = Math.max(profile.drift?.leastSeconds ?? 0, 3 * DIFFERENCE_LIMITS.samples * intervalSeconds);
  if (seconds < least)
    return {
      verdict: "inconclusive",
      reason: {
        en: `${seconds} s are too short to tell a drift; ${least} s would be enough`,
        zh: `${seconds} 秒不足以判断时延是否变差，至少需要 ${least} 秒`,
      },
    };
  const differences = trend.differences({ from: 0, to: third }, { from: seconds - third, to: seconds });
  const worse = worseIn(differences);
  if (worse.length > 0)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `calls take longer in the last third of ${seconds} s than in the first`,
          zh: `${seconds} 秒负载中，后三分之一的调用比前三分之一更慢`,
        },
        expected: {
          en: "the last third as fast as the first, by the 95th percentiles of its intervals",
          zh: "以各统计时段的 95 分位计，后三分之一不慢于前三分之一",
        },
        seen: sayings(worse),
      },
    };
  return saysEnough(differences)
    ? { verdict: "pass" }
    : {
        verdict: "inconclusive",
        reason: {
          en: "hardly an interval of the first or the last third had an answer",
          zh: "前三分之一或后三分之一中，有应答的时段过少",
        },
      };
}

export const drift: TrendRule = { rule: DRIFT_RULE, judge: judgeDrift };
