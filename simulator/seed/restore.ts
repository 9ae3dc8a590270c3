import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { PartyRecord } from "../../core/lifecycle/party.ts";
import { above, joinKey, rowCollection } from "../../core/lifecycle/rows.ts";
import type { Row } from "../../core/lifecycle/rows.ts";
import type { Money } from "../../core/money/money.ts";
import type { Interface, Role, Scenario } from "../../core/pack/types.ts";
import type { Json, Reading, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Store } from "../store/store.ts";
import { copyIndex, copyKey, MOST_COPIES, OPENING, seedKey } from "./seed.ts";

/** What bringing back the seeded situation of a party needs. */
export interface Restoring {
  readonly store: Store;
  readonly engine: Engine;
  readonly role: Role;
  readonly party: PartyRecord;
  /** Fresh for each unit: ids are drawn from it. */
  readonly moment: () => Moment;
}

/** A row that was not seeded and claims what only one row may have at a time. */
interface Claim {
  readonly ending: Interface;
  readonly row: Row;
}

/** More than the customers of any party. */
const MOST_CLAIMS = 10_000;

/**
 * Brings the fixtures of a party back to where they were seeded: agreements made since are ended by their own call,
 * seeded rows have their states again, and accounts their opening balances, by transfers from and to `cash:opening`.
 * What was made stays: payments, entries, bills, numbers, nonces and the business date.
 */
export async function restore(restoring: Restoring): Promise<void> {
  const { store, engine, role, party, moment } = restoring;
  const seeds = await store.transact(function* (): Unit<readonly Seed[]> {
    const work = new Workspace();
    return work.outcome(yield* seedsOf(work, engine, role, party));
  });
  const placed = new Set(seeds.flatMap((one) => keysOf(engine, one, moment())));
  const claims = await store.transact(function* (): Unit<readonly Claim[]> {
    const work = new Workspace();
    return work.outcome(yield* claimsOf(work, restoring, placed));
  });
  for (const { ending, row } of claims)
    await store.transact(function* (): Unit<undefined> {
      const work = new Workspace();
      yield* engine.call(work, { ...moment(), interface: ending, party, request: row });
      return work.outcome(undefined);
    });
  for (const one of seeds)
    await store.transact(function* (): Unit<undefined> {
      const work = new Workspace();
      yield* restoreSeed(work, engine, one, moment());
      return work.outcome(undefined);
    });
}

/** A scenario as it was seeded for a party or one of its copies. */
interface Seed {
  readonly scenario: Scenario;
  readonly party: PartyRecord;
}

function* seedsOf(work: Workspace, engine: Engine, role: Role, party: PartyRecord): Reading<readonly Seed[]> {
  const places = [
    { key: seedKey(role, party), party },
    ...Array.from({ length: MOST_COPIES }, (_one, at) => ({
      key: copyKey(role, party, at + 1),
      party: { ...party, index: String(copyIndex(party, at + 1)) },
    })),
  ];
  const found: Seed[] = [];
  for (const place of places) {
    const bound = (yield* work.get("seeded", place.key)) as Readonly<Record<string, Json>> | undefined;
    for (const scenario of engine.pack.source.scenarios)
      if (scenario.role === role && bound?.[scenario.id] !== undefined) found.push({ scenario, party: place.party });
  }
  return found;
}

/** The rows of a seed, as `collection` and key. */
function keysOf(engine: Engine, { scenario, party }: Seed, moment: Moment): readonly string[] {
  const roots: Record<string, unknown> = { party };
  return scenario.seed.map(({ resource, fields }) => {
    const row = evaluated(engine, fields, roots, moment);
    roots[resource] = row;
    const lifecycle = engine.pack.source.lifecycles.find((one) => one.resource === resource);
    return `${rowCollection(resource)}\n${joinKey((lifecycle?.key ?? []).map((name) => String(row[name])))}`;
  });
}

function* claimsOf(
  work: Workspace,
  { engine, role, party }: Restoring,
  placed: ReadonlySet<string>,
): Reading<readonly Claim[]> {
  const { lifecycles, interfaces } = engine.pack.source;
  const found: Claim[] = [];
  for (const { resource, unique } of lifecycles.filter((one) => one.role === role)) {
    const ending = interfaces.find((one) => one.purpose?.ends === resource);
    if (unique === undefined || ending === undefined) continue;
    const prefix = `${joinKey([resource])}/`;
    const { values } = yield* work.scan({
      collection: "unique",
      from: prefix,
      below: above(prefix),
      limit: MOST_CLAIMS,
    });
    for (const key of values) {
      if (typeof key !== "string" || placed.has(`${rowCollection(resource)}\n${key}`)) continue;
      const row = (yield* work.get(rowCollection(resource), key)) as Row | undefined;
      // Packs name the party's field as they like.
      if (row !== undefined && Object.values(row).includes(party.party_id)) found.push({ ending, row });
    }
  }
  return found;
}

function* restoreSeed(work: Workspace, engine: Engine, { scenario, party }: Seed, moment: Moment): Reading<void> {
  const roots: Record<string, unknown> = { party };
  for (const { resource, state, fields, opening } of scenario.seed) {
    roots[resource] = yield* engine.place(work, resource, state, evaluated(engine, fields, roots, moment), moment);
    if (opening === undefined) continue;
    const account = String(engine.evaluate(opening.account, roots, moment));
    const { value, currency } = engine.evaluate(opening.amount, roots, moment) as Money;
    const missing = value - (yield* engine.ledger.balance(work, account, currency)).posted;
    if (missing === 0) continue;
    yield* engine.ledger.post(
      work,
      {
        kind: "opening",
        debit: missing > 0 ? OPENING : account,
        credit: missing > 0 ? account : OPENING,
        amount: { value: Math.abs(missing), currency },
        reference: scenario.id,
      },
      moment.now,
    );
  }
}

function evaluated(
  engine: Engine,
  fields: Scenario["seed"][number]["fields"],
  roots: Readonly<Record<string, unknown>>,
  moment: Moment,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, expression]) => [name, engine.evaluate(expression, roots, moment) as Json]),
  );
}
