import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { PartyRecord } from "../../core/lifecycle/party.ts";
import type { Money } from "../../core/money/money.ts";
import type { PackSource, Scenario, SeedRow } from "../../core/pack/types.ts";
import type { Json, Reading } from "../../core/unit/unit.ts";
import type { Workspace } from "../../core/unit/workspace.ts";

const OPENING = "cash:opening";

/** Whose account a seeded row opens. */
export function opensOf({ manifest }: PackSource, { opening }: SeedRow): string | undefined {
  if (opening === undefined || typeof opening.account !== "string") return undefined;
  return manifest.accounts[opening.account.split(":")[0] ?? ""]?.owner;
}

/** The rows of a scenario, where the statement's values (a binding's id) stand in place of our own. */
export function* seeded(
  engine: Engine,
  work: Workspace,
  scenario: Scenario,
  party: PartyRecord,
  given: Readonly<Record<string, Json>>,
  changed: Changes,
  moment: Moment,
): Reading<void> {
  const roots: Record<string, unknown> = { party };
  for (const row of scenario.seed) {
    const fields = Object.fromEntries(
      Object.entries(row.fields).map(([name, expression]) => [
        name,
        engine.evaluate(expression, roots, moment) as Json,
      ]),
    );
    for (const [name, expression] of Object.entries(scenario.bind)) {
      const field =
        typeof expression === "string" && expression.startsWith(`$${row.resource}.`)
          ? expression.slice(row.resource.length + 2)
          : undefined;
      if (field !== undefined && field in fields && given[name] !== undefined) fields[field] = given[name];
    }
    roots[row.resource] = yield* engine.place(
      work,
      row.resource,
      row.state,
      { ...fields, ...changed[row.resource] },
      moment,
    );
    if (row.opening === undefined) continue;
    const account = String(engine.evaluate(row.opening.account, roots, moment));
    yield* engine.ledger.post(
      work,
      {
        kind: "opening",
        debit: OPENING,
        credit: account,
        amount: engine.evaluate(row.opening.amount, roots, moment) as Money,
        reference: scenario.id,
      },
      moment.now,
    );
  }
}

export type Changes = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** What makes the delaying scenarios delay: the plain words in their rows that are others than in this scenario's. */
export function changes(scenario: Scenario, delays: readonly Scenario[]): Changes {
  const changed: Record<string, Record<string, Json>> = {};
  for (const row of scenario.seed) {
    for (const other of delays.flatMap((one) => one.seed).filter((one) => one.resource === row.resource)) {
      for (const [name, value] of Object.entries(other.fields)) {
        // Made-up numbers and names differ too, and mean nothing; words that steer are the same for every ordinary
        // customer.
        const plain = typeof value === "string" && !value.includes("$") && !/^\d/.test(value) && value !== "now";
        if (plain && typeof row.fields[name] === "string" && row.fields[name] !== value)
          (changed[row.resource] ??= {})[name] = value;
      }
    }
  }
  return changed;
}
