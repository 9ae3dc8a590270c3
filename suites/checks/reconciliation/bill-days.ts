import { alike, oneOf, series } from "../../../core/text/alike.ts";
import { addDays } from "../../../core/calendar/date.ts";
import type { Check } from "../../check.ts";
import { billOf, claimsAccount, forward, statementOf, today } from "../../data/books.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import { statementEqualsBill } from "../../laws/statements.ts";
import type { Session } from "../../session.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import type { Shown } from "../../resources/shown.ts";
import { look, needed, settled } from "../resource-steps.ts";
import { billAfter, datesOf, expectInOwnBills, expectRows, net, nextCutover } from "./billed.ts";
import { numberOf } from "../shown-steps.ts";
import { charge, eachBill, paid, refund, refundSettled } from "./subjects.ts";

/** How far the SUT's clock may be from what was set, for the time that the hook took. */
const CLOCK_MARGIN_MS = 500;

export const successesBilled: Check = {
  id: "reconciliation.successes-billed",
  requirement: "REC-02",
  title: { en: "Every success is in the bill, and every row has its cause", zh: "成功必入账单，账单行皆有来源" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const date = await forward(session);
    const payments = [await paid(session, 4_321), await paid(session, 1), await paid(session, 99_999)];
    const back = session.expectShown(await refund(session, payments[0] as Shown, 321));
    await refundSettled(session, back);
    const refused = await refund(session, payments[1] as Shown, 2, "a refund that is refused");
    session.expectRefusedFor(refused, "exceeds");
    const refusedNumber = String(askedIn(session.pack, refused.draft, "number"));
    const rows = await billAfter(session, date);
    for (const payment of payments) {
      expectRows(session, rows, numberOf(session, payment), net(payment), date);
      const found = await look(session, charge(session), payment);
      if (found.outcome !== "succeeded" || (found.text("date") ?? date) !== date)
        session.fail({
          summary: {
            en: "an acknowledged success has changed on the next day",
            zh: "已确认的成功次日查询不一致",
          },
          expected: { en: `${String(payment.state)} of ${date}`, zh: `${date} 的 ${String(payment.state)}` },
          seen: {
            en: `${String(found.state)} of ${String(found.text("date"))}`,
            zh: `${String(found.text("date"))} 的 ${String(found.state)}`,
          },
        });
    }
    expectRows(session, rows, numberOf(session, back), -321, date);
    if (rows.some((one) => one.reference === refusedNumber))
      session.fail({
        summary: { en: "a refused refund is in the bill", zh: "被拒绝的退款出现在账单中" },
        expected: { en: "no row", zh: "无此行" },
        seen: alike(refusedNumber),
      });
    if (claimsAccount(session, "lists", "entries", SETTLEMENT)) await expectBillIsStatement(session, date);
  },
};

/** Bill and settlement statement of a day, entry by entry. */
async function expectBillIsStatement(session: Session, date: string): Promise<void> {
  const statement = await statementOf(session, SETTLEMENT, date, date);
  const bill = session.run.history.observations().findLast((one) => one.kind === "bill" && one.date === date);
  if (bill === undefined) return;
  session.judged();
  const [breach] = statementEqualsBill([bill, { ...statement, at: Math.max(statement.at, bill.at) }]);
  if (breach !== undefined)
    session.fail({
      summary: { en: `bill and statement of ${date} differ`, zh: `${date} 账单与明细不一致` },
      expected: breach.expected,
      seen: breach.seen,
      minimal: { description: { en: "what differs", zh: "不一致之处" }, value: breach.because },
    });
}

export const cutover: Check = {
  id: "reconciliation.cutover",
  requirement: "REC-03",
  title: { en: "Payments around cut-over are each in one day's bill", zh: "日切前后的支付各入一日账单" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    const turn = nextCutover(session);
    await session.setClock(turn - 2_000);
    const payments: Shown[] = [];
    const spans: (readonly [began: number, ended: number])[] = [];
    // From about two seconds before the turn to one after it, so that a day that turns a second off is seen on either side;
    // none is missed out in between.
    while (session.sutNow() < turn + 950) {
      const began = session.sutNow();
      payments.push(await paid(session, 100 + payments.length));
      spans.push([began, session.sutNow()]);
      await session.sleep(100);
    }
    const dates = await datesOf(session, payments, [first, second]);
    for (const [index, date] of dates.entries())
      if (date !== first && date !== second)
        session.fail({
          summary: {
            en: "a payment around cut-over has a wrong business date",
            zh: "日切前后支付的会计日期异常",
          },
          expected: oneOf([first, second]),
          seen: { en: `${date} (payment ${index + 1})`, zh: `${date}（第 ${index + 1} 笔支付）` },
        });
    // Only of a payment that was made wholly on one side of the turn is it known which day it has.
    const wrong = dates.some((date, index) => {
      const [began, ended] = spans[index] ?? [turn, turn];
      const marginMs = CLOCK_MARGIN_MS + session.run.sutClock.uncertainMs;
      return (ended < turn - marginMs && date !== first) || (began > turn + marginMs && date !== second);
    });
    if (!wrong && (!dates.includes(first) || !dates.includes(second)))
      session.inconclusive(
        "no payment was made in time on one side of cut-over: the machine was too slow",
        "日切某一侧未能及时完成支付：机器过慢",
      );
    if (wrong)
      session.fail({
        summary: { en: "the business date did not turn at cut-over", zh: "会计日期未在日切时翻转" },
        expected: {
          en: `${first} before ${session.pack.policies.cutover.at} and ${second} after it`,
          zh: `${session.pack.policies.cutover.at} 之前为 ${first}，之后为 ${second}`,
        },
        seen: series([...new Set(dates)]),
      });
    await expectInOwnBills(session, payments, [first, second]);
  },
};

/** The clock goes back over the cut-over that it has passed; the day that was reached stays. */
export const clockBack: Check = {
  id: "reconciliation.clock-back",
  requirement: "REC-03",
  title: {
    en: "A clock that is stepped back over cut-over takes no payment back to the day that is over",
    zh: "时钟回拨越过日切时，支付不得记回已结束之日",
  },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    const turn = nextCutover(session);
    const payments: Shown[] = [];
    for (const [moment, amount] of [
      [turn - 60_000, 101],
      [turn + 5_000, 202],
      [turn - 30_000, 303],
    ] as const) {
      await session.setClock(moment);
      payments.push(await paid(session, amount));
    }
    const dates = await datesOf(session, payments, [first, second]);
    const expected = [first, second, second];
    session.judged();
    if (dates.join() !== expected.join())
      session.fail({
        summary: {
          en: "the business date went back with the clock, or did not turn",
          zh: "会计日期随时钟回退，或未在日切时翻转",
        },
        expected: {
          en: `${expected.join(", ")} for payments before cut-over, after it, and after the clock was stepped back over it`,
          zh: `日切之前、之后及时钟回拨之后的支付依次为 ${expected.join("、")}`,
        },
        seen: series(dates),
        likelyCause: {
          en: "The business date is worked out from the clock each time, and not kept.",
          zh: "会计日期每次由时钟推算，未持久保存。",
        },
      });
    await expectInOwnBills(session, payments, [first, second]);
  },
};

export const refundNextDay: Check = {
  id: "reconciliation.refund-next-day",
  requirement: "REC-04",
  title: { en: "A refund of a later day is in that day's bill", zh: "次日退款入次日账单" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const first = await forward(session);
    const payment = await paid(session, 777);
    const number = numberOf(session, payment);
    const before = await billAfter(session, first);
    expectRows(session, before, number, net(payment), first);
    const second = today(session);
    const back = session.expectShown(await refund(session, payment, 77));
    const refundNumber = numberOf(session, back);
    await refundSettled(session, back);
    const unchanged = (await billOf(session, first)).bill.rows;
    if (JSON.stringify(unchanged) !== JSON.stringify(before))
      session.fail({
        summary: { en: "a refund of the next day changed the payment's bill", zh: "次日退款改变了原支付日账单" },
        expected: { en: `${before.length} rows as before`, zh: `与之前相同的 ${before.length} 行` },
        seen: { en: `${unchanged.length} rows`, zh: `${unchanged.length} 行` },
      });
    const rows = await billAfter(session, second);
    expectRows(session, rows, refundNumber, -77, second);
    if (rows.some((one) => one.reference === number))
      session.fail({
        summary: { en: "the payment is billed again on the day of its refund", zh: "原支付在退款日再次入账单" },
        expected: { en: `${number} only in the bill of ${first}`, zh: `${number} 仅在 ${first} 对账单中` },
        seen: { en: `also in that of ${second}`, zh: `也在 ${second} 对账单中` },
      });
  },
};

export const lateBilled: Check = {
  id: "reconciliation.late-billed",
  requirement: "REC-08",
  title: {
    en: "A success after cut-over is billed on the day it was booked, once",
    zh: "日切后成功的支付入记账日账单且仅一次",
  },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    await session.setClock(nextCutover(session) - 1_000);
    const resource = charge(session);
    const scenario = session.scenario(resource, "settles-late");
    const create = needed(session, resource, "creates");
    const open = await session.ask(create, { amount: 555 }, "pay just before cut-over, to be settled late", {
      scenario,
    });
    const payment = await settled(session, resource, session.expectShown(open));
    if (payment.outcome !== "succeeded")
      session.inconclusive(`the payment ended ${String(payment.state)}`, `支付终态为 ${String(payment.state)}`);
    const own = payment.text("date");
    if (own !== undefined && own !== first && own !== second)
      session.fail({
        summary: { en: "a late success has a wrong business date", zh: "延迟成功的会计日期异常" },
        expected: oneOf([first, second]),
        seen: alike(own),
      });
    await expectInOwnBills(session, [payment], [first, second]);
  },
};
