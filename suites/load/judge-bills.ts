import type { Bilingual } from "../../core/run/verdict.ts";
import { alike, sayings } from "../../core/text/alike.ts";
import type { PackView } from "../pack-view.ts";
import type { Entry } from "../laws/history.ts";
import type { BillsSeen, DayBill } from "./bills.ts";
import type { Judged } from "./judged.ts";
import { isSettled } from "./money.ts";
import type { Order } from "./money.ts";
import { BILL_RULE, BILL_STATEMENT_RULE, BILL_SUMS_RULE } from "./rules.ts";
import type { LoadRule } from "./rules.ts";

type Side = Entry["direction"];

/** On which side of a bill an order of a resource stands; undefined for one that moves nothing of the party's. */
export type SideOf = (resource: string) => Side | undefined;

const SHOWN_FAULTS = 5;

/** The side of each resource, by what the pack says that it moves. What gives back stands on the other one. */
export function billedSides(pack: PackView): SideOf {
  const isParty = (kind: string): boolean => pack.source.manifest.accounts[kind]?.owner === "party";
  const sideOf: SideOf = (name) => {
    const law = pack.resources.find(name)?.law;
    if (law === undefined) return undefined;
    if ("moves" in law) return isParty(law.moves.to) ? "credit" : isParty(law.moves.from) ? "debit" : undefined;
    if (!("reverses" in law)) return undefined;
    const original = sideOf(law.reverses);
    return original === undefined ? undefined : original === "credit" ? "debit" : "credit";
  };
  return sideOf;
}

/** An order that the bills show otherwise than it ended. */
export interface BillFault {
  readonly kind: "missing" | "doubled" | "wrong-amount" | "unaccepted";
  readonly number: string;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
}

const KIND_WORDS: Readonly<Record<BillFault["kind"], string>> = {
  missing: "不在账单中",
  doubled: "在账单中重复",
  "wrong-amount": "在账单中金额有误",
  unaccepted: "未成功却在账单中",
};

/**
 * Holds settled orders against the bills: what succeeded stands in exactly one of them, in one row of its own amount, and
 * whatever else moved nothing there. Rows on the other side, such as a fee, are left to the comparison with the statement.
 */
export function billFaults(orders: Iterable<Order>, days: readonly DayBill[], sideOf: SideOf): readonly BillFault[] {
  const byNumber = new Map<string, (readonly [date: string, row: Entry])[]>();
  for (const { date, rows } of days)
    for (const row of rows) {
      const known = byNumber.get(row.reference);
      if (known === undefined) byNumber.set(row.reference, [[date, row]]);
      else known.push([date, row]);
    }
  const faults: BillFault[] = [];
  for (const order of orders) {
    const side = sideOf(order.resource);
    if (side === undefined || !isSettled(order)) continue;
    const fault = faultOf(order, byNumber.get(order.number) ?? [], side);
    if (fault !== undefined) faults.push({ number: order.number, ...fault });
  }
  return faults;
}

function faultOf(
  { outcome, amount }: Order,
  rows: readonly (readonly [date: string, row: Entry])[],
  side: Side,
): Omit<BillFault, "number"> | undefined {
  const seen =
    rows.length === 0
      ? { en: "no row", zh: "没有该行" }
      : alike(rows.map(([date, row]) => `${date} ${row.direction} ${row.amount}`).join(", "));
  // What came back may have cost a fee, which the order does not tell.
  if (outcome === "returned") return undefined;
  if (outcome !== "succeeded") {
    const net = rows.reduce((sum, [, row]) => sum + (row.direction === "credit" ? row.amount : -row.amount), 0);
    return net === 0
      ? undefined
      : {
          kind: "unaccepted",
          expected: { en: `nothing in a bill (${outcome})`, zh: `账单中不应出现（${outcome}）` },
          seen,
        };
  }
  const own = rows.filter(([, row]) => row.direction === side);
  if (own.length === 1 && own[0]?.[1].amount === amount) return undefined;
  const kind = own.length === 0 ? "missing" : own.length > 1 ? "doubled" : "wrong-amount";
  return { kind, expected: { en: `one row, ${side} ${amount}`, zh: `一行，${side} ${amount}` }, seen };
}

/** What is judged of the bills of a load. */
export interface BillEvidence {
  readonly bills: BillsSeen;
  readonly sideOf: SideOf;
  readonly orders: { readonly size: number; values(): Iterable<Order> };
}

/** The verdicts of the rules about bills, in their order. */
export function judgeBills({ bills, sideOf, orders }: BillEvidence): readonly (readonly [LoadRule, Judged])[] {
  if ("unread" in bills) {
    // A bill that contradicts itself breaks the rule of its sums; what it lists cannot be relied on then.
    const others: Judged =
      bills.unread.verdict === "fail" ? inconclusive("a bill contradicts itself", "账单自相矛盾") : bills.unread;
    return [
      [BILL_RULE, others],
      [BILL_SUMS_RULE, bills.unread],
      [BILL_STATEMENT_RULE, others],
    ];
  }
  return [
    [BILL_RULE, judgeOrders(billFaults(orders.values(), bills.days, sideOf), orders)],
    [BILL_SUMS_RULE, firstOf(bills.days, sumsOf)],
    [BILL_STATEMENT_RULE, judgeStatements(bills.days)],
  ];
}

function judgeOrders(faults: readonly BillFault[], orders: BillEvidence["orders"]): Judged {
  const [first] = faults;
  if (first !== undefined)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `${faults.length} of ${orders.size} orders are ${first.kind} in the bills, such as ${first.number}`,
          zh: `${orders.size} 笔订单中有 ${faults.length} 笔${KIND_WORDS[first.kind]}，如 ${first.number}`,
        },
        expected: first.expected,
        seen: sayings(
          faults.slice(0, SHOWN_FAULTS).map(({ number, kind, seen: { en, zh } }) => ({
            en: `${number} ${kind}: ${en}`,
            zh: `${number} ${KIND_WORDS[kind]}：${zh}`,
          })),
        ),
      },
    };
  const open = [...orders.values()].filter((order) => !isSettled(order)).length;
  return open === 0
    ? { verdict: "pass" }
    : inconclusive(
        `${open} orders did not become final in time, so that their bill is not known`,
        `${open} 笔订单未在时限内到达终态，无法判断其应否入账单`,
      );
}

/** Sums of a bill that are not those of its rows; undefined where they are. */
function sumsOf({ date, rows, credits, debits }: DayBill): Judged | undefined {
  const sum = (side: Side): number => rows.reduce((total, one) => total + (one.direction === side ? one.amount : 0), 0);
  const [credit, debit] = [sum("credit"), sum("debit")];
  return credit === credits && debit === debits
    ? undefined
    : {
        verdict: "fail",
        finding: {
          summary: {
            en: `the sums of the bill of ${date} are not those of its rows`,
            zh: `${date} 账单合计与各行不符`,
          },
          expected: { en: `credits ${credit}, debits ${debit}`, zh: `贷方 ${credit}，借方 ${debit}` },
          seen: { en: `credits ${credits}, debits ${debits}`, zh: `贷方 ${credits}，借方 ${debits}` },
        },
      };
}

function judgeStatements(days: readonly DayBill[]): Judged {
  return days.some(({ statement }) => statement === undefined)
    ? {
        verdict: "skipped",
        skipCause: "not-demanded",
        reason: { en: "the SUT shows no settlement statement", zh: "被测系统不提供结算账户明细" },
      }
    : firstOf(days, differenceOf);
}

/** What a day's bill has otherwise than its statement; undefined where both list the same. */
function differenceOf({ date, rows, statement = [] }: DayBill): Judged | undefined {
  // A bill may leave out the balance.
  const balances = rows.every(({ balanceAfter }) => balanceAfter !== undefined);
  const keyOf = ({ id, transfer, type, direction, amount, currency, balanceAfter, reference }: Entry): string =>
    JSON.stringify([id, transfer, type, direction, amount, currency, balances ? balanceAfter : 0, reference]);
  const left = new Map<string, number>();
  for (const entry of statement) left.set(keyOf(entry), (left.get(keyOf(entry)) ?? 0) + 1);
  const extra: Entry[] = [];
  for (const row of rows) {
    const count = left.get(keyOf(row)) ?? 0;
    if (count === 0) extra.push(row);
    else left.set(keyOf(row), count - 1);
  }
  const missing = statement.filter((entry) => {
    const count = left.get(keyOf(entry)) ?? 0;
    if (count > 0) left.set(keyOf(entry), count - 1);
    return count > 0;
  });
  if (extra.length === 0 && missing.length === 0) return undefined;
  const shown = (entries: readonly Entry[]): string =>
    entries
      .slice(0, SHOWN_FAULTS)
      .map(({ reference, direction, amount }) => `${reference} ${direction} ${amount}`)
      .join(", ");
  return {
    verdict: "fail",
    finding: {
      summary: { en: `bill and statement of ${date} differ`, zh: `${date} 账单与明细不一致` },
      expected: { en: `the ${statement.length} entries of the statement`, zh: `明细中的 ${statement.length} 笔分录` },
      seen: sayings([
        ...(missing.length === 0
          ? []
          : [
              {
                en: `${missing.length} are not in the bill: ${shown(missing)}`,
                zh: `${missing.length} 笔不在账单中：${shown(missing)}`,
              },
            ]),
        ...(extra.length === 0
          ? []
          : [
              {
                en: `${extra.length} are in the bill alone: ${shown(extra)}`,
                zh: `${extra.length} 笔只在账单中：${shown(extra)}`,
              },
            ]),
      ]),
    },
  };
}

/** The first fail of a day, or a pass. */
function firstOf(days: readonly DayBill[], judge: (day: DayBill) => Judged | undefined): Judged {
  for (const day of days) {
    const fail = judge(day);
    if (fail !== undefined) return fail;
  }
  return { verdict: "pass" };
}

const inconclusive = (en: string, zh: string): Judged => ({ verdict: "inconclusive", reason: { en, zh } });
