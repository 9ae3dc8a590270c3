import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check } from "../../check.ts";
import { historyOf } from "../../data/history.ts";
import type { Law, Observation } from "../../laws/history.ts";
import { finalStaysFinal, noNegativeBalance, oneEffectANumber, refundsNeverExceedPayment } from "../../laws/laws.ts";

export const LAWS: readonly Check[] = [
  overHistory("laws.refunds-within-payment", "LAW-01", { en: "Refunds never exceed the payment, in the whole run", zh: "全程退款之和不超过原支付" }, refundsNeverExceedPayment, "payment"),
  overHistory("laws.final-stays-final", "LAW-02", { en: "Final stays final, in the whole run", zh: "全程终态不变" }, finalStaysFinal, "payment"),
  overHistory("laws.one-effect-a-number", "LAW-03", { en: "One number, one effect, in the whole run", zh: "全程一号一效" }, oneEffectANumber, "payment"),
  overHistory("laws.no-negative-balance", "LAW-06", { en: "No balance was negative, in the whole run", zh: "全程余额不为负" }, noNegativeBalance, "balance"),
];

/** A law held against all that the run saw; inconclusive when it saw nothing the law speaks of. */
function overHistory(id: string, requirement: string, title: Bilingual, law: Law, about: Observation["kind"]): Check {
  return {
    id, requirement, title, effort: "smoke", when: "end", roles: ["bank"],
    async run(session) {
      const history = historyOf(session.run);
      if (!history.some((one) => one.kind === about)) session.inconclusive(`the run saw no ${about}`, `运行中未观察到 ${about}`);
      const [breach, ...more] = law(history);
      if (breach === undefined) return session.judged();
      return session.fail({ summary: { en: `a law was broken${more.length > 0 ? `, and ${more.length} times more` : ""}: ${breach.expected}`, zh: `违反不变量${more.length > 0 ? `，另有 ${more.length} 处` : ""}：${breach.expected}` }, expected: breach.expected, seen: breach.seen, minimal: { description: "the observations that break it", value: breach.because }, evidence: [] });
    },
  };
}
