import { alike } from "../../../core/text/alike.ts";
import { hashOf } from "../../../core/table/hash.ts";
import type { Shown } from "../../resources/shown.ts";
import { expectSame } from "../shown-steps.ts";
import { addDays } from "../../../core/calendar/date.ts";
import type { Check } from "../../check.ts";
import { billOf, billReadyAt, forward, today } from "../../data/books.ts";
import { eachOf } from "../../resources/bill.ts";
import { keptDays } from "../../resources/limits.ts";
import { endDay, nextCutover } from "./billed.ts";
import { bills, canPay, eachBill, paid } from "./subjects.ts";

/** The hash of a bill, as it is told or else as it is. */
const printOf = ({ said, bytes }: { readonly said: Shown; readonly bytes: Uint8Array }): string =>
  said.text("hash") ?? hashOf(bytes, "SHA256");

export const billStable: Check = {
  id: "reconciliation.bill-stable",
  requirement: "REC-05",
  title: { en: "A bill is ready, dated, and equal byte for byte", zh: "账单就绪、有期限且逐字节一致" },
  effort: "smoke",
  each: eachBill,
  async run(session) {
    const date = today(session);
    for (const one of eachOf(bills(session))) {
      const { first } = keptDays(session, one);
      session.expectRefusedFor(await session.ask(one, { date }, "bill of the running day"), "not-ready");
      session.expectRefusedFor(await session.ask(one, { date: addDays(date, 1) }, "bill of tomorrow"), "not-found");
      session.expectRefusedFor(
        await session.ask(one, { date: addDays(date, -first - 1) }, `bill of ${first + 1} days ago`),
        "not-found",
      );
    }
    // In the first minutes of a day yesterday's bill is not out yet; that of the day before is.
    const ready = addDays(date, session.sutNow() > billReadyAt(session, addDays(date, -1)) + 30_000 ? -1 : -2);
    const { first } = keptDays(session, bills(session).announced);
    for (const past of [ready, addDays(date, 1 - first)]) {
      const [one, other] = [await billOf(session, past), await billOf(session, past)];
      if (Buffer.compare(one.bytes, other.bytes) !== 0)
        session.fail({
          summary: { en: `the bill of ${past} differs from one time to the next`, zh: `${past} 账单两次获取不一致` },
          expected: { en: `${one.bytes.length} equal bytes`, zh: `相同的 ${one.bytes.length} 字节` },
          seen: { en: `${other.bytes.length} bytes, different`, zh: `${other.bytes.length} 字节，内容不同` },
        });
      expectSame(session, one.said, other.said, "hash", {
        en: `the hash of the bill of ${past} differs from one time to the next`,
        zh: `${past} 账单哈希两次不一致`,
      });
    }
  },
};

export const billMoment: Check = {
  id: "reconciliation.bill-moment",
  requirement: "REC-05",
  title: { en: "A bill is given out when it is ready, not earlier", zh: "账单在就绪时刻之后方可取" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const date = await forward(session);
    await session.setClock(billReadyAt(session, date) - 20_000);
    for (const one of eachOf(bills(session)))
      session.expectRefusedFor(await session.ask(one, { date }, "20 s before it is ready"), "not-ready");
    await endDay(session, date);
    const once = await billOf(session, date);
    // What is booked afterwards is another day's.
    if (canPay(session)) await paid(session, 5);
    // Nor does it say when it was asked for, to the second that times are told in.
    await session.sleep(1_100);
    const again = await billOf(session, date);
    if (Buffer.compare(once.bytes, again.bytes) !== 0)
      session.fail({
        summary: { en: "a bill changed after it had been given out", zh: "账单发出后发生变化" },
        expected: alike(printOf(once)),
        seen: alike(printOf(again)),
      });
  },
};

/** A bill that was given out is out, though nothing was booked on the new day yet. */
export const billKept: Check = {
  id: "reconciliation.bill-kept",
  requirement: "REC-05",
  title: {
    en: "A bill that was given out stays as it is when the clock is stepped back",
    zh: "账单发出后，时钟回拨不得改变其内容",
  },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const date = await forward(session);
    const turn = nextCutover(session);
    await paid(session, 11);
    await session.setClock(billReadyAt(session, date) + 1_000);
    const once = await billOf(session, date);
    await session.setClock(turn - 60_000);
    await paid(session, 22);
    await endDay(session, date);
    const again = await billOf(session, date);
    session.judged();
    if (Buffer.compare(once.bytes, again.bytes) !== 0)
      session.fail({
        summary: {
          en: "a bill changed after it had been given out, when the clock was stepped back",
          zh: "账单发出后因时钟回拨而变化",
        },
        expected: alike(printOf(once)),
        seen: alike(printOf(again)),
        likelyCause: {
          en: "The day of a bill that is out is not closed to further bookings.",
          zh: "账单发出后，该会计日未关账。",
        },
      });
  },
};
