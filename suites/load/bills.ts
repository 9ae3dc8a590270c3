import { endDay } from "../checks/reconciliation/billed.ts";
import { bills } from "../checks/reconciliation/subjects.ts";
import { billOf, billReadyAt, claimsAccount, entriesOf, today } from "../data/books.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { Entry } from "../laws/history.ts";
import type { RunScope } from "../run/scope.ts";
import { eachOf } from "../resources/bill.ts";
import { Session } from "../session.ts";
import { judgedOf } from "./judged.ts";
import type { Judged } from "./judged.ts";
import type { Orders } from "./money.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { datesOf, pagesFor } from "./settlement.ts";
import type { Books } from "./settlement.ts";

/** The bill of one business date, and what the settlement statement lists of that date. */
export interface DayBill {
  readonly date: string;
  readonly rows: readonly Entry[];
  /** Sums as the bill tells them, in minor units. */
  readonly credits: number;
  readonly debits: number;
  /** Undefined where the SUT shows no such statement. */
  readonly statement: readonly Entry[] | undefined;
}

/** The bills of a load, or why there are none. A bill that contradicts itself is a fail. */
export type BillsSeen = { readonly days: readonly DayBill[] } | { readonly unread: Judged };

/** The bills of a load. Those of a segment have the orders of others too, so they are left to the merge. */
export async function billsOf(
  scope: RunScope,
  { of }: LoadHead["segment"],
  orders: Orders,
  books: Books | undefined,
): Promise<BillsSeen> {
  if (of === 1) return readBills(scope, datesOf(orders, books), pagesFor(orders.size));
  const reason = {
    en: "other segments are in the same bills; `liantiao load merge --sut` judges them",
    zh: "账单中含其他分段的订单，由 `liantiao load merge --sut` 检验",
  };
  return { unread: { verdict: "skipped", skipCause: "not-demanded", reason } };
}

/**
 * Fetches the bill of each business date on which orders of a load are booked; of the present one where there are none.
 * Where the SUT lets its clock be moved, its last day is ended first, and the clock is given back.
 */
async function readBills(scope: RunScope, dates: readonly string[], mostPages: number): Promise<BillsSeen> {
  const session = new Session(scope, "load.bill", new AbortController().signal);
  try {
    return { days: await daysOf(session, dates, mostPages) };
  } catch (thrown) {
    return { unread: judgedOf(thrown) };
  } finally {
    await session.close();
  }
}

async function daysOf(session: Session, booked: readonly string[], mostPages: number): Promise<readonly DayBill[]> {
  for (const { id } of eachOf(bills(session)))
    if (!session.claims(id))
      session.skip(`the interface ${id} is not in the profile`, `接口 ${id} 不在声明范围内`, "not-demanded");
  const dates = booked.length === 0 ? [today(session)] : [...new Set(booked)].toSorted();
  const last = dates.at(-1) ?? today(session);
  const readyAt = billReadyAt(session, last);
  if (session.sutNow() <= readyAt) {
    if (!session.offers("clock")) notYet(session, last, readyAt);
    await endDay(session, last);
  }
  const days: DayBill[] = [];
  for (const date of dates) {
    const { rows, credits, debits } = (await billOf(session, date)).bill;
    const listed = claimsAccount(session, "lists", "entries", SETTLEMENT);
    const statement = listed ? await entriesOf(session, SETTLEMENT, date, date, mostPages) : undefined;
    days.push({ date, rows, credits, debits, statement });
  }
  return days;
}

/** The pack demands no bill of a day that has not ended, and nothing lets the day end sooner. */
function notYet(session: Session, date: string, readyAt: number): never {
  const moment = session.pack.calendar.rfc3339(readyAt);
  return session.skip(
    `the bill of ${date} is given out at ${moment}, after this load, and the statement supports no hook "clock"`,
    `${date} 账单将于 ${moment} 出具，晚于本次负载；声明未支持控制钩子 "clock"`,
    "not-demanded",
  );
}
