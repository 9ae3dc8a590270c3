import type { BalanceSeen, History, Law, ResourceSeen } from "./history.ts";

/** Refunds that were accepted and did not fail never exceed the payment, nor does what the SUT says was refunded. */
export const refundsNeverExceedPayment: Law = (history) => {
  const payments = latest(history, "payment");
  const refunds = [...latest(history, "refund").values()].filter((one) => one.state === "open" || one.state === "succeeded");
  return [...payments.values()].flatMap((payment) => {
    if (payment.amount === undefined) return [];
    const of = refunds.filter((one) => one.payment === payment.number && one.party === payment.party);
    const sum = of.reduce((total, one) => total + (one.amount ?? 0), 0);
    const most = Math.max(sum, payment.refunded ?? 0);
    return most <= payment.amount ? [] : [{ expected: `at most ${payment.amount} refunded of payment ${payment.number}`, seen: `${most} in ${of.length} refunds`, because: [payment, ...of] }];
  });
};

/** What was seen in a final state is never seen in another; a succeeded payout may come back. */
export const finalStaysFinal: Law = (history) =>
  grouped(history).flatMap((sights) => {
    for (const [index, before] of sights.entries()) {
      const after = sights.slice(index + 1).find((one) => before.state !== "open" && one.state !== before.state && !(one.kind === "payout" && before.state === "succeeded" && one.state === "returned"));
      if (after !== undefined) return [{ expected: `${before.kind} ${before.number} stays ${before.state}`, seen: after.state, because: [before, after] }];
    }
    return [];
  });

/** One number stands for one thing: never two ids, never two amounts. */
export const oneEffectANumber: Law = (history) =>
  grouped(history).flatMap((sights) => {
    const first = sights[0];
    if (first === undefined) return [];
    const other = sights.find((one) => (one.id !== undefined && first.id !== undefined && one.id !== first.id) || (one.amount !== undefined && first.amount !== undefined && one.amount !== first.amount));
    return other === undefined ? [] : [{ expected: `one ${first.kind} under ${first.number}`, seen: `${first.id ?? "?"} of ${first.amount ?? "?"} and ${other.id ?? "?"} of ${other.amount ?? "?"}`, because: [first, other] }];
  });

/** No balance that a caller can see is below zero. */
export const noNegativeBalance: Law = (history) =>
  history.flatMap((one) => (one.kind === "balance" && one.available < 0 ? [{ expected: `account ${one.account}: available at least 0`, seen: String(one.available), because: [one satisfies BalanceSeen] }] : []));

function grouped(history: History): readonly (readonly ResourceSeen[])[] {
  const groups = new Map<string, ResourceSeen[]>();
  for (const one of history) {
    if (one.kind === "balance") continue;
    const key = JSON.stringify([one.kind, one.party, one.number]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** The last sight of each number. */
function latest(history: History, kind: ResourceSeen["kind"]): ReadonlyMap<string, ResourceSeen> {
  return new Map(history.flatMap((one) => (one.kind === kind ? [[JSON.stringify([one.party, one.number]), one] as const] : [])));
}
