import { sayings } from "../../../core/text/alike.ts";
import { DIFFERENCE_LIMITS } from "../../../core/load/difference.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import type { Judged } from "../judge-load.ts";
import type { LoadRule } from "../rules.ts";
import { saysEnough, worseIn } from "./trend.ts";
import type { Calls, Trend, TrendRule } from "./trend.ts";

const RECOVERY_RULE: LoadRule = {
  check: "load.recovery",
  requirement: "STB-17",
  title: { en: "After an overload calls are soon as before it", zh: "过载解除后很快恢复如初" },
  faults: [],
};

/** Calls without an agreed answer that a recovered system may have; a project default, not a quotation. */
const MOST_BAD = 0.01;

/** Judges whether a SUT is what it was before an overload, in time after the load went back. */
export function judgeRecovery(
  { profile: { phases, recovery: asked }, intervalSeconds }: LoadHead,
  trend: Trend,
): Judged {
  const within = asked?.withinSeconds ?? 0;
  const seconds = lengthOf(phases);
  const [first, last] = [phases[0]?.seconds ?? 0, phases.at(-1)?.seconds ?? 0];
  const least = DIFFERENCE_LIMITS.samples * intervalSeconds;
  if (first < least || last - within < least) return tooShort({ first, last, within, least });
  const [before, after] = [
    { from: 0, to: first },
    { from: seconds - last + within, to: seconds },
  ] as const;
  const [usual, now] = [trend.calls(before), trend.calls(after)];
  const differences = trend.differences(before, after);
  const bad = shareOf(now) > Math.max(MOST_BAD, shareOf(usual));
  const worse = [
    ...worseIn(differences),
    ...(bad
      ? [
          {
            en: `${now.bad} of ${now.all} calls without an agreed answer`,
            zh: `${now.all} 次调用中有 ${now.bad} 次未得到约定的应答`,
          },
        ]
      : []),
  ];
  if (worse.length > 0)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `${within} s after the overload calls are still not what they were before it`,
          zh: `过载解除 ${within} 秒后，调用仍未恢复到过载之前的水平`,
        },
        expected: {
          en: `within ${within} s of the release, calls as before the overload`,
          zh: `解除后 ${within} 秒内，调用恢复到过载之前的水平`,
        },
        seen: sayings(worse),
      },
    };
  return saysEnough(differences)
    ? { verdict: "pass" }
    : {
        verdict: "inconclusive",
        reason: {
          en: "hardly an interval before the overload or after it had an answer",
          zh: "过载之前或之后，有应答的时段过少",
        },
      };
}

const shareOf = ({ all, bad }: Calls): number => (all === 0 ? 0 : bad / all);

function tooShort(of: {
  readonly first: number;
  readonly last: number;
  readonly within: number;
  readonly least: number;
}): Judged {
  const { first, last, within, least } = of;
  return {
    verdict: "inconclusive",
    reason: {
      en: `too short to tell: ${first} s before the overload and ${last} s after it, where ${least} s and ${within + least} s would be enough`,
      zh: `时长不足以判断：过载前 ${first} 秒、解除后 ${last} 秒，至少需要 ${least} 秒与 ${within + least} 秒`,
    },
  };
}

export const recovery: TrendRule = { rule: RECOVERY_RULE, judge: judgeRecovery };
