import { alike, asJson } from "../../../core/text/alike.ts";
import { shownText } from "../shown-steps.ts";
import type { Part } from "../../../core/pack/purpose.ts";
import type { Role } from "../../../core/pack/types.ts";
import { entriesUnder, horizon, moved, statementOf, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { CHARGE, PAYOUT } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { expectOutcome, handleFor, needed, settled, succeeded } from "../resource-steps.ts";
import { feeFor } from "../../resources/fees.ts";
import { quietBalance } from "../steps.ts";

const AMOUNT = 1_234;

/** A settlement balance that covers the payout: paid in first where it does not. */
async function funded(session: Session, resource: Resource, from: string): Promise<Books> {
  const { available } = await quietBalance(session, SETTLEMENT);
  if (available < 2 * (AMOUNT + feeFor(session, resource, AMOUNT))) await payIn(session, 1_000_000);
  return books(session, from);
}

/** Money comes into the settlement account by what customers pay. */
async function payIn(session: Session, minor: number): Promise<void> {
  const payment = session.pack.resources
    .of(resourceRole(session))
    .find((one) => CHARGE.holds(one, session.pack) && one.creates !== undefined && session.claims(one.creates.id));
  if (payment === undefined) session.inconclusive("the settlement account is empty", "结算账户余额不足");
  await succeeded(session, payment, { amount: minor });
}

const resourceRole = (session: Session): Role => session.statement.role;

/** The settlement account once nothing is held on it: its balance, and the entries that made it. */
interface Books {
  readonly posted: number;
  readonly ids: ReadonlySet<string>;
  readonly entries: Awaited<ReturnType<typeof entriesUnder>>;
}

async function books(session: Session, from: string): Promise<Books> {
  await quietBalance(session, SETTLEMENT);
  const { posted, entries } = await statementOf(session, SETTLEMENT, from, horizon(session));
  return {
    posted:
      posted ??
      session.inconclusive("the balance never stood still while the statement was read", "读取明细期间余额持续变动"),
    entries,
    ids: new Set(entries.map((one) => one.id)),
  };
}

/**
 * Holds that a payout moved the settlement account by exactly so much. The account is everybody's: payments that other
 * checks left open settle when they like, so what other numbers were booked meanwhile is taken off.
 */
async function expectBooked(
  session: Session,
  before: Books,
  from: string,
  number: string,
  by: number,
  what: { readonly en: string; readonly zh: string },
): Promise<void> {
  const after = await books(session, from);
  const others = otherwiseMoved(before, after, number);
  session.judged();
  const change = after.posted - before.posted - others;
  if (change !== by)
    session.fail({
      summary: what,
      expected: { en: `posted moves by ${by}`, zh: `posted 变动 ${by}` },
      seen: {
        en: `by ${change} (from ${before.posted} to ${after.posted}, ${others} of it under other numbers)`,
        zh: `变动 ${change}（由 ${before.posted} 至 ${after.posted}，其中 ${others} 属于其他单号）`,
      },
    });
}

/** What was booked since under other numbers. */
const otherwiseMoved = (before: Books, after: Books, number: string): number =>
  moved(after.entries.filter((one) => !before.ids.has(one.id) && one.reference !== number));

async function othersBooked(session: Session, before: Books, from: string, number: string): Promise<number> {
  return otherwiseMoved(before, await books(session, from), number);
}

async function payout(
  session: Session,
  resource: Resource,
  part: Part,
): Promise<{ readonly draft: Draft; readonly number: string; readonly again: () => Promise<Fields> }> {
  const one = needed(session, resource, "creates");
  const draft = await session.make(one, { amount: AMOUNT }, { scenario: session.scenario(resource, part) });
  const shown = session.expectShown(await session.send(draft, { label: "pay out" }));
  return {
    draft,
    number: shownText(session, shown, "number"),
    again: async () => session.expectSuccess(await session.send(draft, { label: "the same payout again" })),
  };
}

export const payoutOnce: Check = {
  id: "lifecycle.payout",
  requirement: "LIF-18",
  title: { en: "A payout debits amount and fee, once", zh: "代付扣除金额与手续费且仅一次" },
  effort: "smoke",
  each: eachResource(PAYOUT, () => ["ordinary", "settles-late"]),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const part = caseOf(instance) as Part;
    session.scenario(resource, part);
    const from = today(session);
    const before = await funded(session, resource, from);
    const { draft, number, again } = await payout(session, resource, part);
    await again();
    const end = await settled(session, resource, draft);
    expectOutcome(session, resource, end, "succeeded", {
      en: "a payout to an open account did not succeed",
      zh: "向正常账户的代付未成功",
    });
    const fee = feeFor(session, resource, AMOUNT);
    const due = AMOUNT + fee;
    await expectBooked(session, before, from, number, -due, {
      en: "a payout did not debit amount and fee once",
      zh: "代付未恰好扣除一次金额与手续费",
    });
    const entries = await entriesUnder(session, SETTLEMENT, from, number);
    if (moved(entries) !== -due)
      session.fail({
        summary: {
          en: "the statement does not show the payout and its fee once",
          zh: "明细未恰好显示一次代付与手续费",
        },
        expected: { en: `entries under ${number} of ${-due} in all`, zh: `${number} 之下的明细合计 ${-due}` },
        seen: asJson(entries),
      });
    if (end.value("fee") !== undefined && end.minor("fee") !== fee)
      session.fail({
        summary: { en: "the payout shows another fee", zh: "代付显示的手续费不符" },
        expected: alike(String(fee)),
        seen: asJson(end.value("fee")),
      });
    await again();
    await expectBooked(session, before, from, number, -due, {
      en: "a payout repeated after its end was debited again",
      zh: "终态后重发的代付被重复扣款",
    });
  },
};

/** The fee is paid out of the same account: what is there for the amount alone is too little. Nothing is moved where that is known. */
export const payoutBeyond: Check = {
  id: "lifecycle.payout-beyond-balance",
  requirement: "LIF-18",
  title: {
    en: "A payout that amount and fee together exceed the balance is refused",
    zh: "金额加手续费超出余额的代付被拒绝",
  },
  effort: "standard",
  each: eachResource(PAYOUT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const query = needed(session, resource, "reads");
    const scenario = session.scenario(resource, "ordinary");
    const from = today(session);
    const before = await funded(session, resource, from);
    const { available } = await quietBalance(session, SETTLEMENT);
    const feeOn = (value: number): number => feeFor(session, resource, value);
    // The least that is too much: a fen less would empty the account, so its neighbour is an ordinary payout.
    let amount = available - feeOn(available) + 1;
    while (amount > 1 && amount - 1 + feeOn(amount - 1) > available) amount -= 1;
    const draft = await session.make(create, { amount }, { scenario });
    const refused = await session.send(draft, {
      label: `pay out ${amount} of ${available}, with a fee of ${feeOn(amount)}`,
    });
    if (refused.answer?.code === session.code("schema"))
      session.skip(
        "the settlement account holds more than the largest payout",
        "结算账户余额超过单笔代付上限",
        "fixture",
      );
    const number = String(askedIn(session.pack, draft, "number"));
    // What came in meanwhile may have made it enough.
    if (refused.answer?.status === create.response.status && (await othersBooked(session, before, from, number)) !== 0)
      session.inconclusive("the settlement account moved under other numbers meanwhile", "期间结算账户因其他单号变动");
    session.expectRefusedFor(refused, "insufficient", {
      en: "The balance is compared with the amount alone, and the fee overdraws it.",
      zh: "仅以金额与余额比较，手续费造成透支。",
    });
    session.expectRefusedFor(
      await session.ask(query, handleFor(session, query, draft), "query of the refused payout"),
      "not-found",
    );
    await expectBooked(session, before, from, number, 0, {
      en: "a refused payout moved the settlement account",
      zh: "被拒绝的代付变动了结算账户",
    });
    await payout(session, resource, "ordinary");
  },
};

export const payoutReturned: Check = {
  id: "lifecycle.payout-returned",
  requirement: "LIF-19",
  title: { en: "A returned payout comes back, its fee does not", zh: "退票金额退回，手续费不退" },
  effort: "smoke",
  each: eachResource(PAYOUT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const query = needed(session, resource, "reads");
    session.scenario(resource, "comes-back");
    const from = today(session);
    const before = await funded(session, resource, from);
    const { draft, number } = await payout(session, resource, "comes-back");
    const asked = await session.make(query, handleFor(session, query, draft));
    const returned = shownIn(
      session.pack,
      query,
      await session.settleDraft(asked, (body) =>
        ["returned", "failed"].includes(shownIn(session.pack, query, body).outcome ?? ""),
      ),
    );
    expectOutcome(session, resource, returned, "returned", {
      en: "a returned payout is not shown as returned by query",
      zh: "退票的代付查询未显示退票",
    });
    if (returned.text("ended") === undefined)
      session.fail({
        summary: { en: "a returned payout does not say when it came back", zh: "退票的代付没有退票时间" },
        expected: { en: "a field that is ended", zh: "有退票时间字段（ended）" },
        seen: asJson(undefined),
      });
    await expectBooked(session, before, from, number, -feeFor(session, resource, AMOUNT), {
      en: "a returned payout did not leave the balance less its fee",
      zh: "退票后余额应仅减少手续费",
    });
    const entries = await entriesUnder(session, SETTLEMENT, from, number);
    const back = entries.filter((one) => one.direction === "credit");
    if (back.length !== 1 || back[0]?.amount !== AMOUNT)
      session.fail({
        summary: {
          en: "the statement does not show the return as one credit of the amount",
          zh: "明细未以一笔贷记显示退票金额",
        },
        expected: { en: `one credit of ${AMOUNT} under ${number}`, zh: `${number} 之下有一笔 ${AMOUNT} 的贷记` },
        seen: asJson(entries),
      });
    session.expectSuccess(await session.send(asked, { label: "query again" }));
  },
};
