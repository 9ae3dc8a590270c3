import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { standingDifference } from "../../resources/standing.ts";
import type { Session } from "../../session.ts";
import { answeredAgain } from "../repeated.ts";
import { alone, another, eachCreate, once } from "./one-effect.ts";
import type { Outcome } from "./one-effect.ts";

/** When the connection is dropped after sending, and how long until the request is sent again, in milliseconds. */
const CASES = {
  smoke: [
    { drop: 2, retry: 10 },
    { drop: 2, retry: 100 },
  ],
  standard: [
    { drop: 1, retry: 10 },
    { drop: 3, retry: 10 },
    { drop: 2, retry: 100 },
    { drop: 8, retry: 10 },
  ],
  exhaustive: [1, 2, 3, 5, 8, 13, 21].flatMap((drop) => [1, 10, 100, 1_000].map((retry) => ({ drop, retry }))),
} as const;

export const lostAnswer: Check = {
  id: "idempotency.lost-answer",
  requirement: "IDM-05",
  title: {
    en: "A request whose connection was dropped is sent again, and has one effect",
    zh: "断线后重发只有一次影响",
  },
  effort: "smoke",
  each: eachCreate,
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { template, moved } = await alone(session, id);
    for (const { drop, retry } of CASES[session.run.effort]) {
      const outcome = await once(session, await another(session, template), async (draft) => {
        await session.abandon(draft, drop, `dropped after ${drop} ms`);
        await session.sleep(retry);
        return [
          await session.send(draft, { label: `again ${retry} ms later` }),
          await session.send(draft, { label: "and again" }),
        ];
      });
      expectOneEffect(session, outcome, moved, `dropped after ${drop} ms and sent again ${retry} ms later`);
    }
  },
};

/** Every answer that came is the real one, all agree, and what moved is what one request moves. */
export function expectOneEffect(
  session: Session,
  { exchanges, moved }: Outcome,
  expected: Outcome["moved"],
  what: string,
): void {
  const bodies = exchanges.flatMap((exchange) => {
    const { answer } = exchange;
    // While the first is in flight the pack may say so.
    if (answer !== undefined && answer.status === 409 && exchange.draft.interface.idempotency?.inFlight !== "wait")
      return [];
    const body = answeredAgain(session, exchange);
    return body === undefined ? [] : [body];
  });
  session.judged();
  const [first = {}, ...others] = bodies;
  for (const other of others) {
    const one = exchanges[0]?.draft.interface;
    const difference = one === undefined ? undefined : standingDifference(session.pack, one, first, other);
    if (difference !== undefined)
      session.fail({
        summary: {
          en: `a request ${what} was answered with two values of its ${difference.meaning}`,
          zh: `断线重发的请求得到两个不同的 ${difference.meaning}`,
        },
        expected: difference.first,
        seen: difference.other,
      });
  }
  const index = moved.findIndex((one, at) => !equal(one, expected[at]));
  if (index < 0) return;
  session.fail({
    summary: { en: `a request ${what} did not have exactly one effect`, zh: "断线重发的请求未恰好生效一次" },
    expected: {
      en: `what one request moves: ${JSON.stringify(expected[index])}`,
      zh: `与单次请求的变动相同：${JSON.stringify(expected[index])}`,
    },
    seen: asJson(moved[index]),
    likelyCause: {
      en: "The number is remembered with the answer, not with the effect.",
      zh: "编号随应答而非随影响保存。",
    },
  });
}
