import { calendar } from "../../../core/calendar/calendar.ts";
import { addDays } from "../../../core/calendar/date.ts";
import { asJson } from "../../../core/text/alike.ts";
import { billOf, billReadyAt, moved, today } from "../../data/books.ts";
import type { Entry } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import type { Shown } from "../../resources/shown.ts";
import { numberOf } from "../shown-steps.ts";
import { canPay, paid } from "./subjects.ts";

/** The start of the business date after the SUT's present one: the next cut-over. */
export function nextCutover(session: Session): number {
  return calendar(session.pack.source.manifest.timeZone, session.pack.policies.cutover.at).startOfBusinessDate(
    addDays(today(session), 1),
  );
}

/**
 * Ends a day at the SUT: its bill is ready, and something is booked on the day after, so that what comes later, by a clock
 * that has been given back too, cannot be booked on the day that is billed. Skips the check where the clock cannot be moved.
 */
export async function endDay(session: Session, date: string): Promise<void> {
  await session.setClock(Math.max(session.sutNow(), billReadyAt(session, date) + 1_000));
  if (canPay(session)) await paid(session, 1);
}

/** The rows of a day's bill, once the day has ended. */
export async function billAfter(session: Session, date: string): Promise<readonly Entry[]> {
  await endDay(session, date);
  return (await billOf(session, date)).bill.rows;
}

/** Holds that rows of a reference are exactly these, and add up to so much. */
export function expectRows(
  session: Session,
  rows: readonly Entry[],
  reference: string,
  net: number,
  date: string,
): void {
  session.judged();
  const own = rows.filter((one) => one.reference === reference);
  if (own.length === 0)
    session.fail({
      summary: { en: `${reference} is not in the bill of ${date}`, zh: `${reference} 不在 ${date} 账单中` },
      expected: { en: `rows of ${net} in all`, zh: `各行合计 ${net}` },
      seen: { en: "none", zh: "无此行" },
    });
  if (moved(own) !== net)
    session.fail({
      summary: {
        en: `${reference} is not in the bill of ${date} with its exact amount, once`,
        zh: `${reference} 在 ${date} 账单中的金额或次数不正确`,
      },
      expected: { en: `rows of ${net} fen in all`, zh: `各行合计 ${net} 分` },
      seen: asJson(own),
      likelyCause: {
        en: "Yuan are computed in floating point, or rows are left out or doubled.",
        zh: "元金额使用浮点计算，或行缺失、重复。",
      },
    });
}

/** What a payment is billed with, in minor units: without its fee. */
export function net(payment: Shown): number {
  return payment.minor("amount") - payment.minor("fee");
}

type DayRows = readonly [day: string, rows: readonly Entry[]];

/** The bills of days that have ended, in order. */
async function billsAfter(session: Session, days: readonly string[]): Promise<readonly DayRows[]> {
  const bills: DayRows[] = [];
  for (const day of days) bills.push([day, await billAfter(session, day)]);
  return bills;
}

/** The business date of a payment: as its query tells it, else that of the first bill that has it. */
function dateIn(session: Session, payment: Shown, bills: readonly DayRows[]): string {
  const number = numberOf(session, payment);
  return (
    payment.text("date") ??
    bills.find(([, rows]) => rows.some((one) => one.reference === number))?.[0] ??
    session.fail({
      summary: { en: `${number} is in no day's bill`, zh: `${number} 不在任何一日的账单中` },
      expected: {
        en: `in one of those of ${bills.map(([day]) => day).join(", ")}`,
        zh: `在 ${bills.map(([day]) => day).join("、")} 之一的账单中`,
      },
      seen: { en: "none", zh: "无此行" },
    })
  );
}

/** The business dates of payments; where queries do not tell them, the days end and their bills do. */
export async function datesOf(
  session: Session,
  payments: readonly Shown[],
  days: readonly string[],
): Promise<readonly string[]> {
  const told = payments.every((one) => one.text("date") !== undefined);
  const bills = told ? [] : await billsAfter(session, days);
  return payments.map((one) => dateIn(session, one, bills));
}

/** Holds that each payment is in the bill of its business date with its exact amount, and in none of these other days'. */
export async function expectInOwnBills(
  session: Session,
  payments: readonly Shown[],
  days: readonly string[],
): Promise<void> {
  const bills = await billsAfter(session, days);
  for (const payment of payments) {
    const [number, own] = [numberOf(session, payment), dateIn(session, payment, bills)];
    expectRows(session, bills.find(([day]) => day === own)?.[1] ?? [], number, net(payment), own);
    const other = bills.find(([day, rows]) => day !== own && rows.some((one) => one.reference === number));
    if (other !== undefined)
      session.fail({
        summary: { en: "a payment is in two days' bills", zh: "同一支付出现在两日账单中" },
        expected: { en: `only in that of ${own}`, zh: `仅在 ${own} 对账单中` },
        seen: { en: `also in that of ${other[0]}`, zh: `也在 ${other[0]} 对账单中` },
      });
  }
}
