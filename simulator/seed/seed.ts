import { anewIndex } from "../../core/lifecycle/party.ts";
import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { Money } from "../../core/money/money.ts";
import type { Role, Scenario } from "../../core/pack/types.ts";
import type { PartyRecord } from "../../core/lifecycle/party.ts";
import type { Json, Reading, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Store } from "../store/store.ts";

/** The simulator's own data for one scenario and party, as a statement would bind it as a fixture. */
export type BoundScenario = Readonly<Record<string, Json>>;

/** Where opening balances come from. */
export const OPENING = "cash:opening";

/** The row that tells what a party's own scenarios bind. */
export const seedKey = (role: Role, party: PartyRecord): string => `${role}/${encodeURIComponent(party.party_id)}`;

/** The row that tells what a copy of a party's scenarios binds. */
export const copyKey = (role: Role, party: PartyRecord, copy: number): string => `${seedKey(role, party)}/${copy}`;

/** Seeds make their numbers of four digits: those of copies count down from 9999, a block for each party. */
export const copyIndex = (party: PartyRecord, copy: number): number =>
  10_000 - (Number(party.index) - 1) * MOST_COPIES - copy;

/**
 * Makes the pack's scenarios for one party, once: a store that was seeded before is left as it is and only tells what
 * it holds. Opening balances are ordinary transfers from `cash:opening`, so the ledger is in balance from its first row.
 */
export async function seed(
  store: Store,
  engine: Engine,
  role: Role,
  party: PartyRecord,
  moment: Moment,
): Promise<Readonly<Record<string, BoundScenario>>> {
  return store.transact(function* (): Unit<Record<string, BoundScenario>> {
    const work = new Workspace();
    const key = seedKey(role, party);
    const known = ((yield* work.get("seeded", key)) as Record<string, BoundScenario> | undefined) ?? {};
    const bound: Record<string, BoundScenario> = { ...known };
    for (const scenario of engine.pack.source.scenarios.filter(
      (one) => one.role === role && known[one.id] === undefined,
    )) {
      bound[scenario.id] = yield* seedOne(work, engine, scenario, party, moment);
    }
    work.put("seeded", key, bound as unknown as Json);
    return work.outcome(bound);
  });
}

/**
 * Makes one scenario once more, with numbers that no seed has: the party's index, of which seeds make them, is replaced.
 * For situations that a single call uses up, such as an order that waits for its payment.
 */
export async function seedAnew(
  store: Store,
  engine: Engine,
  scenario: Scenario,
  party: PartyRecord,
  moment: Moment,
): Promise<BoundScenario> {
  const index = anewIndex(moment.entropy);
  return store.transact(function* (): Unit<BoundScenario> {
    const work = new Workspace();
    return work.outcome(yield* seedOne(work, engine, scenario, { ...party, index }, moment));
  });
}

/** The most further customers of each kind that a party may have beside its first. */
export const MOST_COPIES = 8;
/** Indexes below stay for parties. */
const LEAST_COPY_INDEX = 5_000;

/**
 * The party's n-th further customer of a scenario (from 1), with account, binding and numbers of its own: made when it is
 * asked for the first time, the same one ever after. Undefined where the party cannot have so many.
 */
export async function seedCopy(
  store: Store,
  engine: Engine,
  scenario: Scenario,
  party: PartyRecord,
  copy: number,
  moment: Moment,
): Promise<BoundScenario | undefined> {
  const index = copyIndex(party, copy);
  if (copy > MOST_COPIES || index < LEAST_COPY_INDEX) return undefined;
  return store.transact(function* (): Unit<BoundScenario> {
    const work = new Workspace();
    const key = copyKey(scenario.role, party, copy);
    const known = ((yield* work.get("seeded", key)) as Record<string, BoundScenario> | undefined) ?? {};
    const bound =
      known[scenario.id] ?? (yield* seedOne(work, engine, scenario, { ...party, index: String(index) }, moment));
    work.put("seeded", key, { ...known, [scenario.id]: bound } as unknown as Json);
    return work.outcome(bound);
  });
}

function* seedOne(
  work: Workspace,
  engine: Engine,
  scenario: Scenario,
  party: PartyRecord,
  moment: Moment,
): Reading<BoundScenario> {
  const roots: Record<string, unknown> = { party };
  for (const row of scenario.seed) {
    const fields = Object.fromEntries(
      Object.entries(row.fields).map(([name, expression]) => [
        name,
        engine.evaluate(expression, roots, moment) as Json,
      ]),
    );
    roots[row.resource] = yield* engine.place(work, row.resource, row.state, fields, moment);
    if (row.opening !== undefined) {
      const account = engine.evaluate(row.opening.account, roots, moment);
      const amount = engine.evaluate(row.opening.amount, roots, moment) as Money;
      yield* engine.ledger.post(
        work,
        { kind: "opening", debit: OPENING, credit: String(account), amount, reference: scenario.id },
        moment.now,
      );
    }
  }
  return Object.fromEntries(
    Object.entries(scenario.bind).map(([name, expression]) => [
      name,
      engine.evaluate(expression, roots, moment) as Json,
    ]),
  );
}
