import { SETTLEMENT } from "../../laws/history.ts";
import { balanceOf, claimsAccount } from "../../data/books.ts";
import type { AccountName, Balance } from "../../data/books.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { EXCHANGE, HOLD } from "../../resources/kinds.ts";
import { lifetimeSeconds } from "../../resources/lifetime.ts";
import { broughtBy, movementsOf } from "../../resources/postings.ts";
import type { Movement } from "../../resources/postings.ts";
import type { Resource } from "../../resources/resource.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { afterItsTime } from "../agreement-steps.ts";
import { accountOf, created, handleFor, knownBy, look, needed } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";

/*
 * Money is held, posted and freed as the lifecycles say: told by balances, against the postings of the pack and the
 * amounts that the query shows.
 */

const HELD = 1_200;
const TAKEN = 700;

/** A hold is taken from what is available; what is taken of it is posted, and the rest is held on or freed. */
export const held: Check = {
  id: "lifecycle.held",
  requirement: "LIF-28",
  title: { en: "A hold takes its amount, and its end frees what was not taken", zh: "冻结金额准确，结束时释放余额" },
  effort: "standard",
  roles: ["bank"],
  each: eachResource(HOLD, ({ advances, ends }) => [
    ...advances.map(({ id }) => id),
    ...(ends === undefined ? [] : [ends.id]),
  ]),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const one = session.pack.interface((instance.data as { readonly case: string }).case);
    const { before, draft, shown } = await heldOne(session, resource);
    const used = session.pack.meanings(one).asked("used").length > 0 ? { used: TAKEN } : {};
    const { draft: asked } = await session.perform(
      one.id,
      {},
      { given: { ...handleFor(session, one, knownBy(session, one, draft, shown)), ...used } },
    );
    const [transition] = broughtBy(resource, one);
    const end = await look(session, resource, knownBy(session, needed(session, resource, "reads"), draft, shown));
    const movements =
      transition === undefined ? undefined : movementsOf(session.pack, resource, transition, end.body, asked);
    await expectMovements(session, before, movements, {
      en: `a ${resource.name} that ${one.id} ended moved balances otherwise`,
      zh: `${one.id} 结束 ${resource.name} 后余额变动不符`,
    });
  },
};

/** The same of a hold whose time is over: all of it is free again. */
export const heldExpired: Check = {
  id: "lifecycle.held-expired",
  requirement: "LIF-28",
  title: { en: "A hold whose time is over is free again", zh: "冻结到期后全部释放" },
  effort: "standard",
  roles: ["bank"],
  needs: { hooks: ["clock"] },
  each: eachResource({
    ...HOLD,
    holds: (one, pack) => HOLD.holds(one, pack) && lifetimeSeconds(one) !== undefined,
  }),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    await endOlderHolds(session, resource);
    const { before, draft, shown } = await heldOne(session, resource);
    await session.setClock(session.sutNow() + ((lifetimeSeconds(resource) ?? 0) + 1) * 1000);
    const of = knownBy(session, needed(session, resource, "reads"), draft, shown);
    await afterItsTime(session, resource, of, session.statement.limits.settleWithinSeconds * 1000);
    await expectMovements(session, before, [], {
      en: `a ${resource.name} whose time is over still holds money, or has moved it`,
      zh: `${resource.name} 到期后仍冻结或划转了资金`,
    });
  },
};

/** How often the clock is moved by one lifetime until nothing is held: earlier checks may have moved it too. */
const MOST_MOVES = 8;

/** Lets the time of all that earlier checks hold be over: it would be freed together with what this one holds. */
async function endOlderHolds(session: Session, resource: Resource): Promise<void> {
  const account = await accountOf(session, resource);
  const lifetimeMs = (lifetimeSeconds(resource) ?? 0) * 1000;
  for (let move = 0; move < MOST_MOVES; move += 1) {
    await session.setClock(session.sutNow() + lifetimeMs + 1_000);
    if ((await quietBalance(session, account)).pending === 0) return;
  }
  session.inconclusive("something is held on the account that does not end", "账户上有不会到期的冻结");
}

/** One amount of the party is given for another. */
export const exchanged: Check = {
  id: "lifecycle.exchanged",
  requirement: "LIF-28",
  title: { en: "An exchange gives one amount and takes the other", zh: "兑换按双边金额变动余额" },
  effort: "standard",
  roles: ["bank"],
  each: eachResource(EXCHANGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const one = needed(session, resource, "creates");
    const before = await balances(session, undefined);
    const { draft, shown } = await created(session, resource);
    const end = await look(session, resource, knownBy(session, needed(session, resource, "reads"), draft, shown));
    const [transition] = broughtBy(resource, one);
    await expectMovements(
      session,
      before,
      transition === undefined ? undefined : movementsOf(session.pack, resource, transition, end.body),
      {
        en: `a ${resource.name} moved other amounts than it shows`,
        zh: `${resource.name} 的余额变动与所示金额不符`,
      },
    );
  },
};

/** One that holds money, judged by what it left available; balances are those before it. */
async function heldOne(
  session: Session,
  resource: Resource,
): Promise<{ readonly before: Balances; readonly draft: Draft; readonly shown: Shown }> {
  const one = needed(session, resource, "creates");
  const draft = await session.make(one, { amount: HELD });
  const account = askedIn(session.pack, draft, "account");
  const before = await balances(session, typeof account === "string" ? account : undefined);
  const shown = session.expectShown(await session.send(draft, { label: `hold ${HELD}` }));
  const [transition] = broughtBy(resource, one);
  await expectMovements(
    session,
    before,
    transition === undefined ? undefined : movementsOf(session.pack, resource, transition, shown.body),
    { en: `a ${resource.name} held another amount than it shows`, zh: `${resource.name} 的冻结金额与所示不符` },
  );
  return { before, draft, shown };
}

/** A balance that a check can read: of which kind of account, in which currency. */
interface Readable {
  readonly kind: string;
  readonly account: AccountName;
  readonly currency: string;
  readonly balance: Balance;
}

type Balances = readonly Readable[];

/** The balances of the party and of a customer's account, in each currency that can be asked for. */
async function balances(session: Session, customer: AccountName | undefined): Promise<Balances> {
  const { pack } = session;
  const found: Readable[] = [];
  for (const [kind, { owner }] of Object.entries(pack.source.manifest.accounts)) {
    const account = owner === "party" ? SETTLEMENT : owner === "customer" ? customer : undefined;
    const one = pack.resources.thing("reads", "balance", kind);
    if (account === undefined || one === undefined || !claimsAccount(session, "reads", "balance", account)) continue;
    const asks = pack.meanings(one).asked("currency").length > 0;
    for (const { code } of pack.source.manifest.currencies) {
      if (!asks && code !== pack.currency) continue;
      const balance = await balanceOf(session, account, {}, asks ? code : undefined);
      found.push({ kind, account, currency: code, balance });
    }
  }
  if (found.length === 0)
    session.skip(
      "no interface of the profile shows a balance that this moves",
      "声明范围内没有接口可查询所变动的余额",
      "capability",
    );
  return found;
}

/** Holds that each balance moved by what the pack posts, and that what is held is no longer available. */
async function expectMovements(
  session: Session,
  before: Balances,
  movements: readonly Movement[] | undefined,
  what: { readonly en: string; readonly zh: string },
): Promise<void> {
  if (movements === undefined)
    session.skip(
      "the query shows no amount that the lifecycle posts, so that the movement is not known",
      "查询未显示生命周期所记金额，无法得知应有变动",
      "capability",
    );
  for (const { kind, account, currency, balance: first } of before) {
    const asks = before.filter((one) => one.account === account).length > 1;
    const now = await balanceOf(session, account, {}, asks ? currency : undefined);
    const own = (movements ?? []).filter((one) => one.kind === kind && one.currency === currency);
    const sum = (some: readonly Movement[]): number => some.reduce((total, { minor }) => total + minor, 0);
    const posted = sum(own.filter((one) => !one.held));
    // What is promised is not available yet; what is set aside is not any more.
    const available = posted + sum(own.filter((one) => one.held && one.minor < 0));
    session.judged();
    for (const [name, expected] of [
      ["posted", posted],
      ["available", available],
    ] as const)
      if (now[name] - first[name] !== expected)
        session.fail({
          summary: what,
          expected: {
            en: `${name} of the ${kind} account moves by ${expected} ${currency} (${first[name]} to ${first[name] + expected})`,
            zh: `${kind} 账户的 ${name} 变动 ${expected} ${currency}（由 ${first[name]} 至 ${first[name] + expected}）`,
          },
          seen: {
            en: `by ${now[name] - first[name]} (to ${now[name]})`,
            zh: `变动 ${now[name] - first[name]}（至 ${now[name]}）`,
          },
        });
  }
}
