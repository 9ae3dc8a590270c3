import { alike, named, sayings } from "../../../core/text/alike.ts";
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
  readonly expected: Bilingual;
  readonly seen: Bilingual;
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
      expected: { en: "an acknowledgement each time", zh: "每次均获确认" },
      seen: { en: "refused when repeated", zh: "重复时被拒绝" },
    })),
    ...news.flatMap(({ number, accepted }) => {
      const answer = answers.get(number);
      return accepted || answer === undefined
        ? []
        : [{ number, expected: { en: "an acknowledgement", zh: "确认" }, seen: alike(answer) }];
    }),
  ];
}

type Sums = ReturnType<typeof returnedOf>;

function missing(news: readonly Order[], { shown }: Records, sums: Sums): readonly Fault[] {
  return news.flatMap(({ number, accepted, of }): Fault[] => {
    const seen = shown.get(number);
    if (!accepted || of !== undefined || seen === undefined) return [];
    const least = sums.get(number)?.least ?? 0;
    if (seen.outcome !== "succeeded")
      return [
        {
          number,
          expected: { en: "succeeded, as it was told", zh: "如通知所述为成功" },
          seen: alike(seen.outcome),
        },
      ];
    return (seen.returned ?? least) < least
      ? [{ number, expected: { en: `${least} given back`, zh: `已退 ${least}` }, seen: alike(String(seen.returned)) }]
      : [];
  });
}

function tooMuch({ shown }: Records, sums: Sums): readonly Fault[] {
  return [...sums].flatMap(([number, { most }]) => {
    const returned = shown.get(number)?.returned ?? 0;
    return returned > most
      ? [
          {
            number,
            expected: { en: `at most ${most} given back`, zh: `至多退 ${most}` },
            seen: alike(String(returned)),
          },
        ]
      : [];
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
        seen: sayings(faults.slice(0, SHOWN_FAULTS).map(({ number, seen }) => named(number, seen))),
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
