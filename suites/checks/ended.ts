import type { PlanContext } from "../check.ts";
import { freeTexts } from "../data/free-texts.ts";
import type { Session } from "../session.ts";
import { counterparty } from "../wire/counterparty.ts";
import type { Delivery } from "../wire/counterparty.ts";
import { HOLD, MONEY, REPORT, REVERSAL } from "../resources/kinds.ts";
import { shownIn } from "../resources/shown.ts";
import type { Shown } from "../resources/shown.ts";
import type { Resource } from "../resources/resource.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { handleFor, knownBy, needed } from "./resource-steps.ts";
import type { Exchange } from "../wire/exchange.ts";

/** One thing that is made, comes to its end and is told of. */
export interface Case {
  /** The resource, or the scenario in which it comes to its end otherwise: `refund`, `refund.settles-late`. */
  readonly id: string;
  readonly resource: string;
  readonly scenario?: string;
  /** It succeeds first, and comes back later. */
  readonly comesBack?: true;
}

/** What became of one of them. */
export interface Ended {
  /** What was asked for, and what was answered at once. */
  readonly draft: Draft;
  readonly answered: Shown;
  /** Where notifications of it go; undefined where no counterparty listens. */
  readonly url: string | undefined;
  /** The first of them; taken when it came, because the counterparty keeps no more than it has room for. */
  readonly first: Delivery | undefined;
  /** As the query showed it first at its end. */
  readonly queried: Shown;
  /** The query once more, right after it. */
  readonly seen: Exchange;
}

/** Large enough that a fee is not lost in rounding. */
const AMOUNT = 12_345;

/** Whatever is created, with an amount or as a report, settles and is told of; at once, and late or returned where a scenario makes it so. */
export function endings({ pack, provided }: Pick<PlanContext, "pack" | "provided">): readonly Case[] {
  return pack.resources.of("bank").flatMap((one) => {
    const { name: resource, creates, reads, notifies } = one;
    if ((!MONEY.holds(one, pack) && !REPORT.holds(one, pack)) || notifies === undefined) return [];
    if (![creates, reads].every((each) => each !== undefined && provided.some(({ id }) => id === each.id))) return [];
    if (HOLD.holds(one, pack) && !provided.some(({ id }) => id === one.advances[0]?.id)) return [];
    const late = (["settles-late", "fails-late"] as const).flatMap((part) => pack.resources.scenarios(resource, part));
    const returned = pack.resources.scenarios(resource, "comes-back");
    return [
      { id: resource, resource },
      ...late.map(({ id }) => ({ id, resource, scenario: id })),
      ...returned.map(({ id }) => ({ id, resource, scenario: id, comesBack: true as const })),
    ];
  });
}

/** Makes one and waits for its end. */
async function ended(session: Session, { resource: name, scenario, comesBack }: Case): Promise<Ended> {
  if (scenario !== undefined) session.fixture(scenario);
  const { pack } = session;
  const resource = pack.resources.named(name);
  const create = needed(session, resource, "creates");
  const query = needed(session, resource, "reads");
  const url = session.run.counterparty === undefined ? undefined : counterparty(session).target("ack").url;
  // What gives back a part has to fit into what was made before.
  const amount = !MONEY.holds(resource, pack) || REVERSAL.holds(resource, pack) ? {} : { amount: AMOUNT };
  const target = url === undefined || pack.meanings(create).asked("target").length === 0 ? {} : { target: url };
  const { draft, body } = await session.perform(create.id, freeTexts(session, create.id), {
    ...(scenario === undefined ? {} : { scenario }),
    given: { ...amount, ...target },
  });
  const answered = shownIn(pack, create, body);
  if (HOLD.holds(resource, pack))
    await takenWhole(session, resource, knownBy(session, resource.advances[0] ?? create, draft, answered));
  const asked = await session.make(query, handleFor(session, query, draft));
  const until = (found: Fields): boolean => {
    const { outcome } = shownIn(pack, query, found);
    return outcome === "returned" || outcome === "failed";
  };
  const queried = shownIn(pack, query, await session.settleDraft(asked, comesBack === true ? until : undefined));
  const seen = await session.send(asked, { label: `${scenario ?? name}, at its end` });
  const [first] =
    url === undefined
      ? []
      : await counterparty(session).until(url, 1, session.statement.limits.settleWithinSeconds * 1000);
  return { draft, answered, url, first, queried, seen };
}

/** Takes all that is held: only then has it come to its end. */
async function takenWhole(session: Session, { advances: [takes] }: Resource, of: Draft | Shown): Promise<void> {
  if (takes === undefined) return;
  await session.perform(takes.id, {}, { given: { ...handleFor(session, takes, of), used: AMOUNT } });
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
  if (one.url === undefined) throw new TypeError(`no counterparty listens for ${id}: let the check need "notify"`);
  return { ...one, url: one.url };
}
