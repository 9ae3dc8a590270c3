import type { Check, Instance, PlanContext } from "../../check.ts";
import { equal, steady } from "../../data/comparison.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { inProfile } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";

/** What a later event may have changed between the notification and the query. */
const MAY_MOVE = ["refunded", "returned_at", "return_reason"];

interface Told {
  readonly url: string;
  readonly queried: Fields;
}

/** Whatever is created, settles and is told of: `payment`, `refund`, `payout`; at once, and late where a scenario makes it so. */
function cases({ pack, provided }: Pick<PlanContext, "pack" | "provided">): readonly { readonly id: string; readonly resource: string; readonly scenario?: string }[] {
  return pack.source.interfaces.flatMap((one) => {
    const resource = /^notify\.(\w+)_result$/.exec(one.id)?.[1];
    if (one.notification === undefined || resource === undefined) return [];
    if (!["create", "query"].every((verb) => provided.some(({ id }) => id === `${resource}.${verb}`))) return [];
    const scenarios = pack.source.scenarios.filter(({ id, role }) => role === "bank" && id.startsWith(`${resource}.settles-late`)).map(({ id }) => id);
    return [{ id: resource, resource }, ...scenarios.map((id) => ({ id, resource, scenario: id }))];
  });
}

/** Makes one and waits for its end. */
async function ended(session: Session, { resource, scenario }: ReturnType<typeof cases>[number]): Promise<Told> {
  if (scenario !== undefined) session.fixture(scenario);
  const { url } = counterparty(session).target("ack");
  // Large enough that a fee is not lost in rounding; a refund has to fit into a payment made before.
  const amount = resource === "refund" ? {} : { amount: { value: 12_345, currency: session.pack.source.manifest.currencies[0]?.code ?? "CNY" } };
  const { draft } = await session.perform(`${resource}.create`, { notify_url: url, ...amount }, scenario === undefined ? {} : { scenario });
  const key = session.pack.interface(`${resource}.create`).idempotency?.key[0] ?? "";
  return { url, queried: await session.settle(`${resource}.query`, { [key]: draft.body?.[key] ?? "" }) };
}

/** All of them, waited for together: what settles late takes its time. */
function endedAll(session: Session): Promise<ReadonlyMap<string, PromiseSettledResult<Told>>> {
  return session.shared("notification.agreement", async () => {
    const all = cases({ pack: session.pack, provided: session.pack.provided("bank").filter((one) => inProfile(session.statement, one.id)) });
    const results = await Promise.allSettled(all.map((one) => ended(session, one)));
    return new Map(all.map((one, index) => [one.id, results[index] as PromiseSettledResult<Told>]));
  });
}

export const agreement: Check = {
  id: "notification.agreement",
  requirement: "NOT-15",
  title: { en: "A notification says what the query says", zh: "通知内容与查询一致" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  needs: { notify: true },
  each: (context): readonly Instance[] => cases(context).map(({ id, resource }) => ({ id, data: resource })),
  async run(session, instance) {
    const resource = String(instance.data);
    const outcome = (await endedAll(session)).get(instance.id);
    if (outcome === undefined) throw new TypeError(`nothing was made for ${instance.id}`);
    if (outcome.status === "rejected") throw outcome.reason;
    const { url, queried } = outcome.value;
    const peer = counterparty(session);
    const within = session.statement.limits.settleWithinSeconds;
    // An outcome that was open may be told of while it is open, too: what counts is that the last word is the query's.
    const deadline = session.run.runtime.now() + within * 1000;
    for (;;) {
      const told = (await peer.deliveries(url)).at(-1);
      const said = told === undefined ? undefined : (told.body[resource] as Fields | undefined);
      const differing = Object.keys(said ?? {}).filter((name) => !MAY_MOVE.includes(name) && !equal(steady(said?.[name]), steady(queried[name])));
      if (said !== undefined && differing.length === 0 && Object.keys(said).length > 0) return session.judged();
      if (session.run.runtime.now() >= deadline) {
        const first = differing[0];
        return session.fail(first === undefined || said === undefined
          ? { summary: { en: `a ${resource} came to its end and no notification told of it within ${within} s`, zh: `${resource} 已达终态，但 ${within} 秒内未收到通知` }, expected: `POST ${url}`, seen: told === undefined ? "nothing" : "a notification without the resource", evidence: told === undefined ? session.evidence : [told.wire] }
          : { summary: { en: `notification and query of a ${resource} disagree about ${first}`, zh: `${resource} 的通知与查询在 ${first} 上不一致` }, expected: `${first} as the query has it: ${JSON.stringify(queried[first]) ?? "absent"}`, seen: `in the notification: ${JSON.stringify(said[first])}`, evidence: told === undefined ? session.evidence : [...session.evidence.slice(-2), told.wire] });
      }
      await session.sleep(100);
    }
  },
};

/** How long after the event a first notification of it may be signed, and by how much rounding may make it earlier. */
const LATEST_SECONDS = 60;
const EARLIEST_SECONDS = 2;

export const occurredAt: Check = {
  id: "notification.occurred-at",
  requirement: "CON-10",
  title: { en: "A notification says when it happened", zh: "通知所述发生时间真实" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  each: (context): readonly Instance[] => cases(context).map(({ id }) => ({ id })),
  async run(session, instance) {
    const outcome = (await endedAll(session)).get(instance.id);
    if (outcome === undefined) throw new TypeError(`nothing was made for ${instance.id}`);
    if (outcome.status === "rejected") throw outcome.reason;
    const { url } = outcome.value;
    const unsaid = (): never => session.inconclusive("no notification said when it happened", "没有说明发生时间的通知");
    const [arrived] = await counterparty(session).until(url, 1, session.statement.limits.settleWithinSeconds * 1000);
    const first = arrived ?? unsaid();
    const [told, signed] = [Date.parse(String(first.body["occurred_at"])) / 1000, Number(first.timestamp)];
    if (Number.isNaN(told) || Number.isNaN(signed)) unsaid();
    session.judged();
    if (told > signed + EARLIEST_SECONDS || told < signed - LATEST_SECONDS) session.fail({ summary: { en: "a notification tells another time than that at which it was signed", zh: "通知所述发生时间与签名时间不符" }, expected: `within ${LATEST_SECONDS} s before ${session.pack.calendar.rfc3339(signed * 1000)}`, seen: String(first.body["occurred_at"]), evidence: [first.wire] });
  },
};

/** Over all kinds of events: receivers tell a repetition from news by the `notify_id`, so no two events may share one. */
export const ownIds: Check = {
  id: "notification.own-ids",
  requirement: "NOT-04",
  title: { en: "Events of every kind have notify_ids of their own", zh: "各类事件的 notify_id 互不相同" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  async run(session) {
    const within = session.statement.limits.settleWithinSeconds * 1000;
    const made = [...(await endedAll(session)).values()].flatMap((one) => (one.status === "fulfilled" ? [one.value.url] : []));
    const first = (await Promise.all(made.map((url) => counterparty(session).until(url, 1, within)))).flatMap(([arrived]) => arrived ?? []);
    if (first.length < 2) session.inconclusive("fewer than two events were told of", "收到通知的事件不足两个");
    session.judged();
    const ids = first.map(({ body }) => body["notify_id"]);
    const shared = first.find((_one, at) => typeof ids[at] !== "string" || ids.indexOf(ids[at]) !== at);
    if (shared !== undefined) session.fail({ summary: { en: "two events have one notify_id", zh: "不同事件使用了同一 notify_id" }, expected: "a notify_id for each event", seen: JSON.stringify(shared.body["notify_id"]) ?? "none", evidence: [shared.wire] });
  },
};
