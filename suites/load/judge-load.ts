import { sayings } from "../../core/text/alike.ts";
import type { ServiceLevelFinished } from "../../core/run/event.ts";
import type { Bilingual, Level as Weight } from "../../core/run/verdict.ts";
import type { EngineResult } from "./engine.ts";
import { burnOf, hasBurned } from "../../core/load/burn.ts";
import type { LevelBurn } from "../../core/load/burn.ts";
import { resultOf } from "../../core/load/level.ts";
import type { Level } from "../../core/load/level.ts";
import { judgeBills } from "./judge-bills.ts";
import type { BillEvidence } from "./judge-bills.ts";
import type { Judged } from "./judged.ts";
import { seenWords, targetWords } from "./level-words.ts";
import { moneyFaults } from "./money.ts";
import type { Booked, MoneyFault, Order, Orders } from "./money.ts";
import { AGAIN_RULE, BALANCE_RULE, DOCUMENTED_RULE, MONEY_RULES, SIGNED_RULE } from "./rules.ts";
import type { LoadRule } from "./rules.ts";
import { accountOf } from "./settlement.ts";
import type { Books } from "./settlement.ts";
import type { Totals } from "../../core/load/totals.ts";

export type { Judged } from "./judged.ts";

/** A share of late arrivals above this shows that the generator, and not the SUT, was measured. */
export const MOST_LATE = 0.01;

const SHOWN_FAULTS = 5;

/** Everything that a load left to be judged. */
export interface LoadEvidence extends Omit<BillEvidence, "orders"> {
  readonly result: EngineResult;
  readonly totals: Totals;
  readonly orders: Orders;
  /** Undefined where the SUT shows no books. */
  readonly before: Books | undefined;
  readonly after: Books | undefined;
  readonly accounts: readonly string[];
  /** Why there are no books, where that is known. */
  readonly noBooks?: Bilingual | undefined;
  /** The share of late arrivals above which the load is void. */
  readonly mostLate: number;
  /** Whether callers send again what no answer came to. */
  readonly retries: boolean;
}

/** Why a load says nothing of the SUT; undefined when it does. */
export function voidReason(
  { problems, ordersFull }: EngineResult,
  { sum: { due, late, endings } }: Totals,
  mostLate = MOST_LATE,
): Bilingual | undefined {
  if (problems.length > 0)
    return {
      en: `the generator broke: ${problems[0]?.split("\n")[0] ?? ""}`,
      zh: `负载发生器出错：${problems[0]?.split("\n")[0] ?? ""}`,
    };
  if (ordersFull)
    return {
      en: "the file of orders was full, so the load ended before its time",
      zh: "订单文件已满，负载提前结束",
    };
  if (due === 0) return { en: "no arrival was due", zh: "没有任何请求到期" };
  if (late / due > mostLate)
    return {
      en: `the generator was late with ${late} of ${due} arrivals, so the machine that made the load was measured`,
      zh: `负载发生器对 ${due} 次到达中的 ${late} 次未能按时发出，测到的是发生器自身的能力`,
    };
  if (endings.success + endings.refused === 0)
    return { en: "no call was answered as the pack says", zh: "没有任何调用得到规范所述的应答" };
  return undefined;
}

/** The verdicts of all rules, in their order. Of a void load what is wrong stays wrong, and nothing else is said. */
export function judgeRules(evidence: LoadEvidence): readonly (readonly [LoadRule, Judged])[] {
  return unlessVoid(evidence, [
    ...money(evidence),
    ...(evidence.retries ? [[AGAIN_RULE, sentAgain(evidence)] as const] : []),
    [BALANCE_RULE, balances(evidence)],
    ...judgeBills(evidence),
    ...judgeAnswers(evidence.totals),
  ]);
}

/** What was found of the answers of a load, those of a bank or a platform. */
export const judgeAnswers = (totals: Totals): readonly (readonly [LoadRule, Judged])[] => [
  [SIGNED_RULE, signatures(totals)],
  [DOCUMENTED_RULE, documented(totals)],
];

/** Judgements as they count: of a void load what is wrong stays wrong, and nothing else is said. */
export function unlessVoid(
  { result, totals, mostLate }: Pick<LoadEvidence, "result" | "totals" | "mostLate">,
  judged: readonly (readonly [LoadRule, Judged])[],
): readonly (readonly [LoadRule, Judged])[] {
  const reason = voidReason(result, totals, mostLate);
  return reason === undefined
    ? judged
    : judged.map(([rule, one]) => [rule, one.verdict === "fail" ? one : { verdict: "inconclusive", reason }]);
}

/** What was found of times and answers: of a void load nothing, since its lateness is in every latency. */
export function ofNothingIfVoid(
  { result, totals, mostLate }: Pick<LoadEvidence, "result" | "totals" | "mostLate">,
  judged: readonly (readonly [LoadRule, Judged])[],
): readonly (readonly [LoadRule, Judged])[] {
  const reason = voidReason(result, totals, mostLate);
  return reason === undefined ? judged : judged.map(([rule]) => [rule, { verdict: "inconclusive", reason }]);
}

function money({ orders, after, noBooks }: LoadEvidence): readonly (readonly [LoadRule, Judged])[] {
  const faults = moneyFaults(orders.values(), bookedIn(orders, after));
  const unsettled = faults.filter(({ kind }) => kind === "unsettled");
  const seen = { unsettled, unplaced: unplacedIn(orders), orders: orders.size, books: after, noBooks };
  return MONEY_RULES.map((rule) => [rule, verdictOf(rule, faults, seen)]);
}

/** Orders of which no account is known: no statement can show what became of them. */
function unplacedIn(orders: Orders): { readonly count: number; readonly such: string } {
  let [count, such] = [0, ""];
  for (const order of orders.values())
    if (accountOf(orders, order) === undefined) [count, such] = [count + 1, order.number];
  return { count, such };
}

/** What the books hold of an order. */
const bookedIn =
  (orders: Orders, books: Books | undefined) =>
  (order: Order): Booked | undefined => {
    const account = accountOf(orders, order);
    return account === undefined ? undefined : books?.booked(account, order.number);
  };

/** The orders that were sent again, and those alone. */
function sentAgain({ orders, after, noBooks }: LoadEvidence): Judged {
  const again = [...orders.values()].filter((order) => order.again > 0);
  if (again.length === 0) return inconclusive("no call was left without an answer", "没有未获应答的调用");
  const faults = moneyFaults(again, bookedIn(orders, after));
  const unsettled = faults.filter(({ kind }) => kind === "unsettled");
  return verdictOf(AGAIN_RULE, faults, {
    unplaced: unplacedIn(orders),
    unsettled,
    orders: again.length,
    books: after,
    noBooks,
  });
}

interface SettledOrders {
  readonly unsettled: readonly MoneyFault[];
  readonly unplaced: ReturnType<typeof unplacedIn>;
  readonly orders: number;
  readonly books: Books | undefined;
  readonly noBooks: Bilingual | undefined;
}

function verdictOf(rule: LoadRule, faults: readonly MoneyFault[], seen: SettledOrders): Judged {
  const own = faults.filter(({ kind }) => rule.faults.includes(kind));
  const [first] = own;
  if (first !== undefined)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `${own.length} of ${seen.orders} orders are ${first.kind}, such as ${first.number}`,
          zh: `${seen.orders} 笔订单中有 ${own.length} 笔${KIND_WORDS[first.kind]}，如 ${first.number}`,
        },
        expected: first.expected,
        seen: sayings(
          own.slice(0, SHOWN_FAULTS).map(({ number, kind, seen: { en, zh } }) => ({
            en: `${number} ${kind}: ${en}`,
            zh: `${number} ${KIND_WORDS[kind]}：${zh}`,
          })),
        ),
      },
    };
  if (seen.orders === 0) return inconclusive("no order was made", "没有产生任何订单");
  if (seen.books === undefined)
    return inconclusive(
      ...wordsOf(seen.noBooks, "the SUT shows no statement of these accounts", "被测系统不提供相关账户的明细"),
    );
  if (seen.unsettled.length > 0)
    return inconclusive(
      `${seen.unsettled.length} orders did not become final in time, such as ${seen.unsettled[0]?.number ?? ""}`,
      `${seen.unsettled.length} 笔订单未在时限内到达终态，如 ${seen.unsettled[0]?.number ?? ""}`,
    );
  if (seen.unplaced.count > 0)
    return inconclusive(
      `${seen.unplaced.count} orders name no account whose statement would show them, such as ${seen.unplaced.such}`,
      `${seen.unplaced.count} 笔订单未指明账户，无从在明细中核对，如 ${seen.unplaced.such}`,
    );
  return { verdict: "pass" };
}

const KIND_WORDS: Readonly<Record<MoneyFault["kind"], string>> = {
  lost: "丢失",
  doubled: "重复入账",
  "wrong-amount": "入账金额有误",
  unaccepted: "未成功却已入账",
  unsettled: "未到终态",
  forgotten: "受理后查无此单",
};

function balances({ before, after, accounts, noBooks }: LoadEvidence): Judged {
  if (before === undefined || after === undefined)
    return inconclusive(
      ...wordsOf(noBooks, "the SUT shows no balance of these accounts", "被测系统不提供相关账户的余额"),
    );
  for (const account of accounts) {
    const [from, to] = [before.balance(account), after.balance(account)];
    if (from === undefined || to === undefined) continue;
    const [moved, listed] = [to - from, after.moved(account) - before.moved(account)];
    if (moved !== listed)
      return {
        verdict: "fail",
        finding: {
          summary: {
            en: "a balance moved by something else than its statement lists",
            zh: "账户余额的变动与明细不符",
          },
          expected: { en: `${listed}, the sum of the new entries`, zh: `${listed}，即新增分录之和` },
          seen: { en: `${moved}, from ${from} to ${to}`, zh: `${moved}，由 ${from} 变为 ${to}` },
        },
      };
  }
  return { verdict: "pass" };
}

function signatures({ sum: { unsigned } }: Totals): Judged {
  return unsigned === 0
    ? { verdict: "pass" }
    : {
        verdict: "fail",
        finding: {
          summary: {
            en: `${unsigned} answers carry no signature that verifies`,
            zh: `${unsigned} 个应答的签名未通过验证`,
          },
          expected: { en: "every answer signed, refusals too", zh: "每个应答均有签名，拒绝亦然" },
          seen: { en: `${unsigned} are not`, zh: `${unsigned} 个没有` },
        },
      };
}

function documented({
  sum: {
    endings: { malformed },
  },
}: Totals): Judged {
  return malformed === 0
    ? { verdict: "pass" }
    : {
        verdict: "fail",
        finding: {
          summary: {
            en: `${malformed} answers are none that the pack describes`,
            zh: `${malformed} 个应答不符合规范包的描述`,
          },
          expected: { en: "the schema of the answer, or a documented code", zh: "符合应答结构，或为规范所列错误码" },
          seen: { en: `${malformed} others`, zh: `${malformed} 个不符合` },
        },
      };
}

const wordsOf = (known: Bilingual | undefined, en: string, zh: string): readonly [en: string, zh: string] =>
  known === undefined ? [en, zh] : [known.en, known.zh];

export const inconclusive = (en: string, zh: string): Judged => ({ verdict: "inconclusive", reason: { en, zh } });

/** The service levels as they were seen. None where the load is void: what was measured was not the SUT. */
export function judgeLevels(
  levels: readonly Level[],
  { result, totals, mostLate }: Pick<LoadEvidence, "result" | "totals" | "mostLate">,
  at: number,
): readonly ServiceLevelFinished[] {
  if (voidReason(result, totals, mostLate) !== undefined) return [];
  return levels.map((level, index) => {
    const tallies = totals.tallies[index] ?? [];
    const shown = resultOf(level, tallies, totals.intervalSeconds);
    const burn = burnOf(level, tallies, totals.intervalSeconds);
    const burned = level.failsOnBurn === true && !isCalm(burn);
    const [target, seen] = [targetWords(level), seenWords(shown, burn, burned)];
    return {
      type: "service-level.finished",
      at,
      name: level.name,
      ...(level.interface === undefined ? {} : { interface: level.interface }),
      title: level.title,
      target: target.en,
      seen: seen.en,
      inChinese: { target: target.zh, seen: seen.zh },
      samples: shown.samples,
      ok: shown.met && !burned,
      burn,
    };
  });
}

/** Whether alerts were looked for, and none would have fired. */
const isCalm = (burn: LevelBurn): boolean => burn.pairs.some(({ looked }) => looked) && !hasBurned(burn);

/** Rules of which the pack has the requirement, with its weight. */
export function citedRules(
  rules: readonly LoadRule[],
  weightOf: (requirement: string) => Weight | undefined,
): readonly LoadRule[] {
  return rules.filter(({ requirement }) => weightOf(requirement) !== undefined);
}
