import { addDays } from "../../../core/calendar/date.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { AccountName } from "../../data/books.ts";
import { kindOf } from "../../data/history.ts";
import type { Interface, Role } from "../../../core/pack/types.ts";
import { balanceOf, billOf, claimsAccount, entriesOf, forward, horizon, statementOf, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Law, Observation } from "../../laws/history.ts";
import {
  acknowledgedStays,
  finalStaysFinal,
  givenBackWithinAmount,
  noNegativeBalance,
  oneEffectANumber,
  refundsNeverExceedPayment,
  refusalsMoveNothing,
} from "../../laws/laws.ts";
import { balanceEqualsStatement, statementEqualsBill } from "../../laws/statements.ts";
import type { Session } from "../../session.ts";
import { nothingSeen } from "../incidents.ts";
import { judge } from "./judge.ts";
import { toldTruly } from "./told-truly.ts";
import { endDay } from "../reconciliation/billed.ts";
import { CHARGE, MONEY } from "../../resources/kinds.ts";
import { givenAs } from "../../resources/given-as.ts";
import { eachAccount, expectChain, readable } from "../reconciliation/books.ts";
import { charge, eachBill } from "../reconciliation/subjects.ts";

/** The settlement account, or the customer of every lane: what any check has moved is on one of them. */
async function accountsOf(session: Session, name: string): Promise<readonly AccountName[]> {
  const first = await readable(session, name);
  if (name === SETTLEMENT) return [first];
  const payment = charge(session);
  const [ordinary] = session.pack.resources.scenarios(payment.name, "ordinary");
  const field = payment.creates === undefined ? undefined : givenAs(session.pack, payment.creates, "account");
  return [
    first,
    ...session.run.lanes.slice(1).flatMap(({ statement }) => {
      const fixture = statement.fixtures[ordinary?.id ?? ""];
      return fixture === undefined || "none" in fixture || field === undefined ? [] : [String(fixture.values[field])];
    }),
  ];
}

/** Stands first in a run: what the end of the run is compared with. */
const opening: Check = {
  id: "laws.opening",
  requirement: "LAW-04",
  title: { en: "At the opening of the run the statement ends at the balance", zh: "运行开始时明细末笔余额等于余额" },
  effort: "smoke",
  when: "start",
  roles: ["bank"],
  each: eachAccount,
  async run(session, instance) {
    for (const account of await accountsOf(session, instance.data as string)) {
      const statement = await statementOf(session, account, today(session), horizon(session));
      session.judged();
      expectChain(session, statement);
    }
  },
};

export const OPENING: readonly Check[] = [opening];

/** Between the opening and the end of the run, whatever the checks did: the balance moved by what the statement gained. */
const balance: Check = {
  id: "laws.balance-equals-statement",
  requirement: "LAW-04",
  title: { en: "Over the whole run the balance moved by the statement's entries", zh: "全程余额变动等于新增分录之和" },
  effort: "smoke",
  when: "end",
  roles: ["bank"],
  each: eachAccount,
  async run(session, instance) {
    for (const account of await accountsOf(session, instance.data as string)) {
      const sights = session.run.history
        .observations()
        .filter((one) => one.kind === "statement" && one.account === account && one.party === session.party.partyId);
      const from = sights.map((one) => (one.kind === "statement" ? one.from : "")).sort()[0] ?? today(session);
      const first = await statementOf(session, account, from, horizon(session));
      if (first.posted === undefined)
        session.inconclusive("the balance never stood still while the statement was read", "读取明细期间余额持续变动");
      if ((await balanceOf(session, account)).posted !== first.posted)
        session.inconclusive("the balance still moves", "余额仍在变动");
      if (sights.length === 0)
        nothingSeen(session, "no earlier statement to compare with", "可比较的期初明细", [
          opening.id,
          "contract.valid-request",
        ]);
    }
    judge(session, balanceEqualsStatement(session.run.history.observations()));
  },
};

/** The bills of all days that the run has ended at the SUT; without the clock, yesterday's. */
const bill: Check = {
  id: "laws.statement-equals-bill",
  requirement: "LAW-05",
  title: { en: "Statement and bill of a day have the same entries", zh: "同日明细与账单分录一致" },
  effort: "smoke",
  when: "end",
  roles: ["bank"],
  each: eachBill,
  async run(session) {
    let dates = [addDays(today(session), -1)];
    if (session.offers("clock")) {
      const date = await forward(session);
      const booked = (await entriesOf(session, SETTLEMENT, addDays(date, -MOST_DAYS), date)).map(
        (one) => one.date ?? date,
      );
      dates = [...new Set([...booked, date])].sort();
      await endDay(session, date);
    }
    let rows = 0;
    for (const date of dates) rows += (await billOf(session, date)).bill.rows.length;
    const statement = await statementOf(session, SETTLEMENT, dates[0] as string, dates.at(-1) as string);
    if (rows + statement.entries.length === 0)
      session.skip(
        "yesterday's bill is empty, and without the hook \"clock\" today's cannot be had",
        "昨日账单为空，且无时钟控制钩子无法取得今日账单",
        "capability",
        { kind: "hook", name: "clock" },
      );
    judge(session, statementEqualsBill(session.run.history.observations()));
  },
};

const MOST_DAYS = 30;

export const LAWS: readonly Check[] = [
  balance,
  bill,
  overHistory({
    id: "laws.refunds-within-payment",
    requirement: "LAW-01",
    title: { en: "Refunds never exceed the payment, in the whole run", zh: "全程退款之和不超过原支付" },
    law: refundsNeverExceedPayment,
    about: { bank: ["payment"] },
  }),
  overHistory({
    id: "laws.final-stays-final",
    requirement: "LAW-02",
    title: { en: "Final stays final, in the whole run", zh: "全程终态不变" },
    law: finalStaysFinal,
    about: { bank: ["payment"], platform: ["record"] },
  }),
  overHistory({
    id: "laws.one-effect-a-number",
    requirement: "LAW-03",
    title: { en: "One number, one effect, in the whole run", zh: "全程一号一效" },
    law: oneEffectANumber,
    about: { bank: ["payment"] },
  }),
  overHistory({
    id: "laws.no-negative-balance",
    requirement: "LAW-06",
    title: { en: "No balance was negative, in the whole run", zh: "全程余额不为负" },
    law: noNegativeBalance,
    about: { bank: ["balance"] },
  }),
  overHistory({
    id: "laws.acknowledged-stays",
    requirement: "LAW-07",
    title: { en: "What was acknowledged stayed findable, in the whole run", zh: "全程已确认内容始终可查" },
    law: acknowledgedStays,
    about: { bank: ["payment"] },
  }),
  overHistory({
    id: "laws.refusals-move-nothing",
    requirement: "LAW-08",
    title: {
      en: "What was refused is on no statement and in no bill, in the whole run",
      zh: "全程被拒请求不见于明细与账单",
    },
    law: refusalsMoveNothing,
    about: { bank: ["refusal", "statement"] },
  }),
  overHistory({
    id: "laws.given-back-within-amount",
    requirement: "LAW-10",
    title: {
      en: "No answer showed more given back than there was, in the whole run",
      zh: "全程应答所示已退金额均不超过原金额",
    },
    law: givenBackWithinAmount,
    about: { bank: ["payment"], platform: ["record"] },
  }),
  toldTruly,
];

/** Whether the SUT claims what shows observations of a kind. */
function isShown(session: Session, kind: Observation["kind"]): boolean {
  const claimed = (one: Interface | undefined): boolean => one !== undefined && session.claims(one.id);
  const resources = session.pack.resources.of(session.statement.role);
  const balances = ["customer", SETTLEMENT].filter((account) => claimsAccount(session, "reads", "balance", account));
  switch (kind) {
    case "payment":
      return resources.some((one) => CHARGE.holds(one, session.pack) && (claimed(one.creates) || claimed(one.reads)));
    case "record":
      return resources.some((one) => kindOf(session.pack, one) === "record" && claimed(one.reads));
    case "refusal":
      return resources.some((one) => MONEY.holds(one, session.pack) && claimed(one.creates));
    case "balance":
      return balances.length > 0;
    case "statement":
      return balances.some((account) => claimsAccount(session, "lists", "entries", account));
    default:
      return false;
  }
}

interface OverHistory {
  readonly id: string;
  readonly requirement: string;
  readonly title: Bilingual;
  readonly law: Law;
  /** By role of the SUT: what the run must have seen. */
  readonly about: Readonly<Partial<Record<Role, readonly Observation["kind"][]>>>;
}

/**
 * A law held against all that the run saw. Skipped where the SUT claims nothing that could show what the law speaks of,
 * inconclusive where the run saw none of it.
 */
function overHistory({ id, requirement, title, law, about }: OverHistory): Check {
  return {
    id,
    requirement,
    title,
    effort: "smoke",
    when: "end",
    roles: Object.keys(about) as Role[],
    async run(session) {
      const wanted = about[session.statement.role] ?? [];
      const hidden = wanted.find((kind) => !isShown(session, kind));
      if (hidden !== undefined)
        session.skip(
          `no interface of the profile shows a ${hidden}`,
          `声明范围内没有可显示 ${hidden} 的接口`,
          "not-demanded",
        );
      const history = session.run.history.observations();
      const unseen = wanted.find((kind) => !history.some((one) => one.kind === kind));
      if (unseen !== undefined)
        nothingSeen(session, `no ${unseen}`, ` ${unseen}`, [
          ...(wanted.includes("statement") ? [opening.id, balance.id] : []),
          "contract.valid-request",
          "errors.declared",
        ]);
      judge(session, law(history));
    },
  };
}
