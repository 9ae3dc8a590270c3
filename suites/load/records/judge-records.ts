import type { Bilingual } from "../../../core/run/verdict.ts";
import type { RuleJudgement } from "../companion.ts";
import { inconclusive } from "../judge-load.ts";
import type { Judged } from "../judge-load.ts";
import type { Order, Orders } from "../money.ts";
import { ACKNOWLEDGED_RULE, BOOKED_RULE, SHOWN_RULE } from "../rules.ts";
import { returnedOf } from "./settle-records.ts";
import type { Records } from "./settle-records.ts";

const SHOWN_FAULTS = 5;

interface Fault {
  readonly number: string;
  readonly expected: string;
  readonly seen: string;
}

/** What was found of the news that a platform was told of. */
export function judgeRecords(orders: Orders, records: Records): readonly RuleJudgement[] {
  const news = [...orders.values()].filter(({ notified }) => notified === true);
  const sums = returnedOf(news);
  const open = news.filter((order) => isOpen(order, records)).length;
  const verdict = (faults: readonly Fault[], what: Bilingual): Judged => verdictOf(faults, what, news.length, open);
  return [
    [ACKNOWLEDGED_RULE, verdict(unacknowledged(news, records), { en: "not acknowledged", zh: "未获确认" })],
    [SHOWN_RULE, verdict(missing(news, records, sums), { en: "acknowledged, and not shown", zh: "已确认却未体现" })],
    [BOOKED_RULE, verdict(tooMuch(records, sums), { en: "booked more than once", zh: "重复入账" })],
  ];
}

/** Of what no answer came to the end nothing is said. */
const isOpen = ({ accepted, of, number }: Order, { shown, answers }: Records): boolean =>
  accepted ? of === undefined && !shown.has(number) : !answers.has(number);

function unacknowledged(news: readonly Order[], { answers, refusedAgain }: Records): readonly Fault[] {
  return [
    ...refusedAgain.map((number) => ({
      number,
      expected: "an acknowledgement each time",
      seen: "refused when repeated",
    })),
    ...news.flatMap(({ number, accepted }) => {
      const answer = answers.get(number);
      return accepted || answer === undefined ? [] : [{ number, expected: "an acknowledgement", seen: answer }];
    }),
  ];
}

type Sums = ReturnType<typeof returnedOf>;

function missing(news: readonly Order[], { shown }: Records, sums: Sums): readonly Fault[] {
  return news.flatMap(({ number, accepted, of }): Fault[] => {
    const seen = shown.get(number);
    if (!accepted || of !== undefined || seen === undefined) return [];
    const least = sums.get(number)?.least ?? 0;
    if (seen.outcome !== "succeeded") return [{ number, expected: "succeeded, as it was told", seen: seen.outcome }];
    return (seen.returned ?? least) < least
      ? [{ number, expected: `${least} given back`, seen: String(seen.returned) }]
      : [];
  });
}

function tooMuch({ shown }: Records, sums: Sums): readonly Fault[] {
  return [...sums].flatMap(([number, { most }]) => {
    const returned = shown.get(number)?.returned ?? 0;
    return returned > most ? [{ number, expected: `at most ${most} given back`, seen: String(returned) }] : [];
  });
}

function verdictOf(faults: readonly Fault[], what: Bilingual, all: number, open: number): Judged {
  const [first] = faults;
  if (first !== undefined)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `news of ${faults.length} of ${all} orders was ${what.en}, such as ${first.number}`,
          zh: `${all} 笔订单的通知中有 ${faults.length} 笔${what.zh}，如 ${first.number}`,
        },
        expected: first.expected,
        seen: faults
          .slice(0, SHOWN_FAULTS)
          .map(({ number, seen }) => `${number}: ${seen}`)
          .join("; "),
      },
    };
  if (all === 0) return inconclusive("the platform was told of no order", "未向平台通知任何订单");
  if (open > 0)
    return inconclusive(
      `of ${open} orders the platform answered nothing more in time`,
      `${open} 笔订单在时限内未再得到平台应答`,
    );
  return { verdict: "pass" };
}
