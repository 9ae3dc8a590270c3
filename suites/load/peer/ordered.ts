import { alike, named, oneOf, sayings } from "../../../core/text/alike.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { askedIn, moneyIn } from "../../resources/draft-fields.ts";
import { peerCallOf } from "../../wire/peer-exchange.ts";
import type { PeerExchange } from "../../wire/peer-exchange.ts";
import type { Session } from "../../session.ts";
import type { LoadCompanion, RuleJudgement } from "../companion.ts";
import { inconclusive } from "../judge-load.ts";
import type { Judged } from "../judge-load.ts";
import type { Order, Orders } from "../money.ts";
import { CONCLUDED_RULE, PAID_ONCE_RULE } from "../rules.ts";
import { PeerWatch } from "./watch.ts";

const SHOWN_FAULTS = 5;

/** What reached our bank under one number. */
interface Arrived {
  readonly amounts: Set<number>;
  /** Whether our bank has carried it out, whatever became of its answer. */
  carriedOut: boolean;
}

interface Fault {
  readonly number: string;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
}

/** Holds what a platform was made to order against what our own bank took, and against what the platform concluded. */
export const ordersAtOurBank: LoadCompanion = {
  rules: [PAID_ONCE_RULE, CONCLUDED_RULE],
  start: ({ scope, signal }) => {
    const arrived = new Map<string, Arrived>();
    const watch: PeerWatch = new PeerWatch(scope, signal, (exchange) => take(exchange, watch.session, arrived));
    return {
      judge: async ({ orders }) => {
        await watch.readAll();
        return judge(orders, arrived, watch.missed);
      },
    };
  },
};

function take(exchange: PeerExchange, session: Session, arrived: Map<string, Arrived>): void {
  const { pack, run } = session;
  const { interface: id, code, response } = exchange;
  const one = id === undefined || !pack.hasInterface(id) ? undefined : pack.interface(id);
  if (one?.purpose?.creates === undefined) return;
  const { body } = peerCallOf(exchange, session, run.counterparty?.baseUrl ?? "");
  const draft = { interface: one, path: {}, query: {}, body };
  const number = askedIn(pack, draft, "number");
  if (typeof number !== "string") return;
  const seen = arrived.get(number) ?? { amounts: new Set(), carriedOut: false };
  arrived.set(number, seen);
  const amount = moneyIn(pack, draft);
  if (amount !== undefined) seen.amounts.add(amount.value);
  seen.carriedOut ||= code === undefined && pack.succeeds(one, response?.status);
}

function judge(orders: Orders, arrived: ReadonlyMap<string, Arrived>, missed: number): readonly RuleJudgement[] {
  const ordered = [...orders.values()].filter(({ notified }) => notified !== true);
  const verdict = (faults: readonly Fault[], what: Bilingual): Judged =>
    verdictOf(faults, what, ordered.length, missed);
  return [
    [
      PAID_ONCE_RULE,
      verdict(otherwise(orders, arrived), { en: "made otherwise than ordered", zh: "与下达的订单不符" }),
    ],
    [
      CONCLUDED_RULE,
      // What was not seen may have been carried out.
      verdict(missed > 0 ? [] : untrue(ordered, arrived), { en: "concluded wrongly", zh: "结论有误" }),
    ],
  ];
}

function otherwise(orders: Orders, arrived: ReadonlyMap<string, Arrived>): readonly Fault[] {
  return [...arrived].flatMap(([number, { amounts }]): Fault[] => {
    const order = orders.get(number);
    if (order === undefined)
      return [
        {
          number,
          expected: { en: "the numbers that were given", zh: "所下达的单号" },
          seen: { en: "a number of its own", zh: "自编单号" },
        },
      ];
    const other = [...amounts].find((amount) => amount !== order.amount);
    return other === undefined ? [] : [{ number, expected: alike(order.amount), seen: alike(other) }];
  });
}

function untrue(ordered: readonly Order[], arrived: ReadonlyMap<string, Arrived>): readonly Fault[] {
  return ordered.flatMap(({ number, accepted, outcome }): Fault[] => {
    const carriedOut = arrived.get(number)?.carriedOut === true;
    if (accepted && !carriedOut)
      return [
        {
          number,
          expected: { en: "no success: our bank carried nothing out", zh: "非成功：我方银行并未执行" },
          seen: alike(outcome),
        },
      ];
    if (outcome === "refused" && carriedOut)
      return [
        {
          number,
          expected: { en: "no refusal: our bank carried it out", zh: "非拒绝：我方银行已执行" },
          seen: oneOf([outcome]),
        },
      ];
    return [];
  });
}

function verdictOf(faults: readonly Fault[], what: Bilingual, all: number, missed: number): Judged {
  const [first] = faults;
  if (first !== undefined)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `${faults.length} calls of ${all} orders were ${what.en}, such as ${first.number}`,
          zh: `${all} 笔订单的调用中有 ${faults.length} 笔${what.zh}，如 ${first.number}`,
        },
        expected: first.expected,
        seen: sayings(faults.slice(0, SHOWN_FAULTS).map(({ number, seen }) => named(number, seen))),
      },
    };
  if (all === 0) return inconclusive("the platform was made to order nothing", "未让平台下达任何订单");
  if (missed > 0)
    return inconclusive(
      `our counterparty's journal dropped ${missed} exchanges before they were read`,
      `对端日志在读取前丢弃了 ${missed} 次交互`,
    );
  return { verdict: "pass" };
}
