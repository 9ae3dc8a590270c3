import { alike, asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { Draft } from "../../wire/draft.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { STANDING } from "../../resources/standing.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { accountOf, handleFor, needed, settled } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";
import { equal } from "../../data/comparison.ts";

const AMOUNT = 11;
/** Kills, and the moments at which they come while payments are on their way. */
const KILLS = { smoke: [10], standard: [3, 25], exhaustive: [0, 1, 2, 4, 7, 12, 20, 35, 60, 100, 150, 250] } as const;

export const crash: Check = {
  id: "stability.crash",
  requirement: "STB-05",
  title: {
    en: "After a kill nothing acknowledged is lost and nothing happens twice",
    zh: "强杀后已确认不丢失、不重复",
  },
  effort: "standard",
  needs: { hooks: ["restart"] },
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const account = await accountOf(session, resource);
    const before = await quietBalance(session, account);
    const drafts: Draft[] = [];
    for (const moment of KILLS[session.run.effort]) {
      const kill = session.sleep(moment).then(() => session.restart("kill"));
      const wave = await Promise.all(
        Array.from({ length: Math.min(8, session.statement.limits.maxConcurrency) }, () =>
          session.make(create, { amount: AMOUNT }),
        ),
      );
      drafts.push(...wave);
      const exchanges = await Promise.all(
        wave.map((draft) => session.send(draft, { label: `on its way when the kill comes (${moment} ms)` })),
      );
      await kill;
      for (const exchange of exchanges) {
        if (!session.pack.succeeds(exchange.draft.interface, exchange.answer?.status)) continue;
        await expectKept(session, resource, exchange);
      }
    }
    // What is in doubt is sent again; then each order is paid once.
    for (const draft of drafts) {
      session.expectSuccess(await session.send(draft, { label: "sent again after the kill" }));
      await settled(session, resource, draft);
    }
    const after = await quietBalance(session, account);
    session.judged();
    if (before.posted - after.posted !== drafts.length * AMOUNT)
      session.fail({
        summary: {
          en: "after kills and retries not every payment was debited exactly once",
          zh: "强杀与重发后并非每笔恰好扣款一次",
        },
        expected: {
          en: `${drafts.length} debits of ${AMOUNT}: ${drafts.length * AMOUNT}`,
          zh: `${drafts.length} 笔 ${AMOUNT} 的扣款：${drafts.length * AMOUNT}`,
        },
        seen: alike(String(before.posted - after.posted)),
      });
  },
};

/** Holds that what was acknowledged is found after the kill as it was acknowledged. */
async function expectKept(session: Session, resource: Resource, exchange: Exchange): Promise<void> {
  const query = needed(session, resource, "reads");
  const acked = session.expectShown(exchange);
  const asked = await session.ask(
    query,
    handleFor(session, query, exchange.draft),
    "query of an acknowledged payment after the kill",
  );
  if (session.pack.resources.codes(query, "not-found").includes(asked.answer?.code ?? ""))
    session.fail({
      summary: { en: "an acknowledged payment was lost by a kill", zh: "强杀后丢失已确认的支付" },
      expected: {
        en: `${String(acked.value("number"))} as it was acknowledged`,
        zh: `${String(acked.value("number"))} 与确认时一致`,
      },
      seen: { en: "not found", zh: "查询不到" },
      likelyCause: { en: "The answer leaves before the commit is on disk.", zh: "应答先于落盘发出。" },
    });
  const found = session.expectShown(asked);
  for (const meaning of STANDING)
    if (!equal(found.value(meaning), acked.value(meaning)))
      session.fail({
        summary: {
          en: `an acknowledged payment has another ${meaning} after a kill`,
          zh: `强杀后已确认支付的 ${meaning} 改变`,
        },
        expected: asJson(acked.value(meaning)),
        seen: asJson(found.value(meaning)),
      });
}
