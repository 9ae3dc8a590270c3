import { SETTLEMENT } from "./history.ts";
import { finallyRefused, isResource } from "./sights.ts";
import type {
  BillSeen,
  Breach,
  Entry,
  History,
  Law,
  Observation,
  ResourceKind,
  ResourceSeen,
  StatementSeen,
} from "./history.ts";

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
            expected: `at most ${payment.amount} refunded of payment ${payment.number}`,
            seen: `${most} in ${of.length} refunds`,
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
            expected: `at most ${one.amount} given back of ${one.kind} ${one.number}`,
            seen: String(one.refunded),
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
            expected: `${before.kind} ${before.number} stays ${before.state}`,
            seen: after.state,
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
            expected: `one ${first.kind} under ${first.number}`,
            seen: `${first.id ?? "?"} of ${first.amount ?? "?"} and ${other.id ?? "?"} of ${other.amount ?? "?"}`,
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
        expected: `${entry.reference} is booked once as ${entry.type} on ${accountOf(source)}`,
        seen: `transfers ${first.transfer} and ${entry.transfer}`,
        because: [resource, only(first.source, entry.reference), only(source, entry.reference)],
      });
    }
  }
  return [...breaches.values()];
}

/**
 * Between two statements of an account that begin on one day, the balance moved by the entries that were added, and
 * none was lost; within a statement each balance follows from the one before.
 */
export const balanceEqualsStatement: Law = (history) => {
  const accounts = new Map<string, StatementSeen[]>();
  for (const one of history)
    if (one.kind === "statement") accounts.set(accountKey(one), [...(accounts.get(accountKey(one)) ?? []), one]);
  return [...accounts.values()].flatMap((statements) =>
    statements.flatMap((now, index) => [
      ...within(now),
      ...(index === 0 ? [] : between(statements[index - 1] as StatementSeen, now)),
    ]),
  );
};

function within(statement: StatementSeen): readonly Breach[] {
  const ids = new Set<string>();
  for (const entry of statement.entries) {
    if (ids.has(entry.id))
      return [
        {
          expected: `entry ${entry.id} once in the statement of ${statement.account}`,
          seen: "twice",
          because: [{ ...statement, entries: statement.entries.filter((one) => one.id === entry.id) }],
        },
      ];
    ids.add(entry.id);
  }
  return [];
}

function between(before: StatementSeen, now: StatementSeen): readonly Breach[] {
  if (before.from !== now.from || before.to > now.to) return [];
  const ids = new Set(now.entries.map((one) => one.id));
  const lost = before.entries.find((one) => !ids.has(one.id));
  if (lost !== undefined)
    return [
      {
        expected: `entry ${lost.id} (${lost.type} ${lost.reference}) stays in the statement of ${now.account}`,
        seen: "it is gone",
        because: [
          { ...before, entries: [lost] },
          { ...now, entries: [] },
        ],
      },
    ];
  if (before.posted === undefined || now.posted === undefined) return [];
  const had = new Set(before.entries.map((one) => one.id));
  const added = now.entries.filter((one) => !had.has(one.id));
  const sum = added.reduce((total, one) => total + signed(one), 0);
  if (now.posted - before.posted === sum) return [];
  return [
    {
      expected: `the balance of ${now.account} moves by its ${added.length} new entries: ${sum}`,
      seen: String(now.posted - before.posted),
      because: [
        { ...before, entries: [] },
        { ...now, entries: added.slice(-50) },
      ],
    },
  ];
}

/** The settlement statement of one day and the bill of that day have the same entries, and its totals are theirs. */
export const statementEqualsBill: Law = (history) =>
  history.flatMap((bill) => {
    if (bill.kind !== "bill") return [];
    const sum = (direction: Entry["direction"]): number =>
      bill.rows.reduce((total, one) => total + (one.direction === direction ? one.amount : 0), 0);
    const totals = [sum("credit"), sum("debit")];
    if (totals[0] !== bill.credits || totals[1] !== bill.debits)
      return [
        {
          expected: `totals of the bill of ${bill.date}: credits ${totals[0]}, debits ${totals[1]}`,
          seen: `credits ${bill.credits}, debits ${bill.debits}`,
          because: [{ ...bill, rows: [] }],
        },
      ];
    const statement = history.find(
      (one) =>
        one.kind === "statement" &&
        one.party === bill.party &&
        one.account === SETTLEMENT &&
        one.from <= bill.date &&
        one.to >= bill.date &&
        one.at >= bill.at,
    );
    if (statement?.kind !== "statement") return [];
    const booked = statement.entries.filter((one) => one.date === bill.date);
    const missing = booked.find((one) => !bill.rows.some((row) => sameEntry(row, one)));
    if (missing !== undefined)
      return [
        {
          expected: `entry ${missing.id} (${missing.type} ${missing.reference}, ${missing.direction} ${missing.amount}) of the statement is in the bill of ${bill.date}`,
          seen: "it is not, or differs",
          because: [only(bill, missing.reference), { ...statement, entries: [missing] }],
        },
      ];
    const extra = bill.rows.find((row) => !booked.some((one) => sameEntry(row, one)));
    if (extra !== undefined)
      return [
        {
          expected: `row ${extra.id} (${extra.type} ${extra.reference}) of the bill of ${bill.date} is in the statement`,
          seen: "it is not, or differs",
          because: [{ ...bill, rows: [extra] }, only(statement, extra.reference)],
        },
      ];
    if (booked.length !== bill.rows.length)
      return [
        {
          expected: `${booked.length} rows in the bill of ${bill.date}`,
          seen: String(bill.rows.length),
          because: [{ ...bill, rows: [] }],
        },
      ];
    return [];
  });

/** No balance that a caller can see is below zero. */
export const noNegativeBalance: Law = (history) =>
  history.flatMap((one): readonly Breach[] => {
    if (one.kind === "balance" && (one.available < 0 || (one.posted ?? 0) < 0))
      return [
        {
          expected: `account ${one.account}: available and posted at least 0`,
          seen: `${one.available} available, ${one.posted ?? "?"} posted`,
          because: [one],
        },
      ];
    const entry =
      one.kind === "statement" || one.kind === "bill"
        ? entriesOf(one).find((each) => each.balanceAfter < 0)
        : undefined;
    return entry === undefined
      ? []
      : [
          {
            expected: `account ${accountOf(one as StatementSeen | BillSeen)}: no balance below 0 after any entry`,
            seen: `${entry.balanceAfter} after ${entry.type} ${entry.reference}`,
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
            expected: `${absent.of} ${absent.number}, acknowledged before, is found by query`,
            seen: "not found",
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
              expected: `nothing is booked under ${entry.reference}, which was refused`,
              seen: `${entry.type}, ${entry.direction} ${entry.amount}`,
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

function accountKey(one: StatementSeen): string {
  return JSON.stringify([one.party, one.account]);
}

function accountOf(source: StatementSeen | BillSeen): string {
  return source.kind === "bill" ? SETTLEMENT : source.account;
}

function entriesOf(source: StatementSeen | BillSeen): readonly Entry[] {
  return source.kind === "bill" ? source.rows : source.entries;
}

/** The same sight with the entries of one reference only: what a finding shows. */
function only(source: StatementSeen | BillSeen, reference: string): Observation {
  return source.kind === "bill"
    ? { ...source, rows: source.rows.filter((one) => one.reference === reference) }
    : { ...source, entries: source.entries.filter((one) => one.reference === reference) };
}

function signed(entry: Entry): number {
  return entry.direction === "credit" ? entry.amount : -entry.amount;
}

function sameEntry(a: Entry, b: Entry): boolean {
  return (
    a.id === b.id &&
    a.transfer === b.transfer &&
    a.type === b.type &&
    a.direction === b.direction &&
    a.amount === b.amount &&
    a.currency === b.currency &&
    a.reference === b.reference &&
    a.balanceAfter === b.balanceAfter &&
    sameSecond(a.bookedAt, b.bookedAt)
  );
}

/** One may be told to the second and the other more precisely. */
function sameSecond(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || Math.floor(a / 1000) === Math.floor(b / 1000);
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
