import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { Given } from "../../data/request-builder.ts";
import { balanceOf, claimsAccount, entriesOf, horizon, moved, today } from "../../data/books.ts";
import { statusAndCode } from "../../expectation.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Entry } from "../../laws/history.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { AGREEMENT, CHARGE, PAYOUT } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { applied, confirm } from "../agreement-steps.ts";
import { handleFor, needed, succeeded } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";

const AMOUNT = 500;
const ROUNDS = { smoke: 1, standard: 3, exhaustive: 10 } as const;

/** Payments take from a customer what payouts give back at the same moment: the same two accounts, in opposite order. */
export const opposite: Check = {
  id: "idempotency.opposite",
  requirement: "IDM-18",
  title: { en: "Payments and payouts between the same accounts at once all end", zh: "同一账户间对向支付与代付均完成" },
  effort: "smoke",
  each: eachResource(PAYOUT),
  async run(session, instance) {
    const setting = await arranged(session, resourceOf(session.pack, instance));
    const from = today(session);
    let succeeded = 0;
    for (let round = 0; round < ROUNDS[session.run.effort]; round += 1)
      succeeded += await opposed(session, setting, from);
    if (succeeded === 0) session.inconclusive("none of the transfers succeeded", "没有一笔转账成功");
  },
};

/** A customer of its own, from whom payments take what payouts give back. */
interface Setting {
  readonly payment: Resource;
  readonly payout: Resource;
  /** The customer as a payee. */
  readonly payee: Given;
  readonly account: string;
  /** So many of each at once. */
  readonly half: number;
}

async function arranged(session: Session, payout: Resource): Promise<Setting> {
  const all = session.pack.resources.of(session.statement.role);
  const payment = all.find((one) => CHARGE.holds(one, session.pack));
  const agreement = all.find((one) => AGREEMENT.holds(one, session.pack));
  if (payment === undefined || agreement === undefined)
    return session.skip("the pack has no payment over an agreement", "规范包中没有基于协议的支付", "not-demanded");
  session.scenario(agreement, "ordinary");
  const application = await applied(session, agreement);
  const payee = payeeIn(session, await session.make(needed(session, agreement, "creates")));
  const confirmed = await confirm(session, agreement, application, application.code, "confirm");
  const account = String(session.expectShown(confirmed).value("id"));
  const half = Math.max(1, Math.floor(session.statement.limits.maxConcurrency / 2));
  // Enough on both sides, so that nothing is refused for want of money.
  await succeeded(session, payment, { amount: 100 * half * AMOUNT });
  const filled = { payment, payout, payee, account, half };
  session.expectSuccess(
    await session.send(await payoutTo(session, filled, half * AMOUNT), { label: "money for the customer" }),
  );
  return filled;
}

/** The customer of an application as a payee: its account, and the first of what is compared with that. */
function payeeIn(session: Session, application: Draft): Given {
  const [payee, identity] = [
    askedIn(session.pack, application, "account"),
    askedIn(session.pack, application, "identity"),
  ];
  return { ...(payee === undefined ? {} : { payee }), ...(identity === undefined ? {} : { identity }) };
}

async function payoutTo(session: Session, { payout, payee }: Setting, amount: number): Promise<Draft> {
  return session.make(needed(session, payout, "creates"), { ...payee, amount });
}

/** Payments and payouts at once: how many succeeded. Fails the check where they do not add up. */
async function opposed(session: Session, setting: Setting, from: string): Promise<number> {
  const { payment, payout, account, half } = setting;
  const [customer, settlement] = [await quietBalance(session, account), await quietBalance(session, SETTLEMENT)];
  const had = new Set((await booked(session, from)).map((one) => one.id));
  const create = needed(session, payment, "creates");
  const pays = await Promise.all(Array.from({ length: half }, () => session.make(create, { account, amount: AMOUNT })));
  const payouts = await Promise.all(Array.from({ length: half }, () => payoutTo(session, setting, AMOUNT)));
  const exchanges = await session.race(
    payouts.flatMap((one, index) => [one, pays[index] as Draft]),
    "payment or payout",
  );
  expectNoServerError(session, exchanges);
  let [fromCustomer, toCustomer, fees] = [0, 0, 0];
  for (const { draft } of exchanges) {
    const isPayment = draft.interface.id === create.id;
    const end = await endOf(session, isPayment ? payment : payout, draft);
    if (end?.outcome !== "succeeded") continue;
    if (isPayment) fromCustomer += AMOUNT;
    else toCustomer += AMOUNT;
    fees += end.minor("fee");
  }
  const [customerNow, settlementNow] = [await balanceOf(session, account), await balanceOf(session, SETTLEMENT)];
  session.judged();
  // The settlement account is shared: what other checks left open settles at any time.
  const own = new Set(exchanges.map(({ draft }) => askedIn(session.pack, draft, "number")));
  const others = moved((await booked(session, from)).filter((one) => !had.has(one.id) && !own.has(one.reference)));
  const expected = [toCustomer - fromCustomer, fromCustomer - toCustomer - fees];
  const seen = [customerNow.posted - customer.posted, settlementNow.posted - settlement.posted - others];
  if (expected[0] !== seen[0] || expected[1] !== seen[1])
    session.fail({
      summary: { en: "after opposite transfers at once the total is not what it was", zh: "对向转账并发后总额改变" },
      expected: {
        en: `customer ${expected[0]}, settlement ${expected[1]}`,
        zh: `客户账户 ${expected[0]}，结算账户 ${expected[1]}`,
      },
      seen: { en: `customer ${seen[0]}, settlement ${seen[1]}`, zh: `客户账户 ${seen[0]}，结算账户 ${seen[1]}` },
    });
  return (fromCustomer + toCustomer) / AMOUNT;
}

function expectNoServerError(session: Session, exchanges: readonly Exchange[]): void {
  const failed = exchanges.find(
    (one) => (one.answer?.status ?? 0) >= 500 && session.pack.error(one.answer?.code ?? "")?.class !== "retry-same",
  );
  if (failed === undefined) return;
  session.fail({
    summary: { en: "opposite transfers at once made the server fail", zh: "对向转账并发导致服务端错误" },
    expected: {
      en: "all end, at most with a code that says to send again",
      zh: "全部有结果，至多返回可重发的错误码",
    },
    seen: alike(statusAndCode(failed.answer)),
    likelyCause: {
      en: "Accounts are locked in the order of debit and credit: opposite transfers wait for each other.",
      zh: "按借贷顺序加锁，对向转账互相等待。",
    },
  });
}

/** How one of them ended; undefined for one that was never taken. */
async function endOf(session: Session, resource: Resource, draft: Draft): Promise<Shown | undefined> {
  const query = needed(session, resource, "reads");
  const asked = await session.make(query, handleFor(session, query, draft));
  const found = await session.send(asked, { label: "how did it end?" });
  if (session.pack.resources.codes(query, "not-found").includes(found.answer?.code ?? "")) return undefined;
  return shownIn(session.pack, query, await session.settleDraft(asked));
}

/** What stands on the settlement account today, as far as the SUT shows it. */
async function booked(session: Session, from: string): Promise<readonly Entry[]> {
  return claimsAccount(session, "lists", "entries", SETTLEMENT)
    ? entriesOf(session, SETTLEMENT, from, horizon(session))
    : [];
}
