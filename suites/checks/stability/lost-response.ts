import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { shownIn } from "../../resources/shown.ts";
import { STANDING } from "../../resources/standing.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { answeredAgain } from "../repeated.ts";
import { queryOf } from "../resource-steps.ts";

/** How long the caller listens before it goes away, in milliseconds; the last is long enough for the answer to be under way or lost. */
const LISTENS = { smoke: [2, 40], standard: [1, 4, 40], exhaustive: [1, 2, 3, 4, 6, 8, 12, 20, 40, 100] } as const;

/** The response is lost behind the commit: what the query shows and what the retry is told must be one story. */
export const lostResponse: Check = {
  id: "stability.lost-response",
  requirement: "STB-08",
  title: { en: "After a lost response retry and query agree", zh: "应答丢失后重发与查询一致" },
  effort: "smoke",
  each: eachInterface(
    (one) => one.request.body !== undefined && (one.idempotency !== undefined || one.notification !== undefined),
  ),
  async run(session, instance) {
    const one = session.pack.interface(interfaceOf(instance));
    const { shown } = session.pack.meanings(one);
    const standing = new Set(STANDING.flatMap((meaning) => shown(meaning).map(([name]) => name)));
    for (const ms of LISTENS[session.run.effort]) {
      const draft = await session.request(interfaceOf(instance));
      await session.abandon(draft, ms, `given up after ${ms} ms`);
      const asked = await query(session, draft);
      const retried = answeredAgain(session, await session.send(draft, { label: "sent again" })) ?? {};
      const now = await session.observe(draft);
      const again = answeredAgain(session, await session.send(draft, { label: "and once more" }));
      const later = await query(session, draft);
      // A resource that is still open may move on by itself.
      const open = [retried, again ?? {}, later ?? {}].some(
        (one) => shownIn(session.pack, draft.interface, one).outcome === "open",
      );
      if (!open)
        await session.expectUnchanged(now, {
          en: "a request sent once more after a lost response",
          zh: "应答丢失后再次发送的请求",
        });
      for (const [name, seen] of [
        ["the query before", asked],
        ["the second retry", again],
        ["the query after", later],
      ] as const) {
        const field =
          seen === undefined
            ? undefined
            : Object.keys(retried).find(
                (each) => standing.has(each) && seen[each] !== undefined && !equal(seen[each], retried[each]),
              );
        if (field !== undefined)
          session.fail({
            summary: {
              en: `after a lost response, retry and ${name} disagree about ${field}`,
              zh: `应答丢失后，重发与查询的 ${field} 不一致`,
            },
            expected: asJson(retried[field]),
            seen: asJson(seen?.[field]),
          });
      }
      if (asked !== undefined && later === undefined)
        session.fail({
          summary: {
            en: "what a query had found was no longer found after the retry",
            zh: "重发后查询不到先前已查到的内容",
          },
          expected: { en: "found", zh: "可查询到" },
          seen: { en: "not found", zh: "查询不到" },
        });
    }
  },
};

/**
 * What the interface's own query shows; undefined where it finds nothing (yet), or cannot be asked: a binding is asked for
 * by the bank's id, which a lost answer did not tell.
 */
async function query(session: Session, draft: Draft): Promise<Fields | undefined> {
  const asking = await queryOf(session, draft);
  if (asking === undefined) return undefined;
  const exchange = await session.send(asking, { label: `query: ${asking.interface.id}` });
  return session.pack.resources.codes(asking.interface, "not-found").includes(exchange.answer?.code ?? "")
    ? undefined
    : session.expectSuccess(exchange);
}
