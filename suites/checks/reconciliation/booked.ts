import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, orNone, asJson, series, named } from "../../../core/text/alike.ts";
import { claimsAccount, entriesOf, horizon, mayBeDated, moved } from "../../data/books.ts";
import type { AccountName } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Entry } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import { endedAll, endingOf, endings } from "../ended.ts";
import type { Ended } from "../ended.ts";
import type { PackView } from "../../pack-view.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { feeFor, feeRuleOf } from "../../resources/fees.ts";
import { CHARGE, PAYOUT, REVERSAL, originalOf } from "../../resources/kinds.ts";
import type { Shown } from "../../resources/shown.ts";

/** Which way its amount goes on the settlement account: in for a payment, out for what is given back or paid out. */
function signOf(pack: PackView, name: string): 1 | -1 | undefined {
  const resource = pack.resources.named(name);
  if (CHARGE.holds(resource, pack)) return 1;
  return REVERSAL.holds(resource, pack) || PAYOUT.holds(resource, pack) ? -1 : undefined;
}

/** Whatever came to its end, at once, late or by being returned: it stands in the statements under its own number with what it moved, no more and no less. */
export const booked: Check = {
  id: "reconciliation.booked",
  requirement: "REC-02",
  title: {
    en: "Each result, immediate or late, is in the statements under its number with its exact amount",
    zh: "无论即时或延迟完成，均以其单号和准确金额入明细",
  },
  effort: "standard",
  roles: ["bank"],
  each: (context) =>
    endings(context)
      .filter(({ resource }) => signOf(context.pack, resource) !== undefined)
      .map(({ id, resource }) => ({ id, data: resource })),
  async run(session, instance) {
    const resource = String(instance.data);
    const ended = await endingOf(session, instance.id);
    const { queried } = ended;
    const number = numberIn(session, ended);
    const state = String(queried.state);
    const sign = signOf(session.pack, resource) ?? 1;
    const amount = queried.minor("amount");
    const charged = queried.outcome === "succeeded" || queried.outcome === "returned";
    const fee = charged ? queried.minor("fee") : 0;
    const expected = (queried.outcome === "succeeded" ? sign * amount : 0) - fee;
    const own = await entriesUnder(session, SETTLEMENT, number);
    if (charged) expectFee(session, resource, queried, fee);
    expectNet(session, own, { resource, state, number, account: SETTLEMENT, expected });
    // By what kind of entry it is booked is the same for all of them, whenever it was settled.
    const prompt = (await endedAll(session)).get(resource);
    if (
      prompt?.status === "fulfilled" &&
      instance.id !== resource &&
      own.length > 0 &&
      prompt.value.queried.outcome === "succeeded"
    ) {
      const usual = kinds(await entriesUnder(session, SETTLEMENT, numberIn(session, prompt.value)));
      const seen = kinds(own);
      // What was returned has one more entry, which takes it back.
      const left = usual.reduce(
        (rest, kind) => rest.toSpliced(rest.indexOf(kind) < 0 ? rest.length : rest.indexOf(kind), 1),
        seen,
      );
      if (seen.length - left.length !== usual.length || (queried.outcome === "succeeded" && left.length > 0))
        session.fail({
          summary: {
            en: `a ${resource} with a late result is booked with other kinds of entries than an immediate one`,
            zh: `非即时完成的 ${resource} 与即时完成者的分录种类不同`,
          },
          expected: series(usual),
          seen: series(seen),
        });
    }
    const customer = await customerOf(session, resource, ended);
    if (customer === undefined) return;
    expectNet(session, await entriesUnder(session, customer, number), {
      resource,
      state,
      number,
      account: customer,
      expected: queried.outcome === "succeeded" ? -sign * amount : 0,
    });
  },
};

/** By how much rounding may make a time earlier, and how long after what settled it an entry may be booked. */
const EARLIER_MS = 2_000;
const LATER_MS = 60_000;

/** The entries of the same say when they were booked: not before it was made, not long after its end, on a business date that was reached by then, which is the one that their payment has. */
export const bookedWhen: Check = {
  id: "reconciliation.booked-when",
  requirement: "CON-10",
  title: {
    en: "Entries say when they were booked, and the business date that it was then",
    zh: "分录的记账时间真实，会计日期与之一致",
  },
  effort: "standard",
  roles: ["bank"],
  each: booked.each as NonNullable<Check["each"]>,
  async run(session, instance) {
    const resource = String(instance.data);
    const ended = await endingOf(session, instance.id);
    const times = (["created", "settled", "ended"] as const)
      .map((meaning) => ended.queried.moment(meaning))
      .filter((ms) => ms !== undefined);
    const number = numberIn(session, ended);
    const customer = await customerOf(session, resource, ended);
    const entries = [
      ...(await entriesUnder(session, SETTLEMENT, number)),
      ...(customer === undefined ? [] : await entriesUnder(session, customer, number)),
    ];
    // That an entry says when is its schema's business.
    if (entries.length > 0 && entries.every(({ bookedAt }) => bookedAt === undefined))
      session.skip("entries do not say when they were booked", "明细没有记账时间", "not-demanded");
    session.judged();
    for (const entry of entries) {
      const { bookedAt: known, date } = entry;
      if (known === undefined) continue;
      const fail = (en: string, zh: string, expected: Bilingual): never =>
        session.fail({
          summary: { en, zh },
          expected,
          seen: asJson({ ...entry, bookedAt: session.pack.calendar.rfc3339(known) }),
        });
      const [first, last] = [Math.min(...times), Math.max(...times)];
      if (times.length > 0 && (known < first - EARLIER_MS || known > last + LATER_MS))
        fail(
          `an entry of a ${resource} was booked at another time than it came about`,
          `${resource} 的分录记账时间与其发生时间不符`,
          {
            en: `from ${session.pack.calendar.rfc3339(first)} to ${session.pack.calendar.rfc3339(last + LATER_MS)}`,
            zh: `${session.pack.calendar.rfc3339(first)} 至 ${session.pack.calendar.rfc3339(last + LATER_MS)}`,
          },
        );
      if (date !== undefined && !(await mayBeDated(session, date, known)))
        fail(
          "the business date of an entry is not that of the moment at which it was booked",
          "分录的会计日期与记账时间不符",
          alike(session.pack.calendar.businessDate(known)),
        );
      const own = ended.queried.text("date");
      if (own !== undefined && date !== own)
        fail(
          `an entry of a ${resource} stands under another business date than its own`,
          `${resource} 的分录会计日期与其自身的会计日期不同`,
          alike(own),
        );
    }
  },
};

/** One transfer, two accounts: what the customer's statement has, the settlement account's has from its side. */
export const bothSides: Check = {
  id: "reconciliation.both-sides",
  requirement: "REC-12",
  title: { en: "The statements of both accounts show one transfer", zh: "双方账户明细所述为同一笔转账" },
  effort: "standard",
  roles: ["bank"],
  each: (context) =>
    (booked.each?.(context) ?? []).filter(
      ({ data }) => !PAYOUT.holds(context.pack.resources.named(String(data)), context.pack),
    ),
  async run(session, instance) {
    const resource = String(instance.data);
    const ended = await endingOf(session, instance.id);
    const number = numberIn(session, ended);
    if (!claimsAccount(session, "lists", "entries", "customer"))
      session.skip(
        "no interface of the profile lists the entries of a customer's account",
        "声明范围内没有可列出客户账户分录的接口",
        "not-demanded",
      );
    const { interface: made } = ended.draft;
    const kind = session.pack.resources.named(resource);
    if (CHARGE.holds(kind, session.pack) && session.pack.meanings(made).asked("account").length === 0)
      session.skip(
        `${made.id} names no account whose entries could be listed (x-is)`,
        `${made.id} 未指明可列出分录的账户（x-is）`,
        "not-demanded",
      );
    const customer =
      (await customerOf(session, resource, ended)) ??
      session.inconclusive(`the account of the ${resource} is not shown`, `未显示 ${resource} 所属账户`);
    const [theirs, ours] = [
      await entriesUnder(session, customer, number),
      await entriesUnder(session, SETTLEMENT, number),
    ];
    session.judged();
    const fail = (en: string, zh: string, expected: Bilingual, seen: readonly Entry[]): never =>
      session.fail({ summary: { en, zh }, expected, seen: asJson(seen) });
    for (const entry of theirs) {
      const opposite = ours.filter(({ amount, direction }) => amount === entry.amount && direction !== entry.direction);
      if (opposite.length === 0)
        fail(
          `an entry of a customer has no counter-entry on the settlement account`,
          "客户分录在结算账户中没有对应分录",
          {
            en: `${number}: ${entry.amount}, not ${entry.direction}`,
            zh: `${number}：${entry.amount}，方向与 ${entry.direction} 相反`,
          },
          ours,
        );
      const same = opposite.find(({ transfer }) => transfer === entry.transfer);
      if (same === undefined)
        fail(
          "the two sides of a transfer have different transfer_ids",
          "同一转账双方分录的 transfer_id 不同",
          named("transfer_id", opposite[0]?.transfer ?? "?"),
          [entry],
        );
      if (same?.type !== entry.type)
        fail(
          "the two sides of a transfer are of different kinds",
          "同一转账双方分录的 kind 不同",
          named("kind", same?.type ?? "?"),
          [entry],
        );
    }
    for (const account of [customer, SETTLEMENT]) {
      const own = new Set((account === SETTLEMENT ? ours : theirs).map(({ transfer }) => transfer));
      const strange = (await entriesSince(session, account)).find(
        ({ transfer, reference }) => own.has(transfer) && reference !== number,
      );
      if (strange !== undefined)
        fail(
          "two numbers share a transfer_id",
          "不同单号共用同一 transfer_id",
          { en: `a transfer_id of its own for ${strange.reference}`, zh: `${strange.reference} 有自己的 transfer_id` },
          [strange],
        );
    }
  },
};

interface Due {
  readonly resource: string;
  readonly state: string;
  readonly number: string;
  readonly account: AccountName;
  readonly expected: number;
}

function expectNet(session: Session, own: readonly Entry[], { resource, state, number, account, expected }: Due): void {
  session.judged();
  if (moved(own) === expected && (own.length > 0 || expected === 0)) return;
  session.fail({
    summary: {
      en: `a ${resource} that is ${state} stands in the statement of ${account} with another amount, or not under its number`,
      zh: `状态为 ${state} 的 ${resource} 在 ${account} 明细中的金额不符，或不在其单号下`,
    },
    expected: { en: `entries under ${number} of ${expected} in all`, zh: `${number} 之下的明细合计 ${expected}` },
    seen: own.length === 0 ? orNone(undefined) : asJson(own),
    likelyCause: {
      en: "What settles later is booked by another piece of code than what settles at once.",
      zh: "延迟完成与即时完成的入账由不同代码处理。",
    },
  });
}

const kinds = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ type, direction }) => `${direction} ${type}`).sort();

const numberIn = (session: Session, { draft }: Ended): string => String(askedIn(session.pack, draft, "number"));

/** Holds that a fee is the one that the pack's rule asks for. */
function expectFee(session: Session, name: string, queried: Shown, fee: number): void {
  const resource = session.pack.resources.named(name);
  if (queried.value("fee") === undefined || feeRuleOf(resource) === undefined) return;
  const due = feeFor(session, resource, queried.minor("amount"));
  session.judged();
  if (fee === due) return;
  session.fail({
    summary: {
      en: `a ${name} that is ${String(queried.state)} has another fee than the rule's`,
      zh: `状态为 ${String(queried.state)} 的 ${name} 手续费与费率规则不符`,
    },
    expected: {
      en: `${due} on ${queried.minor("amount")}`,
      zh: `金额 ${queried.minor("amount")} 的手续费为 ${due}`,
    },
    seen: alike(String(fee)),
  });
}

/** The customer's account on the other side, where it can be read: of a refund that of its payment, of a payout none that is known to us. */
async function customerOf(session: Session, name: string, { draft, queried }: Ended): Promise<AccountName | undefined> {
  const resource = session.pack.resources.named(name);
  const claims = (account: string): string | undefined =>
    claimsAccount(session, "lists", "entries", account) ? account : undefined;
  if (CHARGE.holds(resource, session.pack)) {
    const account = queried.text("account") ?? askedIn(session.pack, draft, "account");
    return typeof account === "string" ? claims(account) : undefined;
  }
  const original = originalOf(session.pack, resource);
  const of = askedIn(session.pack, draft, "of");
  if (original?.reads === undefined || typeof of !== "string" || !session.claims(original.reads.id)) return undefined;
  const account = session
    .expectShown(await session.ask(original.reads, { number: of }, `what ${original.reads.id} shows`))
    .text("account");
  return account === undefined ? undefined : claims(account);
}

/** Entries of an account under one number. */
async function entriesUnder(session: Session, account: AccountName, number: string): Promise<readonly Entry[]> {
  return (await entriesSince(session, account)).filter((one) => one.reference === number);
}

/** Entries of an account since the first of them was made. Each account is read once, when everything has come to its end. */
async function entriesSince(session: Session, account: AccountName): Promise<readonly Entry[]> {
  const all = [...(await endedAll(session)).values()].flatMap((one) =>
    one.status === "fulfilled" ? [one.value.queried] : [],
  );
  return session.shared(`reconciliation.booked ${account}`, () =>
    entriesOf(session, account, firstDate(session, all), horizon(session)),
  );
}

/** The business date on which the first of them was made. */
function firstDate(session: Session, views: readonly Shown[]): string {
  const made = views.map((view) => view.moment("created")).filter((ms) => ms !== undefined);
  return session.pack.calendar.businessDate(Math.min(session.sutNow(), ...made));
}
