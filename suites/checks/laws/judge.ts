import type { Breach } from "../../laws/history.ts";
import type { Session } from "../../session.ts";

/** Ends a check as a fail where a law was broken: with the observations that break it. */
export function judge(session: Session, [breach, ...more]: readonly Breach[]): void {
  session.judged();
  if (breach === undefined) return;
  session.fail({
    summary: {
      en: `a law was broken${more.length > 0 ? `, and ${more.length} times more` : ""}: ${breach.expected.en}`,
      zh: `违反不变量${more.length > 0 ? `，另有 ${more.length} 处` : ""}：${breach.expected.zh}`,
    },
    expected: breach.expected,
    seen: breach.seen,
    minimal: {
      description: { en: "the observations that break it", zh: "违反不变量的观察记录" },
      value: breach.because,
    },
    evidence: [],
  });
}
