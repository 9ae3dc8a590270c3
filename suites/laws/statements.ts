import type { Bilingual } from "../../core/run/verdict.ts";
import { alike } from "../../core/text/alike.ts";
import { SETTLEMENT } from "./history.ts";
import type { Breach, Entry, Law, StatementSeen } from "./history.ts";
import { only } from "./sights.ts";
import { DIRECTIONS } from "./words.ts";

/*
 * Laws of statements: with the balances beside them, and with the bills of their days.
 */

const NOT_THE_SAME: Bilingual = { en: "it is not, or differs", zh: "不在其中，或内容不同" };

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
          expected: {
            en: `entry ${entry.id} once in the statement of ${statement.account}`,
            zh: `明细 ${entry.id} 在账户 ${statement.account} 的流水中只出现一次`,
          },
          seen: { en: "twice", zh: "两次" },
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
        expected: {
          en: `entry ${lost.id} (${lost.type} ${lost.reference}) stays in the statement of ${now.account}`,
          zh: `明细 ${lost.id}（${lost.type} ${lost.reference}）一直在账户 ${now.account} 的流水中`,
        },
        seen: { en: "it is gone", zh: "已不在其中" },
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
      expected: {
        en: `the balance of ${now.account} moves by its ${added.length} new entries: ${sum}`,
        zh: `账户 ${now.account} 的余额变动等于 ${added.length} 条新增明细之和：${sum}`,
      },
      seen: alike(String(now.posted - before.posted)),
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
          expected: {
            en: `totals of the bill of ${bill.date}: credits ${totals[0]}, debits ${totals[1]}`,
            zh: `${bill.date} 对账单合计：贷方 ${totals[0]}，借方 ${totals[1]}`,
          },
          seen: {
            en: `credits ${bill.credits}, debits ${bill.debits}`,
            zh: `贷方 ${bill.credits}，借方 ${bill.debits}`,
          },
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
          expected: {
            en: `entry ${missing.id} (${missing.type} ${missing.reference}, ${missing.direction} ${missing.amount}) of the statement is in the bill of ${bill.date}`,
            zh: `流水中的明细 ${missing.id}（${missing.type} ${missing.reference}，${DIRECTIONS[missing.direction]} ${missing.amount}）在 ${bill.date} 对账单中`,
          },
          seen: NOT_THE_SAME,
          because: [only(bill, missing.reference), { ...statement, entries: [missing] }],
        },
      ];
    const extra = bill.rows.find((row) => !booked.some((one) => sameEntry(row, one)));
    if (extra !== undefined)
      return [
        {
          expected: {
            en: `row ${extra.id} (${extra.type} ${extra.reference}) of the bill of ${bill.date} is in the statement`,
            zh: `${bill.date} 对账单中的行 ${extra.id}（${extra.type} ${extra.reference}）在流水中`,
          },
          seen: NOT_THE_SAME,
          because: [{ ...bill, rows: [extra] }, only(statement, extra.reference)],
        },
      ];
    if (booked.length !== bill.rows.length)
      return [
        {
          expected: {
            en: `${booked.length} rows in the bill of ${bill.date}`,
            zh: `${bill.date} 对账单有 ${booked.length} 行`,
          },
          seen: alike(String(bill.rows.length)),
          because: [{ ...bill, rows: [] }],
        },
      ];
    return [];
  });

function accountKey(one: StatementSeen): string {
  return JSON.stringify([one.party, one.account]);
}

function signed(entry: Entry): number {
  return entry.direction === "credit" ? entry.amount : -entry.amount;
}

/** Whether a row of a bill is an entry of a statement. A bill may leave out the balance. */
function sameEntry(row: Entry, entry: Entry): boolean {
  return (
    row.id === entry.id &&
    row.transfer === entry.transfer &&
    row.type === entry.type &&
    row.direction === entry.direction &&
    row.amount === entry.amount &&
    row.currency === entry.currency &&
    row.reference === entry.reference &&
    (row.balanceAfter === undefined || row.balanceAfter === entry.balanceAfter) &&
    sameSecond(row.bookedAt, entry.bookedAt)
  );
}

/** One may be told to the second and the other more precisely. */
function sameSecond(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || Math.floor(a / 1000) === Math.floor(b / 1000);
}
