import type { Breach, Law, ResourceSeen, ToldSeen } from "./history.ts";
import { finallyRefused, isResource } from "./sights.ts";

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
          expected: `${told.of} ${told.number}, which was refused, is not told as succeeded`,
          seen: "told as succeeded",
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
            expected: `${told.of} ${told.number} is told as it is shown: ${other.state}, ${other.amount ?? "?"}, ${other.id ?? "?"}`,
            seen: `${told.state}, ${told.amount ?? "?"}, ${told.id ?? "?"}`,
            because: [other, told],
          },
        ];
  });
};

function contradicts(told: ToldSeen, shown: ResourceSeen): boolean {
  const differ = (a: number | string | undefined, b: number | string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  // A payout that succeeded may come back.
  const ends = [told.state, shown.state];
  const cameBack = told.of === "payout" && ends.includes("succeeded") && ends.includes("returned");
  const otherEnd = told.state !== shown.state && !ends.includes("open") && !cameBack;
  return otherEnd || differ(told.amount, shown.amount) || differ(told.id, shown.id);
}
