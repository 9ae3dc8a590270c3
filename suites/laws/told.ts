import type { Bilingual } from "../../core/run/verdict.ts";
import type { Breach, Law, ResourceSeen, ToldSeen } from "./history.ts";
import { finallyRefused, isResource } from "./sights.ts";
import { KINDS, STATES } from "./words.ts";

/** What a notification tells is what answers show: one end, one amount, one id, and no success of what was refused. */
export const toldIsTrue: Law = (history) => {
  const refused = finallyRefused(history);
  const shown = Map.groupBy(history.filter(isResource), (one) => JSON.stringify([one.kind, one.party, one.number]));
  return history.flatMap((told): readonly Breach[] => {
    if (told.kind !== "told") return [];
    const refusal = told.state === "succeeded" ? refused.get(`${told.party}\n${told.number}`) : undefined;
    if (refusal?.kind === "refusal" && refusal.of === told.of)
      return [
        {
          expected: {
            en: `${told.of} ${told.number}, which was refused, is not told as succeeded`,
            zh: `${KINDS[told.of]} ${told.number} 已被拒绝，不应通知为成功`,
          },
          seen: { en: "told as succeeded", zh: "通知为成功" },
          because: [refusal, told],
        },
      ];
    const other = (shown.get(JSON.stringify([told.of, told.party, told.number])) ?? []).find((one) =>
      contradicts(told, one),
    );
    return other === undefined
      ? []
      : [
          {
            expected: {
              en: `${told.of} ${told.number} is told as it is shown: ${shownOf(other).en}`,
              zh: `${KINDS[told.of]} ${told.number} 的通知与查询一致：${shownOf(other).zh}`,
            },
            seen: shownOf(told),
            because: [other, told],
          },
        ];
  });
};

const shownOf = ({ state, amount, id }: ToldSeen | ResourceSeen): Bilingual => ({
  en: `${state}, ${amount ?? "?"}, ${id ?? "?"}`,
  zh: `${STATES[state]}，${amount ?? "?"}，${id ?? "?"}`,
});

function contradicts(told: ToldSeen, shown: ResourceSeen): boolean {
  const differ = (a: number | string | undefined, b: number | string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  // A payout that succeeded may come back.
  const ends = [told.state, shown.state];
  const cameBack = told.of === "payout" && ends.includes("succeeded") && ends.includes("returned");
  const otherEnd = told.state !== shown.state && !ends.includes("open") && !cameBack;
  return otherEnd || differ(told.amount, shown.amount) || differ(told.id, shown.id);
}
