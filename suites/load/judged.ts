import type { CheckFinished } from "../../core/run/event.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "../outcome.ts";

/** What was found of a rule, without what every event of a check has. */
export type Judged = Pick<CheckFinished, "verdict" | "reason" | "skipCause"> & {
  readonly finding?: { readonly summary: Bilingual; readonly expected: Bilingual; readonly seen: Bilingual };
};

/** What the early end of a reading says. Anything else that is thrown is an error of the harness. */
export function judgedOf(thrown: unknown): Judged {
  if (thrown instanceof CheckFailed) {
    const { summary, expected, seen } = thrown.failure;
    return { verdict: "fail", reason: summary, finding: { summary, expected, seen } };
  }
  if (thrown instanceof CheckInconclusive) return { verdict: "inconclusive", reason: thrown.reason };
  if (thrown instanceof CheckSkipped) return { verdict: "skipped", reason: thrown.reason, skipCause: thrown.skipCause };
  if (thrown instanceof TransportFailure)
    return {
      verdict: "inconclusive",
      reason: {
        en: `the SUT or its hooks did not answer: ${thrown.message}`,
        zh: `被测系统或其控制钩子无应答：${thrown.message}`,
      },
    };
  throw thrown;
}
