import { alike } from "../../core/text/alike.ts";
import type { BillSeen, Breach, History, Law, ResourceKind, ResourceSeen, StatementSeen } from "./history.ts";
import { accountOf, entriesOf, finallyRefused, isResource, only } from "./sights.ts";
import { DIRECTIONS, KINDS, STATES } from "./words.ts";

/** Refunds that were accepted and did not fail never exceed the payment, nor does what the SUT says was refunded. */
export const refundsNeverExceedPayment: Law = (history) => {
  const payments = latest(history, "payment");
  const refunds = [...latest(history, "refund").values()].filter(
    (one) => one.state === "open" || one.state === "succeeded",
  );
  const refunded = new Map<string, number>();
  for (const one of history)
    if (one.kind === "payment" && one.refunded !== undefined)
      refunded.set(numberOf(one), Math.max(one.refunded, refunded.get(numberOf(one)) ?? 0));
  return [...payments.values()].flatMap((payment) => {
    if (payment.amount === undefined) return [];
    const of = refunds.filter((one) => one.payment === payment.number && one.party === payment.party);
    const sum = of.reduce((total, one) => total + (one.amount ?? 0), 0);
    const most = Math.max(sum, refunded.get(numberOf(payment)) ?? 0);
    return most <= payment.amount
      ? []
      : [
          {
            expected: {
              en: `at most ${payment.amount} refunded of payment ${payment.number}`,
              zh: `支付 ${payment.number} 至多退款 ${payment.amount}`,
            },
            seen: { en: `${most} in ${of.length} refunds`, zh: `${of.length} 笔退款共 ${most}` },
            because: [payment, ...of],
          },
        ];
  });
};

/** Whatever says how much was given back says no more than there was. */
export const givenBackWithinAmount: Law = (history) =>
  history.flatMap((one) =>
    isResource(one) && one.refunded !== undefined && one.amount !== undefined && one.refunded > one.amount
      ? [
          {
            expected: {
              en: `at most ${one.amount} given back of ${one.kind} ${one.number}`,
              zh: `${KINDS[one.kind]} ${one.number} 至多退回 ${one.amount}`,
            },
            seen: alike(String(one.refunded)),
            because: [one],
          },
        ]
      : [],
  );

/** What was seen in a final state is never seen in another; a succeeded payout may come back. */
export const finalStaysFinal: Law = (history) =>
  grouped(history).flatMap((sights) => {
    for (const [index, before] of sights.entries()) {
      if (before.state === "open") continue;
      const after = sights.slice(index + 1).find((one) => {
        // What began before the other was answered may have been true then.
        if (one.state === before.state || began(one) < before.at) return false;
        if (one.kind === "payout" && before.state === "succeeded" && one.state === "returned") return false;
        // A call that is repeated may be given its first answer again.
        return one.state !== "open" || one.queried === true;
      });
      if (after !== undefined)
        return [
          {
            expected: {
              en: `${before.kind} ${before.number} stays ${before.state}`,
              zh: `${KINDS[before.kind]} ${before.number} 的状态保持${STATES[before.state]}`,
            },
            seen: { en: after.state, zh: STATES[after.state] },
            because: [before, after],
          },
        ];
    }
    return [];
  });

/** One number stands for one thing: never two ids, never two amounts, and on the books never two transfers of one type. */
export const oneEffectANumber: Law = (history) => [
  ...grouped(history).flatMap((sights) => {
    const first = sights.find((one) => one.id !== undefined) ?? sights[0];
    if (first === undefined) return [];
    const other = sights.find(
      (one) =>
        (one.id !== undefined && first.id !== undefined && one.id !== first.id) ||
        (one.amount !== undefined && first.amount !== undefined && one.amount !== first.amount),
    );
    return other === undefined
      ? []
      : [
          {
            expected: {
              en: `one ${first.kind} under ${first.number}`,
              zh: `${first.number} 之下只有一笔${KINDS[first.kind]}`,
            },
            seen: {
              en: `${first.id ?? "?"} of ${first.amount ?? "?"} and ${other.id ?? "?"} of ${other.amount ?? "?"}`,
              zh: `${first.id ?? "?"}（金额 ${first.amount ?? "?"}）与 ${other.id ?? "?"}（金额 ${other.amount ?? "?"}）`,
            },
            because: [first, other],
          },
        ];
  }),
  ...twiceOnTheBooks(history),
];

function twiceOnTheBooks(history: History): readonly Breach[] {
  // What else stands on an account (interest, charges) may repeat its reference; numbers of this run may not.
  const known = new Map(
    history.flatMap((one) => (isResource(one) ? [[`${one.party}\n${one.number}`, one] as const] : [])),
  );
  const transfers = new Map<string, { readonly transfer: string; readonly source: StatementSeen | BillSeen }>();
  const breaches = new Map<string, Breach>();
  for (const source of history) {
    if (source.kind !== "statement" && source.kind !== "bill") continue;
    for (const entry of entriesOf(source)) {
      const resource = known.get(`${source.party}\n${entry.reference}`);
      if (resource === undefined) continue;
      const effect = JSON.stringify([source.party, accountOf(source), entry.reference, entry.type, entry.direction]);
      const first = transfers.get(effect) ?? { transfer: entry.transfer, source };
      transfers.set(effect, first);
      if (first.transfer === entry.transfer || breaches.has(effect)) continue;
      breaches.set(effect, {
        expected: {
          en: `${entry.reference} is booked once as ${entry.type} on ${accountOf(source)}`,
          zh: `${entry.reference} 在账户 ${accountOf(source)} 上只记一次 ${entry.type}`,
        },
        seen: {
          en: `transfers ${first.transfer} and ${entry.transfer}`,
          zh: `转账 ${first.transfer} 与 ${entry.transfer}`,
        },
        because: [resource, only(first.source, entry.reference), only(source, entry.reference)],
      });
    }
  }
  return [...breaches.values()];
}

/** No balance that a caller can see is below zero. */
export const noNegativeBalance: Law = (history) =>
  history.flatMap((one): readonly Breach[] => {
    if (one.kind === "balance" && (one.available < 0 || (one.posted ?? 0) < 0))
      return [
        {
          expected: {
            en: `account ${one.account}: available and posted at least 0`,
            zh: `账户 ${one.account} 的可用余额与账面余额均不为负`,
          },
          seen: {
            en: `${one.available} available, ${one.posted ?? "?"} posted`,
            zh: `可用 ${one.available}，账面 ${one.posted ?? "?"}`,
          },
          because: [one],
        },
      ];
    const entry =
      one.kind === "statement" || one.kind === "bill"
        ? entriesOf(one).find((each) => (each.balanceAfter ?? 0) < 0)
        : undefined;
    return entry === undefined
      ? []
      : [
          {
            expected: {
              en: `account ${accountOf(one as StatementSeen | BillSeen)}: no balance below 0 after any entry`,
              zh: `账户 ${accountOf(one as StatementSeen | BillSeen)} 每条明细之后余额均不为负`,
            },
            seen: {
              en: `${entry.balanceAfter} after ${entry.type} ${entry.reference}`,
              zh: `${entry.type} ${entry.reference} 之后为 ${entry.balanceAfter}`,
            },
            because: [only(one as StatementSeen | BillSeen, entry.reference)],
          },
        ];
  });

/** What an answer acknowledged is found by every query that began after it. */
export const acknowledgedStays: Law = (history) =>
  history.flatMap((absent, index) => {
    if (absent.kind !== "absent") return [];
    const known = history
      .slice(0, index)
      .find(
        (one) =>
          isResource(one) &&
          one.kind === absent.of &&
          one.party === absent.party &&
          one.number === absent.number &&
          one.at <= (absent.began ?? absent.at),
      );
    return known === undefined
      ? []
      : [
          {
            expected: {
              en: `${absent.of} ${absent.number}, acknowledged before, is found by query`,
              zh: `已确认的${KINDS[absent.of]} ${absent.number} 可以查询到`,
            },
            seen: { en: "not found", zh: "查询不到" },
            because: [known, absent],
          },
        ];
  });

/** A number under which everything was refused, and nothing is in doubt, is on no statement and in no bill. */
export const refusalsMoveNothing: Law = (history) => {
  const refused = finallyRefused(history);
  return history.flatMap((source) => {
    if (source.kind !== "statement" && source.kind !== "bill") return [];
    return entriesOf(source).flatMap((entry) => {
      const refusal = refused.get(`${source.party}\n${entry.reference}`);
      return refusal === undefined
        ? []
        : [
            {
              expected: {
                en: `nothing is booked under ${entry.reference}, which was refused`,
                zh: `${entry.reference} 已被拒绝，其下无任何记账`,
              },
              seen: {
                en: `${entry.type}, ${entry.direction} ${entry.amount}`,
                zh: `${entry.type}，${DIRECTIONS[entry.direction]} ${entry.amount}`,
              },
              because: [refusal, only(source, entry.reference)],
            },
          ];
    });
  });
};

function began(one: ResourceSeen): number {
  return one.began ?? one.at;
}

function numberOf(one: ResourceSeen): string {
  return JSON.stringify([one.party, one.number]);
}

function grouped(history: History): readonly (readonly ResourceSeen[])[] {
  const groups = new Map<string, ResourceSeen[]>();
  for (const one of history) {
    if (!isResource(one)) continue;
    const key = JSON.stringify([one.kind, one.party, one.number]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** The last sight of each number. */
function latest(history: History, kind: ResourceKind): ReadonlyMap<string, ResourceSeen> {
  return new Map(
    history.flatMap((one) => (one.kind === kind && isResource(one) ? [[numberOf(one), one] as const] : [])),
  );
}
