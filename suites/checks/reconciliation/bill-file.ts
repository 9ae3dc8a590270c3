import { addDays } from "../../../core/calendar/date.ts";
import type { Check } from "../../check.ts";
import { billOf, entriesOf, fen, forward, horizon, moved, today } from "../../data/books.ts";
import type { Entry } from "../../laws/history.ts";
import type { Fields } from "../../wire/draft.ts";
import { call, canPay, money, paid, refund } from "../steps.ts";
import { BILL, MONEY, billAfter, endDay, expectRows, net } from "./billed.ts";

const FIFTY = 50;

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
      if (amount > 100_000_000 && session.claims("refund.create"))
        await refund(session, payment["out_trade_no"] as string, amount - 100_000_000, "give back");
    }
    const rows = await billAfter(session, date);
    for (const payment of payments) {
      const [row] = rows.filter((one) => one.reference === payment["out_trade_no"] && one.direction === "credit");
      if (row?.amount !== fen(payment["amount"]))
        session.fail({
          summary: {
            en: `a payment of ${fen(payment["amount"])} fen is in the bill with another amount`,
            zh: `${fen(payment["amount"])} 分的支付在账单中金额不同`,
          },
          expected: `${fen(payment["amount"])} fen`,
          seen: row === undefined ? "no row" : `${row.amount} fen`,
          likelyCause: { en: "Yuan are computed in floating point.", zh: "元金额使用浮点计算。" },
        });
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
    const clock = session.offers("clock");
    if (clock) await forward(session);
    if (clock && canPay(session)) {
      const payment = await paid(session, 1_234);
      if (session.claims("refund.create"))
        session.expectSuccess(await refund(session, String(payment["out_trade_no"]), 34));
    }
    const date = clock ? today(session) : addDays(today(session), -1);
    if (clock) await endDay(session, date);
    // Hash, row count and the footer's count are held where the bill is read.
    const { bill } = await billOf(session, date);
    const sum = (direction: Entry["direction"]): number =>
      bill.rows.reduce((total, one) => total + (one.direction === direction ? one.amount : 0), 0);
    session.judged();
    if (bill.credits !== sum("credit") || bill.debits !== sum("debit"))
      session.fail({
        summary: {
          en: `the totals of the bill of ${date} are not the sums of its rows`,
          zh: `${date} 账单合计与明细不符`,
        },
        expected: `credits ${sum("credit")}, debits ${sum("debit")} (fen)`,
        seen: `credits ${bill.credits}, debits ${bill.debits}`,
      });
    if (!clock && bill.rows.length === 0)
      session.skip(
        "yesterday's bill is empty, and without the hook \"clock\" today's cannot be had",
        "昨日账单为空，且无时钟控制钩子无法取得今日账单",
        "capability",
      );
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
    const because = (seen: string): never =>
      session.fail({
        summary: {
          en: `download_url of the bill of ${date} does not lead to its file`,
          zh: `${date} 账单的 download_url 未指向其文件`,
        },
        expected: `an address that gives the ${bytes.length} bytes of the file`,
        seen,
      });
    session.judged();
    if (!URL.canParse(address)) because(`${JSON.stringify(address)}, which is no address`);
    const url = new URL(address);
    // A SUT reached under another name than its own gives an address that cannot be checked from here.
    if (url.origin !== new URL(baseUrl).origin)
      session.skip(
        `download_url leads to ${url.origin}, which is another place than the statement's`,
        `download_url 指向声明以外的地址 ${url.origin}`,
        "capability",
      );
    const exchange = await session.send(await session.request("bill.download", { bill_date: date }), {
      label: "the file at its download_url",
      tamper: { target: () => `${url.pathname}${url.search}`, mayKeep: true },
    });
    const answer = exchange.answer ?? session.inconclusive("no answer came", "未收到应答");
    if (!session.pack.succeeds(exchange.draft.interface, answer.status))
      because(`HTTP ${answer.status} ${answer.code ?? ""}`.trim());
    if (Buffer.compare(answer.body, bytes) !== 0) because(`${answer.body.length} other bytes`);
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
    const bills = BILL.every((id) => session.claims(id)) && session.offers("clock");
    const date = bills ? await forward(session) : today(session);
    const payment = await paid(session, 10_000);
    const numbers: string[] = [];
    let sum = 0;
    for (let turn = 1; turn <= FIFTY; turn += 1) {
      const part = 1 + ((turn * 37) % 199);
      const back = session.expectSuccess(
        await refund(session, String(payment["out_trade_no"]), part, `refund ${turn} of ${FIFTY}`),
      );
      numbers.push(String(back["out_refund_no"]));
      sum += part;
    }
    await session.settle("refund.query", { out_refund_no: numbers.at(-1) as string });
    const shown = session.expectSuccess(
      await call(
        session,
        "payment.query",
        { out_trade_no: payment["out_trade_no"] },
        "the payment after fifty refunds",
      ),
    );
    if (fen(shown["refunded"]) !== sum)
      session.fail({
        summary: { en: "refunded is not the sum of fifty refunds", zh: "累计退款不等于五十次退款之和" },
        expected: String(sum),
        seen: String(fen(shown["refunded"])),
      });
    const own = (await entriesOf(session, account, date, horizon(session))).filter((one) =>
      numbers.includes(one.reference),
    );
    session.judged();
    if (own.length !== FIFTY || moved(own) !== sum)
      session.fail({
        summary: { en: "the statement does not show fifty refunds", zh: "明细未精确显示五十次退款" },
        expected: `${FIFTY} credits of ${sum} in all`,
        seen: `${own.length} entries of ${moved(own)} in all`,
      });
    if (!bills) return;
    const rows = (await billAfter(session, date)).filter((one) => numbers.includes(one.reference));
    if (rows.length !== FIFTY || moved(rows) !== -sum)
      session.fail({
        summary: { en: "the bill does not show fifty refunds", zh: "账单未精确显示五十次退款" },
        expected: `${FIFTY} debits of ${sum} in all`,
        seen: `${rows.length} rows of ${moved(rows)} in all`,
      });
  },
};

/** What a party may say that a file could take for its own structure. */
const HOSTILE = [
  "=1+1",
  "+1",
  "@SUM(A1)",
  "-1+1",
  "a,b",
  'a"b',
  "a\nb",
  "a\r\nb,c",
  "a\tb",
  "a|b",
  '","","',
  "\u2028x",
  "'=1",
];

export const injection: Check = {
  id: "reconciliation.injection",
  requirement: "PAR-10",
  title: { en: "Data of a party cannot break the bill", zh: "对方数据不破坏账单" },
  effort: "standard",
  needs: { interfaces: [...BILL, ...MONEY], fixtures: ["customer.funded"], hooks: ["clock"] },
  async run(session) {
    const date = await forward(session);
    const payments: Fields[] = [];
    for (const text of HOSTILE) {
      const exchange = await call(
        session,
        "payment.create",
        { description: text, attach: text, amount: money(session, 100) },
        `description ${JSON.stringify(text)}`,
      );
      // Whether control characters are taken is another requirement's business; the bill must stand either way.
      if (exchange.answer !== undefined && exchange.answer.code === session.code("schema")) continue;
      payments.push(
        await session.settle("payment.query", {
          out_trade_no: session.expectSuccess(exchange)["out_trade_no"] as string,
        }),
      );
    }
    // Numbers may begin with a hyphen: a spreadsheet's formula too.
    for (const number of [`-1-${session.fresh()}`, `--${session.fresh()}`, `_${session.fresh()}`])
      payments.push(await paid(session, 100, { out_trade_no: number }));
    const first = payments[0];
    if (first !== undefined)
      session.expectSuccess(
        await call(
          session,
          "refund.create",
          { out_trade_no: first["out_trade_no"], amount: money(session, 1), reason: HOSTILE.join("") },
          "refund with a hostile reason",
        ),
      );
    const rows = await billAfter(session, date);
    for (const payment of payments) expectRows(session, rows, String(payment["out_trade_no"]), net(payment), date);
  },
};
