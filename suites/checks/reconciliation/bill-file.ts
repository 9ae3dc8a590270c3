import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike } from "../../../core/text/alike.ts";
import { numberOf } from "../shown-steps.ts";
import { addDays } from "../../../core/calendar/date.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Check, Instance, PlanContext } from "../../check.ts";
import { billOf, claimsAccount, entriesOf, forward, horizon, moved, shownBy, today } from "../../data/books.ts";
import { freeTexts } from "../../data/free-texts.ts";
import type { Entry } from "../../laws/history.ts";
import { billsOf } from "../../resources/bill.ts";
import { reasonTimes } from "../../resources/limits.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { calledPrefix, signedPrefix } from "../../statement/prefix.ts";
import type { Fields } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { accountOf, look, needed, originalHandle, settled } from "../resource-steps.ts";
import { billAfter, endDay, expectRows, net } from "./billed.ts";
import {
  bills,
  canPay,
  canRefund,
  charge,
  claimsBills,
  eachBill,
  paid,
  refund,
  refundOf,
  refundSettled,
} from "./subjects.ts";

/** Where the pack does not say how many refunds a payment bears. */
const FIFTY = 50;

/** Amounts that floating point gets wrong, or that lose a zero. */
const TELLING = [1, 9, 10, 29, 57, 58, 100, 110, 115, 1_005, 1_999, 4_035, 100_000, 107_374_182_401, 900_719_925_473];

export const yuan: Check = {
  id: "reconciliation.yuan",
  requirement: "REC-06",
  title: { en: "Yuan in the bill are exactly the fen of the interfaces", zh: "账单元与接口分精确一致" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const date = await forward(session);
    const payments: Shown[] = [];
    for (const amount of TELLING) {
      const payment = charge(session);
      const exchange = await session.ask(needed(session, payment, "creates"), { amount }, `pay ${amount} fen`);
      // Not every test account is that rich, and not every interface takes as much.
      const beyond = [
        ...session.pack.resources.codes(exchange.draft.interface, "insufficient"),
        session.code("schema"),
      ];
      if (beyond.includes(exchange.answer?.code ?? "") && amount > 100_000) continue;
      const shown = await settled(session, payment, session.expectShown(exchange));
      payments.push(shown);
      if (amount > 100_000_000 && canRefund(session)) await refund(session, shown, amount - 100_000_000, "give back");
    }
    const rows = await billAfter(session, date);
    for (const payment of payments) {
      const [row] = rows.filter((one) => one.reference === numberOf(session, payment) && one.direction === "credit");
      if (row?.amount !== payment.minor("amount"))
        session.fail({
          summary: {
            en: `a payment of ${payment.minor("amount")} fen is in the bill with another amount`,
            zh: `${payment.minor("amount")} 分的支付在账单中金额不同`,
          },
          expected: { en: `${payment.minor("amount")} fen`, zh: `${payment.minor("amount")} 分` },
          seen:
            row === undefined ? { en: "no row", zh: "无此行" } : { en: `${row.amount} fen`, zh: `${row.amount} 分` },
          likelyCause: { en: "Yuan are computed in floating point.", zh: "元金额使用浮点计算。" },
        });
      expectRows(session, rows, numberOf(session, payment), net(payment), date);
    }
  },
};

export const totals: Check = {
  id: "reconciliation.totals",
  requirement: "REC-07",
  title: { en: "Row count, totals and hash agree with the file", zh: "行数、合计与哈希与文件一致" },
  effort: "smoke",
  each: eachBill,
  async run(session) {
    const clock = session.offers("clock");
    if (clock) await forward(session);
    if (clock && canPay(session)) {
      const payment = await paid(session, 1_234);
      if (canRefund(session)) session.expectSuccess(await refund(session, payment, 34));
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
        expected: {
          en: `credits ${sum("credit")}, debits ${sum("debit")} (fen)`,
          zh: `贷方 ${sum("credit")}，借方 ${sum("debit")}（分）`,
        },
        seen: { en: `credits ${bill.credits}, debits ${bill.debits}`, zh: `贷方 ${bill.credits}，借方 ${bill.debits}` },
      });
    if (!clock && bill.rows.length === 0)
      session.skip(
        "yesterday's bill is empty, and without the hook \"clock\" today's cannot be had",
        "昨日账单为空，且无时钟控制钩子无法取得今日账单",
        "capability",
        { kind: "hook", name: "clock" },
      );
  },
};

/** One case where the bill is told with an address. */
function eachAddressed(context: PlanContext): readonly Instance[] {
  const found = billsOf(context.pack);
  const told = found !== undefined && context.pack.meanings(found.announced).shown("url").length > 0;
  return found === undefined || told
    ? eachBill(context)
    : [{ id: "", absent: { en: "the bill is told with no address", zh: "账单应答中没有下载地址" } }];
}

/** The address that a bill is told with is that of its file. */
export const billAddress: Check = {
  id: "reconciliation.bill-address",
  requirement: "REC-07",
  title: { en: "The address of a bill leads to its file", zh: "账单下载地址指向该账单文件" },
  effort: "standard",
  each: eachAddressed,
  async run(session) {
    // One that is out on any day.
    const date = addDays(today(session), -2);
    const { bytes, said } = await billOf(session, date);
    const address = String(said.text("url"));
    const { baseUrl } = session.statement;
    const because = (seen: Bilingual): never =>
      session.fail({
        summary: {
          en: `the address in the bill of ${date} does not lead to its file`,
          zh: `${date} 账单所给地址未指向其文件`,
        },
        expected: {
          en: `an address that gives the ${bytes.length} bytes of the file`,
          zh: `可下载该文件（${bytes.length} 字节）的地址`,
        },
        seen,
      });
    session.judged();
    if (!URL.canParse(address))
      because({
        en: `${JSON.stringify(address)}, which is no address`,
        zh: `${JSON.stringify(address)}，不是 URL`,
      });
    const url = new URL(address);
    // A SUT reached under another name than its own gives an address that cannot be checked from here.
    if (url.origin !== new URL(baseUrl).origin)
      session.skip(
        `its address leads to ${url.origin}, which is another place than the statement's`,
        `账单地址指向声明以外的地址 ${url.origin}`,
        "capability",
      );
    const target = `${url.pathname}${url.search}`;
    const prefix = calledPrefix(session.statement);
    // An address outside of the base path is called as it is told.
    const signed = target.startsWith(`${prefix}/`)
      ? signedPrefix(session.statement) + target.slice(prefix.length)
      : target;
    const exchange = await session.send(await session.make(bills(session).file, { date }), {
      label: "the file at its address",
      tamper: {
        signed: (message) => ({ ...message, target: signed }),
        wire: (request) => ({ ...request, url: url.origin + target }),
        mayKeep: true,
      },
    });
    const answer = exchange.answer ?? session.inconclusive("no answer came", "未收到应答");
    if (!session.pack.succeeds(exchange.draft.interface, answer.status))
      because(alike(`HTTP ${answer.status} ${answer.code ?? ""}`.trim()));
    if (Buffer.compare(answer.body, bytes) !== 0)
      because({ en: `${answer.body.length} other bytes`, zh: `${answer.body.length} 字节，内容不同` });
  },
};

export const fiftyRefunds: Check = {
  id: "reconciliation.fifty-refunds",
  requirement: "REC-11",
  title: { en: "Fifty refunds add up in payment, statement and bill", zh: "五十次退款在支付、明细、账单中精确累计" },
  effort: "standard",
  async run(session) {
    const listed = claimsAccount(session, "lists", "entries", CUSTOMER);
    const billed = session.offers("clock") && billsOf(session.pack) !== undefined && claimsBills(session);
    // Nothing else shows a refund by itself.
    if (!listed && !billed) shownBy(session, "lists", "entries", CUSTOMER);
    const most = reasonTimes(session.pack, needed(session, refundOf(session), "creates"), "too-many") ?? FIFTY;
    const date = billed ? await forward(session) : today(session);
    const payment = await paid(session, 10_000);
    const numbers: string[] = [];
    let sum = 0;
    let last: Shown | undefined;
    for (let turn = 1; turn <= most; turn += 1) {
      const part = 1 + ((turn * 37) % 199);
      last = session.expectShown(await refund(session, payment, part, `refund ${turn} of ${most}`));
      numbers.push(numberOf(session, last));
      sum += part;
    }
    if (last !== undefined) await refundSettled(session, last);
    const shown = await look(session, charge(session), payment);
    if (shown.shows("returned") && shown.minor("returned") !== sum)
      session.fail({
        summary: { en: "what was given back is not the sum of all refunds", zh: "累计退款不等于各次退款之和" },
        expected: alike(String(sum)),
        seen: alike(String(shown.minor("returned"))),
      });
    session.judged();
    if (listed) await expectListed(session, numbers, sum, date);
    if (!billed) return;
    const rows = (await billAfter(session, date)).filter((one) => numbers.includes(one.reference));
    if (rows.length !== most || moved(rows) !== -sum)
      session.fail({
        summary: { en: "the bill does not show fifty refunds", zh: "账单未精确显示五十次退款" },
        expected: { en: `${most} debits of ${sum} in all`, zh: `${most} 笔借记，合计 ${sum}` },
        seen: { en: `${rows.length} rows of ${moved(rows)} in all`, zh: `${rows.length} 行，合计 ${moved(rows)}` },
      });
  },
};

/** Any account but the party's own. */
const CUSTOMER = "";

/** Holds that the statement of the customer's account has each refund, and that they add up. */
async function expectListed(session: Session, numbers: readonly string[], sum: number, date: string): Promise<void> {
  const account = await accountOf(session, charge(session));
  const own = (await entriesOf(session, account, date, horizon(session))).filter((one) =>
    numbers.includes(one.reference),
  );
  if (own.length === numbers.length && moved(own) === sum) return;
  session.fail({
    summary: { en: "the statement does not show fifty refunds", zh: "明细未精确显示五十次退款" },
    expected: { en: `${numbers.length} credits of ${sum} in all`, zh: `${numbers.length} 笔贷记，合计 ${sum}` },
    seen: { en: `${own.length} entries of ${moved(own)} in all`, zh: `${own.length} 条明细，合计 ${moved(own)}` },
  });
}

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
  needs: { hooks: ["clock"] },
  each: eachBill,
  async run(session) {
    const date = await forward(session);
    const payments: Shown[] = [];
    for (const text of HOSTILE) {
      const payment = charge(session);
      const create = needed(session, payment, "creates");
      const draft = await session.request(create.id, freeTextsOf(session, create, text), { given: { amount: 100 } });
      const exchange = await session.send(draft, { label: `free texts of ${JSON.stringify(text)}` });
      // Whether control characters are taken is another requirement's business; the bill must stand either way.
      if (exchange.answer !== undefined && exchange.answer.code === session.code("schema")) continue;
      payments.push(await settled(session, payment, session.expectShown(exchange)));
    }
    // Numbers may begin with a hyphen: a spreadsheet's formula too.
    for (const number of [`-1-${session.fresh()}`, `--${session.fresh()}`, `_${session.fresh()}`]) {
      const payment = charge(session);
      const exchange = await session.ask(needed(session, payment, "creates"), { amount: 100, number }, `pay ${number}`);
      // Not every interface has such numbers.
      if (exchange.answer?.code === session.code("schema")) continue;
      payments.push(await settled(session, payment, session.expectShown(exchange)));
    }
    const first = payments[0];
    if (first !== undefined) session.expectSuccess(await hostileRefund(session, first));
    const rows = await billAfter(session, date);
    for (const payment of payments) expectRows(session, rows, numberOf(session, payment), net(payment), date);
  },
};

/** The same text in every free text of a request. */
function freeTextsOf(session: Session, one: Interface, text: string): Fields {
  return Object.fromEntries(Object.keys(freeTexts(session, one.id)).map((name) => [name, text]));
}

async function hostileRefund(session: Session, payment: Shown): Promise<Exchange> {
  const create = needed(session, refundOf(session), "creates");
  const texts = freeTextsOf(session, create, HOSTILE.join(""));
  const draft = await session.request(create.id, texts, { given: { ...originalHandle(session, payment), amount: 1 } });
  return session.send(draft, { label: "refund with hostile texts" });
}
