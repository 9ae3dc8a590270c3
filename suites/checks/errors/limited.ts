import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import { header } from "../../wire/header.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { accountOf, handleFor, needed, settled } from "../resource-steps.ts";
import { expectMoved, quietBalance } from "../steps.ts";

const AMOUNT = 11;
/** Bursts of `limits.maxConcurrency` calls at once, until one meets a limit. */
const BURSTS = { smoke: 1, standard: 5, exhaustive: 20 } as const;
/** Longer waits than this are not granted. */
const MOST_SECONDS = 10;

/**
 * More at once than the SUT takes. Whether it takes as many as are sent is its own affair; what it turns away is
 * judged.
 */
export const limited: Check = {
  id: "errors.limited",
  requirement: "ERR-10",
  title: {
    en: "A rate-limited call says when to retry, and has no effect",
    zh: "被限流的请求说明何时重试，且不产生影响",
  },
  effort: "standard",
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const query = needed(session, resource, "reads");
    const account = await accountOf(session, resource);
    const before = await quietBalance(session, account);
    const sent: { readonly draft: Draft; readonly exchange: Exchange }[] = [];
    const refused: typeof sent = [];
    for (let burst = 1; burst <= BURSTS[session.run.effort] && refused.length === 0; burst += 1) {
      const drafts = await Promise.all(
        Array.from({ length: session.statement.limits.maxConcurrency }, () => session.make(create, { amount: AMOUNT })),
      );
      const exchanges = await session.race(drafts, `burst ${burst}`);
      sent.push(...drafts.map((draft, index) => ({ draft, exchange: exchanges[index] as Exchange })));
      refused.push(...sent.filter(({ exchange }) => exchange.answer?.code === session.code("overload")));
    }
    const first =
      refused[0] ??
      session.skip(
        `no burst of ${session.statement.limits.maxConcurrency} calls at once (limits.maxConcurrency) met a limit`,
        `${session.statement.limits.maxConcurrency} 个并发请求（limits.maxConcurrency）未触发限流`,
        "capability",
      );
    for (const { exchange } of refused) {
      session.expectRefusal(exchange, session.code("overload"));
      expectRetryAfter(session, exchange);
    }
    const seconds = secondsOf(
      session,
      refused.map(({ exchange }) => exchange),
    );
    await session.sleep(Math.min(MOST_SECONDS, seconds) * 1_000);

    // Under none of the refused numbers is there a payment, and nothing was taken for one.
    for (const { draft } of refused)
      session.expectRefusedFor(
        await session.ask(query, handleFor(session, query, draft), "a payment that a limit refused"),
        "not-found",
        { en: "The call was carried out, and refused on its way back.", zh: "请求已执行，返回途中才被限流。" },
      );
    let carriedOut = 0;
    const absent = session.codes(query, "not-found");
    for (const { draft } of sent.filter((one) => !refused.includes(one))) {
      const found = await session.ask(query, handleFor(session, query, draft), "a payment that was not limited");
      if (absent.includes(found.answer?.code ?? "")) continue;
      session.expectSuccess(found);
      if ((await settled(session, resource, draft)).outcome === "succeeded") carriedOut += 1;
    }
    expectMoved(
      session,
      before,
      await quietBalance(session, account),
      { posted: -carriedOut * AMOUNT },
      {
        en: "calls that a limit refused moved money",
        zh: "被限流的请求产生了资金变动",
      },
    );
    session.expectSuccess(await session.send(first.draft, { label: "the same call once the time is over" }));
  },
};

/** RFC 9110 section 10.2.3: seconds, or a date. */
function expectRetryAfter(session: Session, { response, label }: Exchange): void {
  const value = response === undefined ? undefined : header(response, "retry-after");
  session.judged();
  if (value !== undefined && (/^\d{1,9}$/.test(value) || !Number.isNaN(Date.parse(value)))) return;
  session.fail({
    summary: {
      en: `${label} was refused by a limit without saying when to retry`,
      zh: `“${label}”被限流，但未说明何时重试`,
    },
    expected: { en: "Retry-After: seconds or a date", zh: "Retry-After：秒数或日期" },
    seen: value === undefined ? { en: "no Retry-After", zh: "无 Retry-After" } : alike(`Retry-After: ${value}`),
  });
}

/** The longest that one of them asks to wait. */
function secondsOf(session: Session, exchanges: readonly Exchange[]): number {
  return Math.max(
    ...exchanges.map(({ response }) => {
      const value = response === undefined ? "" : (header(response, "retry-after") ?? "");
      return /^\d+$/.test(value)
        ? Number(value)
        : Math.max(0, Math.ceil((Date.parse(value) - session.sutNow()) / 1_000));
    }),
  );
}
