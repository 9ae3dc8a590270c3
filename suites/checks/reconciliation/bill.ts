import { addDays, calendar } from "../../../core/calendar/calendar.ts";
import { billOf, billReadyAt, entriesOf, fen, forward, horizon, moved, statementOf, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import { statementEqualsBill } from "../../laws/laws.ts";
import type { Entry } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { call, canPay, money, paid, refund } from "../steps.ts";

const BILL = ["bill.get", "bill.download"] as const;
const MONEY = ["payment.create", "payment.query", "refund.create", "refund.query"] as const;
const FIFTY = 50;

/** The start of the business date after the SUT's present one: the next cut-over. */
function nextCutover(session: Session): number {
  return calendar(session.pack.source.manifest.timeZone, session.pack.policies.cutover.at).startOfBusinessDate(addDays(today(session), 1));
}

/**
 * Ends a day at the SUT: its bill is ready, and something is booked on the day after, so that what comes later, by a clock
 * that has been given back too, cannot be booked on the day that is billed. Skips the check where the clock cannot be moved.
 */
export async function endDay(session: Session, date: string): Promise<void> {
  await session.setClock(Math.max(session.sutNow(), billReadyAt(session, date) + 1_000));
  if (canPay(session)) await paid(session, 1);
}

async function billAfter(session: Session, date: string): Promise<readonly Entry[]> {
  await endDay(session, date);
  return (await billOf(session, date)).bill.rows;
}

/** Holds that rows of a reference are exactly these, and add up to so much. */
function expectRows(session: Session, rows: readonly Entry[], reference: string, net: number, date: string): void {
  session.judged();
  const own = rows.filter((one) => one.reference === reference);
  if (own.length === 0) session.fail({ summary: { en: `${reference} is not in the bill of ${date}`, zh: `${reference} 不在 ${date} 账单中` }, expected: `rows of ${net} in all`, seen: "none" });
  if (moved(own) !== net) session.fail({ summary: { en: `${reference} is not in the bill of ${date} with its exact amount, once`, zh: `${reference} 在 ${date} 账单中的金额或次数不正确` }, expected: `rows of ${net} fen in all`, seen: JSON.stringify(own), likelyCause: { en: "Yuan are computed in floating point, or rows are left out or doubled.", zh: "元金额使用浮点计算，或行缺失、重复。" } });
}

function net(payment: Fields): number {
  return fen(payment["amount"]) - fen(payment["fee"]);
}

/** How far the SUT's clock may be from what was set, for the time that the hook took. */
const CLOCK_MARGIN_MS = 500;

export const successesBilled: Check = {
  id: "reconciliation.successes-billed",
  requirement: "REC-02",
  title: { en: "Every success is in the bill, and every row has its cause", zh: "成功必入账单，账单行皆有来源" },
  effort: "standard",
  needs: { interfaces: [...BILL, ...MONEY, "settlement.balance", "settlement.statement"], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const date = await forward(session);
    const payments = [await paid(session, 4_321), await paid(session, 1), await paid(session, 99_999)];
    const back = session.expectSuccess(await refund(session, payments[0]?.["out_trade_no"] as string, 321));
    await session.settle("refund.query", { out_refund_no: back["out_refund_no"] as string });
    const refusedNumber = session.fresh();
    session.expectRefusal(await call(session, "refund.create", { out_refund_no: refusedNumber, out_trade_no: payments[1]?.["out_trade_no"], amount: money(session, 2) }, "a refund that is refused"), "REFUND_EXCEEDS_PAYMENT");
    const rows = await billAfter(session, date);
    for (const payment of payments) {
      expectRows(session, rows, String(payment["out_trade_no"]), net(payment), date);
      const found = session.expectSuccess(await call(session, "payment.query", { out_trade_no: payment["out_trade_no"] }, "query on the next day"));
      if (found["state"] !== "SUCCEEDED" || found["business_date"] !== date) session.fail({ summary: { en: "an acknowledged success is not found on the next day as it was", zh: "已确认的成功次日查询不一致" }, expected: `SUCCEEDED of ${date}`, seen: `${String(found["state"])} of ${String(found["business_date"])}` });
    }
    expectRows(session, rows, String(back["out_refund_no"]), -321, date);
    if (rows.some((one) => one.reference === refusedNumber)) session.fail({ summary: { en: "a refused refund is in the bill", zh: "被拒绝的退款出现在账单中" }, expected: "no row", seen: refusedNumber });
    await expectBillIsStatement(session, date);
  },
};

/** Bill and settlement statement of a day, entry by entry. */
async function expectBillIsStatement(session: Session, date: string): Promise<void> {
  const statement = await statementOf(session, SETTLEMENT, date, date);
  const bill = session.run.observed.findLast((one) => one.kind === "bill" && one.date === date);
  if (bill === undefined) return;
  session.judged();
  const [breach] = statementEqualsBill([bill, { ...statement, at: Math.max(statement.at, bill.at) }]);
  if (breach !== undefined) session.fail({ summary: { en: `bill and statement of ${date} differ`, zh: `${date} 账单与明细不一致` }, expected: breach.expected, seen: breach.seen, minimal: { description: "what differs", value: breach.because } });
}

export const cutover: Check = {
  id: "reconciliation.cutover",
  requirement: "REC-03",
  title: { en: "Payments around cut-over are each in one day's bill", zh: "日切前后的支付各入一日账单" },
  effort: "standard",
  needs: { interfaces: [...BILL, "payment.create", "payment.query"], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    const turn = nextCutover(session);
    await session.setClock(turn - 2_000);
    const payments: Fields[] = [];
    const spans: (readonly [began: number, ended: number])[] = [];
    // From about two seconds before the turn to some after it; none is missed out in between.
    while (session.sutNow() < turn + 700) {
      const began = session.sutNow();
      payments.push(await paid(session, 100 + payments.length));
      spans.push([began, session.sutNow()]);
      await session.sleep(100);
    }
    const dates = payments.map((one) => String(one["business_date"]));
    for (const [index, date] of dates.entries()) if (date !== first && date !== second) session.fail({ summary: { en: "a payment around cut-over has a strange business_date", zh: "日切前后支付的 business_date 异常" }, expected: `${first} or ${second}`, seen: `${date} (payment ${index + 1})` });
    // Only of a payment that was made wholly on one side of the turn is it known which day it has.
    const wrong = dates.some((date, index) => {
      const [began, ended] = spans[index] ?? [turn, turn];
      return (ended < turn - CLOCK_MARGIN_MS && date !== first) || (began > turn + CLOCK_MARGIN_MS && date !== second);
    });
    if (!wrong && (!dates.includes(first) || !dates.includes(second))) session.inconclusive("no payment was made in time on one side of cut-over: the machine was too slow", "日切某一侧未能及时完成支付：机器过慢");
    if (wrong) session.fail({ summary: { en: "business_date did not turn at cut-over", zh: "business_date 未在日切时翻转" }, expected: `${first} before ${session.pack.policies.cutover.at} and ${second} after it`, seen: [...new Set(dates)].join(", ") });
    const bills = new Map([[first, await billAfter(session, first)], [second, await billAfter(session, second)]]);
    for (const payment of payments) {
      const [number, own] = [String(payment["out_trade_no"]), String(payment["business_date"])];
      expectRows(session, bills.get(own) ?? [], number, net(payment), own);
      const other = own === first ? second : first;
      if (bills.get(other)?.some((one) => one.reference === number) === true) session.fail({ summary: { en: "a payment is in two days' bills", zh: "同一支付出现在两日账单中" }, expected: `only in that of ${own}`, seen: `also in that of ${other}` });
    }
  },
};

/** The clock goes back over the cut-over that it has passed; the day that was reached stays. */
export const clockBack: Check = {
  id: "reconciliation.clock-back",
  requirement: "REC-03",
  title: { en: "A clock that is stepped back over cut-over takes no payment back to the day that is over", zh: "时钟回拨越过日切时，支付不得记回已结束之日" },
  effort: "standard",
  needs: { interfaces: [...BILL, "payment.create", "payment.query"], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    const turn = nextCutover(session);
    const payments: Fields[] = [];
    for (const [moment, amount] of [[turn - 60_000, 101], [turn + 5_000, 202], [turn - 30_000, 303]] as const) {
      await session.setClock(moment);
      payments.push(await paid(session, amount));
    }
    const dates = payments.map((one) => String(one["business_date"]));
    const expected = [first, second, second];
    session.judged();
    if (dates.join() !== expected.join()) session.fail({ summary: { en: "the business date went back with the clock, or did not turn", zh: "会计日期随时钟回退，或未在日切时翻转" }, expected: `${expected.join(", ")} for payments before cut-over, after it, and after the clock was stepped back over it`, seen: dates.join(", "), likelyCause: { en: "The business date is worked out from the clock each time, and not kept.", zh: "会计日期每次由时钟推算，未持久保存。" } });
    const bills = new Map([[first, await billAfter(session, first)], [second, await billAfter(session, second)]]);
    for (const payment of payments) {
      const [number, own] = [String(payment["out_trade_no"]), String(payment["business_date"])];
      expectRows(session, bills.get(own) ?? [], number, net(payment), own);
      const other = own === first ? second : first;
      if (bills.get(other)?.some((one) => one.reference === number) === true) session.fail({ summary: { en: "a payment is in two days' bills", zh: "同一支付出现在两日账单中" }, expected: `only in that of ${own}`, seen: `also in that of ${other}` });
    }
  },
};

export const refundNextDay: Check = {
  id: "reconciliation.refund-next-day",
  requirement: "REC-04",
  title: { en: "A refund of a later day is in that day's bill", zh: "次日退款入次日账单" },
  effort: "standard",
  needs: { interfaces: [...BILL, ...MONEY], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const first = await forward(session);
    const payment = await paid(session, 777);
    const number = String(payment["out_trade_no"]);
    const before = await billAfter(session, first);
    expectRows(session, before, number, net(payment), first);
    const second = today(session);
    const back = session.expectSuccess(await refund(session, number, 77));
    const refundNumber = String(back["out_refund_no"]);
    await session.settle("refund.query", { out_refund_no: refundNumber });
    const unchanged = (await billOf(session, first)).bill.rows;
    if (JSON.stringify(unchanged) !== JSON.stringify(before)) session.fail({ summary: { en: "a refund of the next day changed the payment's bill", zh: "次日退款改变了原支付日账单" }, expected: `${before.length} rows as before`, seen: `${unchanged.length} rows` });
    const rows = await billAfter(session, second);
    expectRows(session, rows, refundNumber, -77, second);
    if (rows.some((one) => one.reference === number)) session.fail({ summary: { en: "the payment is billed again on the day of its refund", zh: "原支付在退款日再次入账单" }, expected: `${number} only in the bill of ${first}`, seen: `also in that of ${second}` });
  },
};

export const billStable: Check = {
  id: "reconciliation.bill-stable",
  requirement: "REC-05",
  title: { en: "A bill is ready, dated, and equal byte for byte", zh: "账单就绪、有期限且逐字节一致" },
  effort: "smoke",
  needs: { interfaces: BILL },
  async run(session) {
    const date = today(session);
    for (const id of BILL) {
      session.expectRefusal(await call(session, id, { bill_date: date }, "bill of the running day"), "BILL_NOT_READY");
      session.expectRefusal(await call(session, id, { bill_date: addDays(date, 1) }, "bill of tomorrow"), "BILL_NOT_FOUND");
      session.expectRefusal(await call(session, id, { bill_date: addDays(date, -91) }, "bill of 91 days ago"), "BILL_NOT_FOUND");
    }
    // In the first minutes of a day yesterday's bill is not out yet; that of the day before is.
    const ready = addDays(date, session.sutNow() > billReadyAt(session, addDays(date, -1)) + 30_000 ? -1 : -2);
    for (const past of [ready, addDays(date, -89)]) {
      const [one, other] = [await billOf(session, past), await billOf(session, past)];
      if (Buffer.compare(one.bytes, other.bytes) !== 0) session.fail({ summary: { en: `the bill of ${past} differs from one time to the next`, zh: `${past} 账单两次获取不一致` }, expected: `${one.bytes.length} equal bytes`, seen: `${other.bytes.length} bytes, different` });
      if (one.said["hash_value"] !== other.said["hash_value"]) session.fail({ summary: { en: `the hash of the bill of ${past} differs from one time to the next`, zh: `${past} 账单哈希两次不一致` }, expected: String(one.said["hash_value"]), seen: String(other.said["hash_value"]) });
    }
  },
};

export const billMoment: Check = {
  id: "reconciliation.bill-moment",
  requirement: "REC-05",
  title: { en: "A bill is given out when it is ready, not earlier", zh: "账单在就绪时刻之后方可取" },
  effort: "standard",
  needs: { interfaces: BILL, hooks: ["clock"] },
  async run(session) {
    const date = await forward(session);
    await session.setClock(billReadyAt(session, date) - 20_000);
    for (const id of BILL) session.expectRefusal(await call(session, id, { bill_date: date }, "20 s before it is ready"), "BILL_NOT_READY");
    await endDay(session, date);
    const once = await billOf(session, date);
    // What is booked afterwards is another day's.
    if (canPay(session)) await paid(session, 5);
    // Nor does it say when it was asked for, to the second that times are told in.
    await session.sleep(1_100);
    const again = await billOf(session, date);
    if (Buffer.compare(once.bytes, again.bytes) !== 0) session.fail({ summary: { en: "a bill changed after it had been given out", zh: "账单发出后发生变化" }, expected: String(once.said["hash_value"]), seen: String(again.said["hash_value"]) });
  },
};

/** A bill that was given out is out, though nothing was booked on the new day yet. */
export const billKept: Check = {
  id: "reconciliation.bill-kept",
  requirement: "REC-05",
  title: { en: "A bill that was given out stays as it is when the clock is stepped back", zh: "账单发出后，时钟回拨不得改变其内容" },
  effort: "standard",
  needs: { interfaces: [...BILL, "payment.create", "payment.query"], fixtures: ["customer.funded"], hooks: ["clock"] },
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
    if (Buffer.compare(once.bytes, again.bytes) !== 0) session.fail({ summary: { en: "a bill changed after it had been given out, when the clock was stepped back", zh: "账单发出后因时钟回拨而变化" }, expected: String(once.said["hash_value"]), seen: String(again.said["hash_value"]), likelyCause: { en: "The day of a bill that is out is not closed to further bookings.", zh: "账单发出后，该会计日未关账。" } });
  },
};

/** Amounts that floating point gets wrong, or that lose a zero. */
const TELLING = [1, 9, 10, 29, 57, 58, 100, 110, 115, 1_005, 1_999, 4_035, 100_000, 107_374_182_401, 900_719_925_473];

export const yuan: Check = {
  id: "reconciliation.yuan",
  requirement: "REC-06",
  title: { en: "Yuan in the bill are exactly the fen of the interfaces", zh: "账单元与接口分精确一致" },
  effort: "standard",
  needs: { interfaces: [...BILL, "payment.create", "payment.query"], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const date = await forward(session);
    const payments: Fields[] = [];
    for (const amount of TELLING) {
      const exchange = await call(session, "payment.create", { amount: money(session, amount) }, `pay ${amount} fen`);
      // Not every test account is that rich.
      if (exchange.answer?.code === "INSUFFICIENT_FUNDS" && amount > 100_000) continue;
      const payment = session.expectSuccess(exchange);
      payments.push(await session.settle("payment.query", { out_trade_no: payment["out_trade_no"] as string }));
      if (amount > 100_000_000 && session.claims("refund.create")) await refund(session, payment["out_trade_no"] as string, amount - 100_000_000, "give back");
    }
    const rows = await billAfter(session, date);
    for (const payment of payments) {
      const [row] = rows.filter((one) => one.reference === payment["out_trade_no"] && one.direction === "credit");
      if (row?.amount !== fen(payment["amount"])) session.fail({ summary: { en: `a payment of ${fen(payment["amount"])} fen is in the bill with another amount`, zh: `${fen(payment["amount"])} 分的支付在账单中金额不同` }, expected: `${fen(payment["amount"])} fen`, seen: row === undefined ? "no row" : `${row.amount} fen`, likelyCause: { en: "Yuan are computed in floating point.", zh: "元金额使用浮点计算。" } });
      expectRows(session, rows, String(payment["out_trade_no"]), net(payment), date);
    }
  },
};

export const totals: Check = {
  id: "reconciliation.totals",
  requirement: "REC-07",
  title: { en: "Row count, totals and hash agree with the file", zh: "行数、合计与哈希与文件一致" },
  effort: "smoke",
  needs: { interfaces: BILL },
  async run(session) {
    const clock = session.statement.hooks?.supports.includes("clock") === true;
    if (clock) await forward(session);
    if (clock && canPay(session)) {
      const payment = await paid(session, 1_234);
      if (session.claims("refund.create")) session.expectSuccess(await refund(session, String(payment["out_trade_no"]), 34));
    }
    const date = clock ? today(session) : addDays(today(session), -1);
    if (clock) await endDay(session, date);
    // Hash, row count and the footer's count are held where the bill is read.
    const { bill } = await billOf(session, date);
    const sum = (direction: Entry["direction"]): number => bill.rows.reduce((total, one) => total + (one.direction === direction ? one.amount : 0), 0);
    session.judged();
    if (bill.credits !== sum("credit") || bill.debits !== sum("debit")) session.fail({ summary: { en: `the totals of the bill of ${date} are not the sums of its rows`, zh: `${date} 账单合计与明细不符` }, expected: `credits ${sum("credit")}, debits ${sum("debit")} (fen)`, seen: `credits ${bill.credits}, debits ${bill.debits}` });
    if (!clock && bill.rows.length === 0) session.skip("yesterday's bill is empty, and without the hook \"clock\" today's cannot be had", "昨日账单为空，且无时钟控制钩子无法取得今日账单", "capability");
  },
};

/** The address that a bill is told with is that of its file. */
export const billAddress: Check = {
  id: "reconciliation.bill-address",
  requirement: "REC-07",
  title: { en: "The address of a bill leads to its file", zh: "账单下载地址指向该账单文件" },
  effort: "standard",
  needs: { interfaces: BILL },
  async run(session) {
    // One that is out on any day.
    const date = addDays(today(session), -2);
    const { bytes, said } = await billOf(session, date);
    const address = String(said["download_url"]);
    const { baseUrl } = session.statement;
    const because = (seen: string): never => session.fail({ summary: { en: `download_url of the bill of ${date} does not lead to its file`, zh: `${date} 账单的 download_url 未指向其文件` }, expected: `an address that gives the ${bytes.length} bytes of the file`, seen });
    session.judged();
    if (!URL.canParse(address)) because(`${JSON.stringify(address)}, which is no address`);
    const url = new URL(address);
    // Whoever is reached under another name than he gives himself gives an address that only he can vouch for.
    if (url.origin !== new URL(baseUrl).origin) session.skip(`download_url leads to ${url.origin}, which is another place than the statement's`, `download_url 指向声明以外的地址 ${url.origin}`, "capability");
    const exchange = await session.send(await session.request("bill.download", { bill_date: date }), { label: "the file at its download_url", tamper: { target: () => `${url.pathname}${url.search}` } });
    const answer = exchange.answer ?? session.inconclusive("no answer came", "未收到应答");
    if (answer.status !== exchange.draft.interface.response.status) because(`HTTP ${answer.status} ${answer.code ?? ""}`.trim());
    if (Buffer.compare(answer.body, bytes) !== 0) because(`${answer.body.length} other bytes`);
  },
};

export const lateBilled: Check = {
  id: "reconciliation.late-billed",
  requirement: "REC-08",
  title: { en: "A success after cut-over is billed on the day it was booked, once", zh: "日切后成功的支付入记账日账单且仅一次" },
  effort: "standard",
  needs: { interfaces: [...BILL, "payment.create", "payment.query"], fixtures: ["payment.settles-late-success"], hooks: ["clock"] },
  async run(session) {
    const first = await forward(session);
    const second = addDays(first, 1);
    await session.setClock(nextCutover(session) - 1_000);
    const binding_id = session.fixture("payment.settles-late-success")["binding_id"];
    const open = session.expectSuccess(await call(session, "payment.create", { binding_id, amount: money(session, 555) }, "pay just before cut-over, to be settled late"));
    const number = String(open["out_trade_no"]);
    const payment = await session.settle("payment.query", { out_trade_no: number });
    if (payment["state"] !== "SUCCEEDED") session.inconclusive(`the payment ended ${String(payment["state"])}`, `支付终态为 ${String(payment["state"])}`);
    const own = String(payment["business_date"]);
    if (own !== first && own !== second) session.fail({ summary: { en: "a late success has a strange business_date", zh: "延迟成功的 business_date 异常" }, expected: `${first} or ${second}`, seen: own });
    const bills = new Map([[first, await billAfter(session, first)], [second, await billAfter(session, second)]]);
    expectRows(session, bills.get(own) ?? [], number, net(payment), own);
    const other = own === first ? second : first;
    if (bills.get(other)?.some((one) => one.reference === number) === true) session.fail({ summary: { en: "a late success is billed on two days", zh: "延迟成功出现在两日账单中" }, expected: `only ${own}`, seen: `also ${other}` });
  },
};

export const fiftyRefunds: Check = {
  id: "reconciliation.fifty-refunds",
  requirement: "REC-11",
  title: { en: "Fifty refunds add up in payment, statement and bill", zh: "五十次退款在支付、明细、账单中精确累计" },
  effort: "standard",
  needs: { interfaces: [...MONEY, "account.balance", "account.statement"], fixtures: ["customer.funded"] },
  async run(session) {
    const account = String(session.fixture("customer.funded")["binding_id"]);
    const bills = BILL.every((id) => session.claims(id)) && session.statement.hooks?.supports.includes("clock") === true;
    const date = bills ? await forward(session) : today(session);
    const payment = await paid(session, 10_000);
    const numbers: string[] = [];
    let sum = 0;
    for (let turn = 1; turn <= FIFTY; turn += 1) {
      const part = 1 + ((turn * 37) % 199);
      const back = session.expectSuccess(await refund(session, String(payment["out_trade_no"]), part, `refund ${turn} of ${FIFTY}`));
      numbers.push(String(back["out_refund_no"]));
      sum += part;
    }
    await session.settle("refund.query", { out_refund_no: numbers.at(-1) as string });
    const shown = session.expectSuccess(await call(session, "payment.query", { out_trade_no: payment["out_trade_no"] }, "the payment after fifty refunds"));
    if (fen(shown["refunded"]) !== sum) session.fail({ summary: { en: "refunded is not the sum of fifty refunds", zh: "累计退款不等于五十次退款之和" }, expected: String(sum), seen: String(fen(shown["refunded"])) });
    const own = (await entriesOf(session, account, date, horizon(session))).filter((one) => numbers.includes(one.reference));
    session.judged();
    if (own.length !== FIFTY || moved(own) !== sum) session.fail({ summary: { en: "the statement does not show fifty refunds", zh: "明细未精确显示五十次退款" }, expected: `${FIFTY} credits of ${sum} in all`, seen: `${own.length} entries of ${moved(own)} in all` });
    if (!bills) return;
    const rows = (await billAfter(session, date)).filter((one) => numbers.includes(one.reference));
    if (rows.length !== FIFTY || moved(rows) !== -sum) session.fail({ summary: { en: "the bill does not show fifty refunds", zh: "账单未精确显示五十次退款" }, expected: `${FIFTY} debits of ${sum} in all`, seen: `${rows.length} rows of ${moved(rows)} in all` });
  },
};

/** What a party may say that a file could take for its own structure. */
const HOSTILE = ["=1+1", "+1", "@SUM(A1)", "-1+1", "a,b", 'a"b', "a\nb", "a\r\nb,c", "a\tb", "a|b", '","","', "\u2028x", "'=1"];

export const injection: Check = {
  id: "reconciliation.injection",
  requirement: "PAR-10",
  title: { en: "What a party sends leaves the bill whole", zh: "对方数据不破坏账单" },
  effort: "standard",
  needs: { interfaces: [...BILL, ...MONEY], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const date = await forward(session);
    const payments: Fields[] = [];
    for (const text of HOSTILE) {
      const exchange = await call(session, "payment.create", { description: text, attach: text, amount: money(session, 100) }, `description ${JSON.stringify(text)}`);
      // Whether control characters are taken is another requirement's business; the bill must stand either way.
      if (exchange.answer !== undefined && exchange.answer.code === session.code("schema")) continue;
      payments.push(await session.settle("payment.query", { out_trade_no: session.expectSuccess(exchange)["out_trade_no"] as string }));
    }
    // Numbers may begin with a hyphen: a spreadsheet's formula too.
    for (const number of [`-1-${session.fresh()}`, `--${session.fresh()}`, `_${session.fresh()}`]) payments.push(await paid(session, 100, { out_trade_no: number }));
    const first = payments[0];
    if (first !== undefined) session.expectSuccess(await call(session, "refund.create", { out_trade_no: first["out_trade_no"], amount: money(session, 1), reason: HOSTILE.join("") }, "refund with a hostile reason"));
    const rows = await billAfter(session, date);
    for (const payment of payments) expectRows(session, rows, String(payment["out_trade_no"]), net(payment), date);
  },
};
