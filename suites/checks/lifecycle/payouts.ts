import { feeOf } from "../../../core/money/fee.ts";
import { entriesOf, fen, horizon, moved, statementOf, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { call, canPay, expectField, money, paid, quietBalance } from "../steps.ts";

const AMOUNT = 1_234;
const interfaces = ["payout.create", "payout.query", "settlement.balance", "settlement.statement"] as const;

function fee(session: Session): number {
  return feeOf(session.pack.source.manifest.fees, "payout", money(session, AMOUNT)).value;
}

/** A settlement balance that covers the payout: paid in first where it does not. */
async function funded(session: Session, from: string): Promise<Books> {
  const { available } = await quietBalance(session, SETTLEMENT);
  if (available < 2 * (AMOUNT + fee(session))) {
    if (!canPay(session)) session.inconclusive("the settlement account is empty", "结算账户余额不足");
    await paid(session, 1_000_000);
  }
  return books(session, from);
}

/** The settlement account once nothing is held on it: its balance, and the entries that made it. */
interface Books {
  readonly posted: number;
  readonly ids: ReadonlySet<string>;
  readonly entries: Awaited<ReturnType<typeof entriesOf>>;
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
      expected: `posted moves by ${by}`,
      seen: `by ${change} (from ${before.posted} to ${after.posted}, ${others} of it under other numbers)`,
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
  scenario: string,
): Promise<{ readonly view: Fields; readonly number: string; readonly again: () => Promise<Fields> }> {
  const { payee_name, payee_account_no } = session.fixture(scenario);
  const draft = await session.request("payout.create", {
    payee_name,
    payee_account_no,
    amount: money(session, AMOUNT),
  });
  const view = session.expectSuccess(await session.send(draft, { label: "pay out" }));
  return {
    view,
    number: String(view["out_payout_no"]),
    again: async () => session.expectSuccess(await session.send(draft, { label: "the same payout again" })),
  };
}

export const payoutOnce: Check = {
  id: "lifecycle.payout",
  requirement: "LIF-18",
  title: { en: "A payout debits amount and fee, once", zh: "代付扣除金额与手续费且仅一次" },
  effort: "smoke",
  needs: { interfaces },
  each: () => ["payout.payee", "payout.settles-late"].map((id) => ({ id, data: id })),
  async run(session, instance) {
    session.fixture(instance.data as string);
    const from = today(session);
    const before = await funded(session, from);
    const { number, again } = await payout(session, instance.data as string);
    await again();
    const settled = await session.settle(
      "payout.query",
      { out_payout_no: number },
      (view) => view["state"] !== "PROCESSING",
    );
    expectField(session, settled, "state", "SUCCEEDED", {
      en: "a payout to an open account did not succeed",
      zh: "向正常账户的代付未成功",
    });
    const due = AMOUNT + fee(session);
    await expectBooked(session, before, from, number, -due, {
      en: "a payout did not debit amount and fee once",
      zh: "代付未恰好扣除一次金额与手续费",
    });
    const entries = (await entriesOf(session, SETTLEMENT, from, horizon(session))).filter(
      (one) => one.reference === number,
    );
    if (moved(entries) !== -due)
      session.fail({
        summary: {
          en: "the statement does not show the payout and its fee once",
          zh: "明细未恰好显示一次代付与手续费",
        },
        expected: `entries under ${number} of ${-due} in all`,
        seen: JSON.stringify(entries),
      });
    if (settled["fee"] !== undefined && fen(settled["fee"]) !== fee(session))
      session.fail({
        summary: { en: "the payout shows another fee", zh: "代付显示的手续费不符" },
        expected: String(fee(session)),
        seen: JSON.stringify(settled["fee"]),
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
  needs: { interfaces, fixtures: ["payout.payee"] },
  async run(session) {
    const from = today(session);
    const before = await funded(session, from);
    const { available } = await quietBalance(session, SETTLEMENT);
    const { payee_name, payee_account_no } = session.fixture("payout.payee");
    const feeOn = (value: number): number =>
      feeOf(session.pack.source.manifest.fees, "payout", money(session, value)).value;
    // The least that is too much: a fen less would empty the account, so its neighbour is an ordinary payout.
    let amount = available - feeOn(available) + 1;
    while (amount > 1 && amount - 1 + feeOn(amount - 1) > available) amount -= 1;
    const draft = await session.request("payout.create", {
      payee_name,
      payee_account_no,
      amount: money(session, amount),
    });
    const refused = await session.send(draft, {
      label: `pay out ${amount} of ${available}, with a fee of ${feeOn(amount)}`,
    });
    if (refused.answer?.code === session.code("schema"))
      session.skip(
        "the settlement account holds more than one payout can be of",
        "结算账户余额超过单笔代付上限",
        "fixture",
      );
    // What came in meanwhile may have made it enough.
    if (
      session.pack.succeeds(draft.interface, refused.answer?.status) &&
      (await othersBooked(session, before, from, String(draft.body?.["out_payout_no"]))) !== 0
    )
      session.inconclusive("the settlement account moved under other numbers meanwhile", "期间结算账户因其他单号变动");
    session.expectRefusal(refused, "SETTLEMENT_INSUFFICIENT", {
      en: "The balance is compared with the amount alone, and the fee overdraws it.",
      zh: "仅以金额与余额比较，手续费造成透支。",
    });
    const number = String(draft.body?.["out_payout_no"]);
    session.expectRefusal(
      await call(session, "payout.query", { out_payout_no: number }, "query of the refused payout"),
      "PAYOUT_NOT_FOUND",
    );
    await expectBooked(session, before, from, number, 0, {
      en: "a refused payout moved the settlement account",
      zh: "被拒绝的代付变动了结算账户",
    });
    await payout(session, "payout.payee");
  },
};

export const payoutReturned: Check = {
  id: "lifecycle.payout-returned",
  requirement: "LIF-19",
  title: { en: "A returned payout comes back, its fee does not", zh: "退票金额退回，手续费不退" },
  effort: "smoke",
  needs: { interfaces, fixtures: ["payout.returned"] },
  async run(session) {
    const from = today(session);
    const before = await funded(session, from);
    const { number } = await payout(session, "payout.returned");
    const returned = await session.settle(
      "payout.query",
      { out_payout_no: number },
      (view) => view["state"] === "RETURNED" || view["state"] === "FAILED",
    );
    expectField(session, returned, "state", "RETURNED", {
      en: "a returned payout is not RETURNED by query",
      zh: "退票的代付查询不是 RETURNED",
    });
    if (typeof returned["returned_at"] !== "string")
      session.fail({
        summary: { en: "a returned payout has no returned_at", zh: "退票的代付没有 returned_at" },
        expected: "returned_at",
        seen: "absent",
      });
    await expectBooked(session, before, from, number, -fee(session), {
      en: "a returned payout did not leave the balance less its fee",
      zh: "退票后余额应仅减少手续费",
    });
    const entries = (await entriesOf(session, SETTLEMENT, from, horizon(session))).filter(
      (one) => one.reference === number,
    );
    const back = entries.filter((one) => one.direction === "credit");
    if (back.length !== 1 || back[0]?.amount !== AMOUNT)
      session.fail({
        summary: {
          en: "the statement does not show the return as one credit of the amount",
          zh: "明细未以一笔贷记显示退票金额",
        },
        expected: `one credit of ${AMOUNT} under ${number}`,
        seen: JSON.stringify(entries),
      });
    await call(session, "payout.query", { out_payout_no: number }, "query again");
  },
};
