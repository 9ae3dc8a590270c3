import { alike, asJson, named } from "../../../core/text/alike.ts";
import { balanceOf, entriesOf, horizon, lastOfRange, moved, shownBy, statementOf, today } from "../../data/books.ts";
import type { AccountName } from "../../data/books.ts";
import { leaves } from "../../generators/fields.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check, Instance } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { StatementSeen } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import { accountOf } from "../resource-steps.ts";
import { numberOf } from "../shown-steps.ts";
import { charge, paid, refund, refundSettled } from "./subjects.ts";
import { feeFor } from "../../resources/fees.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Given } from "../../data/request-builder.ts";
import { valueAt } from "../../resources/meant.ts";

const AMOUNTS = [1, 83, 84, 99, 100, 250, 12_345];

/** Accounts that can be read: the settlement account, and the customer that most checks use. */
export async function readable(session: Session, name: string): Promise<AccountName> {
  for (const [verb, thing] of [
    ["reads", "balance"],
    ["lists", "entries"],
  ] as const) {
    const one = shownBy(session, verb, thing, name);
    if (!session.claims(one.id))
      session.skip(`the interface ${one.id} is not in the profile`, `接口 ${one.id} 不在声明范围内`, "not-demanded");
  }
  return name === SETTLEMENT ? SETTLEMENT : accountOf(session, charge(session));
}

export const eachAccount = (): readonly Instance[] => ["customer", SETTLEMENT].map((id) => ({ id, data: id }));

/** Payments of uneven amounts and refunds between two readings of an account: it must move by its entries, entry by entry. */
export const booksBalance: Check = {
  id: "reconciliation.books",
  requirement: "REC-01",
  title: { en: "A balance moves by its entries, entry by entry", zh: "余额逐笔等于分录累计" },
  effort: "smoke",
  each: eachAccount,
  async run(session, instance) {
    const account = await readable(session, instance.data as string);
    const from = today(session);
    const { available, pending, posted } = await balanceOf(session, account);
    if (available !== posted - pending)
      session.fail({
        summary: {
          en: "the available balance is not the posted balance less the holds",
          zh: "可用余额不等于已记账减在途占用",
        },
        expected: named("available", posted - pending),
        seen: asJson({ available, pending, posted }),
      });
    const before = await statementOf(session, account, from, horizon(session));
    const wanted: { readonly reference: string; readonly net: number }[] = [];
    for (const amount of AMOUNTS) {
      const payment = await paid(session, amount);
      const fee = feeFor(session, charge(session), amount);
      if (payment.value("fee") !== undefined && payment.minor("fee") !== fee)
        session.fail({
          summary: { en: `the fee of a payment of ${amount} is wrong`, zh: `金额 ${amount} 的支付手续费不正确` },
          expected: { en: `${fee}, as the pack's fee rule has it`, zh: `按规范包费率规则为 ${fee}` },
          seen: asJson(payment.value("fee")),
          likelyCause: {
            en: "The fee is computed in floating point, or rounded another way.",
            zh: "手续费使用浮点计算或舍入方式不同。",
          },
        });
      wanted.push({ reference: numberOf(session, payment), net: account === SETTLEMENT ? amount - fee : -amount });
      const part = Math.ceil(amount / 3);
      const back = session.expectShown(await refund(session, payment, part));
      await refundSettled(session, back);
      wanted.push({ reference: numberOf(session, back), net: account === SETTLEMENT ? -part : part });
    }
    const after = await statementOf(session, account, from, horizon(session));
    session.judged();
    expectChain(session, after);
    for (const { reference, net } of wanted) {
      const entries = after.entries.filter((one) => one.reference === reference);
      if (moved(entries) !== net)
        session.fail({
          summary: {
            en: `the statement of ${instance.data as string} does not show ${reference} exactly`,
            zh: `明细未精确反映 ${reference}`,
          },
          expected: { en: `entries of ${net} in all`, zh: `明细合计 ${net}` },
          seen: asJson(entries),
        });
    }
    const still = (posted: number | undefined): number =>
      posted ??
      session.inconclusive("the balance never stood still while the statement was read", "读取明细期间余额持续变动");
    const change = still(after.posted) - still(before.posted);
    const had = new Set(before.entries.map((one) => one.id));
    const sum = moved(after.entries.filter((one) => !had.has(one.id)));
    if (change !== sum)
      session.fail({
        summary: { en: "a balance did not move by the sum of its new entries", zh: "余额变动不等于新增分录之和" },
        expected: { en: `${sum} in all`, zh: `合计 ${sum}` },
        seen: alike(String(change)),
      });
  },
};

/** Each balance follows from the one before, none is negative, and the last is the account's. */
export function expectChain(session: Session, { entries, posted, account }: StatementSeen): void {
  // Where the SUT's clock has been days ahead and came back, entries stand by date and not in the order they were made.
  const beenAhead = entries.some((one) => (one.date ?? "") > today(session));
  for (const [index, entry] of entries.entries()) {
    if ((entry.balanceAfter ?? 0) < 0)
      session.fail({
        summary: { en: `the balance of ${account} was negative`, zh: `账户 ${account} 余额曾为负` },
        expected: { en: "at least 0", zh: "不小于 0" },
        seen: asJson(entry),
      });
    const last = entries[index - 1];
    if (last === undefined) continue;
    const follows = (last.balanceAfter ?? 0) + (entry.direction === "credit" ? entry.amount : -entry.amount);
    if (follows !== entry.balanceAfter && !beenAhead && last.date === entry.date)
      session.fail({
        summary: {
          en: `in the statement of ${account} a balance does not follow from the one before`,
          zh: `账户 ${account} 明细余额不连续`,
        },
        expected: {
          en: `${follows} after ${entry.direction} ${entry.amount}`,
          zh: `${entry.direction} ${entry.amount} 之后为 ${follows}`,
        },
        seen: { en: `${entry.balanceAfter} (entry ${entry.id})`, zh: `${entry.balanceAfter}（明细 ${entry.id}）` },
      });
  }
  const end = entries.at(-1);
  if (end !== undefined && posted !== undefined && !beenAhead && end.balanceAfter !== posted)
    session.fail({
      summary: {
        en: `the statement of ${account} does not end at its balance`,
        zh: `账户 ${account} 明细末笔余额与余额不符`,
      },
      expected: alike(String(posted)),
      seen: { en: `${end.balanceAfter} (entry ${end.id})`, zh: `${end.balanceAfter}（明细 ${end.id}）` },
    });
}

/** Holds that a few pages show an entry once each: a cursor that stands still leads nowhere, for ever. */
async function expectPagesMoveOn(session: Session, one: Interface, asked: Given): Promise<void> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let number = 1; number <= 4; number += 1) {
    const page = await pageOf(
      session,
      one,
      { ...asked, ...(cursor === undefined ? {} : { cursor }) },
      `page ${number}, of one entry`,
    );
    for (const entry of page.entries) {
      if (seen.has(entry))
        session.fail({
          summary: { en: "page after page shows the same entry", zh: "逐页读取时重复出现同一分录" },
          expected: { en: "each entry once", zh: "每条分录只出现一次" },
          seen: { en: `${entry} again on page ${number}`, zh: `${entry} 在第 ${number} 页再次出现` },
          likelyCause: { en: "The cursor does not move on.", zh: "游标未前移。" },
        });
      seen.add(entry);
    }
    cursor = page.next;
    if (cursor === undefined) return;
  }
}

/** A page of a statement: the ids of its entries, and the cursor of the next. */
async function pageOf(
  session: Session,
  one: Interface,
  given: Given,
  label: string,
): Promise<{ readonly entries: readonly string[]; readonly next: string | undefined }> {
  const shown = session.expectShown(await session.ask(one, given, label));
  const { list, listed } = session.pack.meanings(one);
  const items = valueAt(shown.body, [list ?? []]);
  return {
    entries: (Array.isArray(items) ? (items as readonly Json[]) : []).map((item) =>
      String(valueAt(item, listed("entry"))),
    ),
    next: shown.text("next"),
  };
}

/** Pages of any size give the same statement: nothing is left out or shown twice at an edge. */
export const pages: Check = {
  id: "reconciliation.pages",
  requirement: "REC-01",
  title: { en: "The pages of a statement add up to the whole", zh: "分页明细与整体一致" },
  effort: "standard",
  each: eachAccount,
  async run(session, instance) {
    const account = await readable(session, instance.data as string);
    for (let count = 0; count < 4; count += 1) await paid(session, 1 + count);
    const from = today(session);
    const to = lastOfRange(session, from, horizon(session));
    const one = shownBy(session, "lists", "entries", account);
    const range: Given = { ...(account === SETTLEMENT ? {} : { account }), from, to };
    await expectPagesMoveOn(session, one, { ...range, limit: 1 });
    const all = (await entriesOf(session, account, from, to)).map(({ id }) => id);
    // From a page's edge on, with small pages: some are full to the last entry.
    const seen: string[] = [];
    const limit = Math.max(1, Math.min(200, Math.ceil(all.length / 4)));
    let cursor: string | undefined;
    for (let number = 0; number <= 5; number += 1) {
      const given = { ...range, limit, ...(cursor === undefined ? {} : { cursor }) };
      const page = await pageOf(session, one, given, `page ${number + 1} of ${limit}`);
      if (page.entries.length > limit)
        session.fail({
          summary: { en: "a page is longer than its limit", zh: "单页条数超过上限" },
          expected: { en: `at most ${limit}`, zh: `至多 ${limit}` },
          seen: alike(String(page.entries.length)),
        });
      seen.push(...page.entries);
      cursor = page.next;
      if (cursor === undefined || seen.length > all.length) break;
    }
    await expectUsualSize(session, one, range);
    session.judged();
    const known = all.slice(0, seen.length);
    if (
      JSON.stringify(seen.slice(0, all.length)) !== JSON.stringify(known) ||
      (cursor === undefined && seen.length < all.length)
    )
      session.fail({
        summary: { en: "the pages of a statement differ from the whole", zh: "分页明细与整体不一致" },
        expected: {
          en: `${all.length} entries, each once and in order`,
          zh: `${all.length} 条明细，各出现一次且顺序一致`,
        },
        seen: {
          en: `${seen.length} entries, ${new Set(seen).size} different`,
          zh: `${seen.length} 条明细，其中不同的 ${new Set(seen).size} 条`,
        },
      });
  },
};

/** Without a stated size a page has no more than the schema's default. */
async function expectUsualSize(session: Session, one: Interface, range: Given): Promise<void> {
  const field = session.pack.meanings(one).field("limit");
  const usual = leaves(one.request.query, session.pack.schemas).find(({ path }) => path[0] === field)?.schema[
    "default"
  ];
  if (typeof usual !== "number") return;
  const { entries } = await pageOf(session, one, range, "a page of the usual size");
  if (entries.length > usual)
    session.fail({
      summary: {
        en: "a page without a stated size is longer than the default",
        zh: "未指定条数时单页条数超过默认值",
      },
      expected: { en: `at most ${usual}`, zh: `至多 ${usual}` },
      seen: alike(String(entries.length)),
    });
}
