import type { PlanContext } from "../check.ts";
import { freeTexts } from "../data/free-texts.ts";
import type { Session } from "../session.ts";
import { counterparty } from "../wire/counterparty.ts";
import type { Delivery } from "../wire/counterparty.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";

/** One thing that is made, comes to its end and is told of. */
export interface Case {
  /** The resource, or the scenario in which it comes to its end: `refund`, `refund.settles-late`. */
  readonly id: string;
  readonly resource: string;
  readonly scenario?: string;
}

/** What became of one of them. */
export interface Ended {
  /** What was asked for, and what was answered at once. */
  readonly draft: Draft;
  readonly answered: Fields;
  /** Where notifications of it go; undefined where nobody listens. */
  readonly url: string | undefined;
  /** The first of them; taken when it came, because the counterparty keeps no more than it has room for. */
  readonly first: Delivery | undefined;
  /** As the query showed it first at its end. */
  readonly queried: Fields;
  /** The query once more, right after it. */
  readonly seen: Exchange;
}

/** Whatever is created, settles and is told of: `payment`, `refund`, `payout`; at once, and late or returned where a scenario makes it so. */
export function endings({ pack, provided }: Pick<PlanContext, "pack" | "provided">): readonly Case[] {
  return pack.source.interfaces.flatMap((one) => {
    const resource = /^notify\.(\w+)_result$/.exec(one.id)?.[1];
    if (one.notification === undefined || resource === undefined) return [];
    if (!["create", "query"].every((verb) => provided.some(({ id }) => id === `${resource}.${verb}`))) return [];
    const scenarios = pack.source.scenarios
      .filter(
        ({ id, role }) =>
          role === "bank" && (id.startsWith(`${resource}.settles-late`) || id === `${resource}.returned`),
      )
      .map(({ id }) => id);
    return [{ id: resource, resource }, ...scenarios.map((id) => ({ id, resource, scenario: id }))];
  });
}

/** Makes one and waits for its end. */
async function ended(session: Session, { resource, scenario }: Case): Promise<Ended> {
  if (scenario !== undefined) session.fixture(scenario);
  const url = session.run.counterparty === undefined ? undefined : counterparty(session).target("ack").url;
  // Large enough that a fee is not lost in rounding; a refund has to fit into a payment made before.
  const amount =
    resource === "refund"
      ? {}
      : { amount: { value: 12_345, currency: session.pack.source.manifest.currencies[0]?.code ?? "CNY" } };
  const { draft, body: answered } = await session.perform(
    `${resource}.create`,
    { ...freeTexts(session, `${resource}.create`), ...(url === undefined ? {} : { notify_url: url }), ...amount },
    scenario === undefined ? {} : { scenario },
  );
  const key = session.pack.interface(`${resource}.create`).idempotency?.key[0] ?? "";
  const number = { [key]: draft.body?.[key] ?? "" };
  // What will be returned has succeeded before.
  const queried = await session.settle(
    `${resource}.query`,
    number,
    scenario?.endsWith(".returned") === true ? ({ state }) => state === "RETURNED" || state === "FAILED" : undefined,
  );
  const seen = await session.send(await session.request(`${resource}.query`, number), {
    label: `${scenario ?? resource}, at its end`,
  });
  const [first] =
    url === undefined
      ? []
      : await counterparty(session).until(url, 1, session.statement.limits.settleWithinSeconds * 1000);
  return { draft, answered, url, first, queried, seen };
}

/** Those of them that the statement claims. */
export function claimedEndings(session: Session): readonly Case[] {
  return endings({
    pack: session.pack,
    provided: session.pack.provided("bank").filter((one) => session.claims(one.id)),
  });
}

/** All of them, waited for together: what settles late takes its time. */
export function endedAll(session: Session): Promise<ReadonlyMap<string, PromiseSettledResult<Ended>>> {
  return session.shared("ended", async () => {
    const all = claimedEndings(session);
    const results = await Promise.allSettled(all.map((one) => ended(session, one)));
    return new Map(all.map((one, index) => [one.id, results[index] as PromiseSettledResult<Ended>]));
  });
}

/** One of them; throws what kept it from its end. */
export async function endingOf(session: Session, id: string): Promise<Ended> {
  const outcome = (await endedAll(session)).get(id);
  if (outcome === undefined) throw new TypeError(`nothing was made for ${id}`);
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

/** One of them, and where it is told of: for checks that need a counterparty. */
export async function toldOf(session: Session, id: string): Promise<Ended & { readonly url: string }> {
  const one = await endingOf(session, id);
  if (one.url === undefined) throw new TypeError(`nobody listens for ${id}: let the check need "notify"`);
  return { ...one, url: one.url };
}
