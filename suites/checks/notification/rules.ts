import { above, rowCollection } from "../../../core/lifecycle/rows.ts";
import type { Expression, Lifecycle, Scenario } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { universe } from "../../models/universe.ts";
import type { World } from "../../models/twins.ts";
import type { Universe } from "../../models/universe.ts";
import type { Meaning } from "../../../core/pack/purpose.ts";
import { valueAt } from "../../resources/meant.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { needed } from "../resource-steps.ts";
import { amountIn } from "./record.ts";
import type { Waiting } from "./record.ts";

/** The rules of the pack, and the rows that they have made so far. */
export class Rules {
  readonly #universe: Universe;
  readonly #lifecycles: readonly Lifecycle[];
  #world: World;

  private constructor(rules: Universe, lifecycles: readonly Lifecycle[], world: World) {
    this.#universe = rules;
    this.#lifecycles = lifecycles;
    this.#world = world;
  }

  /** The initial rows: records that wait for their news. */
  static async of(session: Session, all: readonly Waiting[]): Promise<Rules> {
    const { source } = session.pack;
    const { role } = session.statement;
    const rules = await session.shared("notification.rules", () =>
      Promise.resolve(
        universe(
          source,
          role,
          { party_id: session.party.partyId, index: "0001", notify_prefixes: [] },
          session.sutNow(),
        ),
      ),
    );
    const [first] = all;
    const scenario: Scenario =
      first === undefined
        ? NOTHING(role)
        : { ...scenarioOf(session, first), seed: all.flatMap((one) => seedOf(session, one)) };
    return new Rules(
      rules,
      source.lifecycles.filter((one) => one.role === role),
      rules.begin(scenario, {}, [])[0] as World,
    );
  }

  /** Whether it would be acknowledged, without taking it in. */
  acknowledges(draft: Draft): boolean {
    return this.#universe.call(this.#world, draft.interface.id, draft.body ?? {}).outcome.kind === "answer";
  }

  /** Takes it in as the rules say. `news`: it made a row, or brought one into another state. */
  take(draft: Draft): { readonly acknowledged: boolean; readonly news: boolean } {
    const { world, outcome } = this.#universe.call(this.#world, draft.interface.id, draft.body ?? {});
    const before = this.#states();
    this.#world = world;
    return { acknowledged: outcome.kind === "answer", news: before !== this.#states() };
  }

  /** What a record would show. */
  async shows(session: Session, { record, number }: Waiting): Promise<Shown> {
    const reads = needed(session, record, "reads");
    const { outcome } = this.#universe.call(this.#world, reads.id, fieldsOf(await session.make(reads, { number })));
    return shownIn(session.pack, reads, outcome.kind === "answer" ? (outcome.bodies[0] as Fields) : {});
  }

  #states(): string {
    return JSON.stringify(
      this.#lifecycles.map(({ resource }) =>
        this.#world.twins[0]
          .scan({ collection: rowCollection(resource), from: "", below: above(""), limit: 100 })
          .values.map((row) => (row as Fields)["state"]),
      ),
    );
  }
}

/** A situation without any rows. */
const NOTHING = (role: Scenario["role"]): Scenario => ({
  id: "nothing",
  title: { en: "Nothing", zh: "无" },
  role,
  provoke: "state",
  gives: {},
  seed: [],
  bind: {},
});

function scenarioOf(session: Session, { record }: Waiting): Scenario {
  return session.pack.scenario(session.scenario(record, "open")) as Scenario;
}

/** The rows of a record that waits, under its own number and amount. */
function seedOf(session: Session, waits: Waiting): Scenario["seed"] {
  const { value, currency } = amountIn(session, waits.draft);
  const own = {
    [rowField(session, waits, "number")]: waits.number as Expression,
    [rowField(session, waits, "amount")]: { "money.of": [value, currency] },
  };
  return scenarioOf(session, waits).seed.map((row) =>
    row.resource === waits.record.name ? { ...row, fields: { ...row.fields, ...own } } : row,
  );
}

/** The field of a record's row that its query answers with as this; skips the check where that is computed. */
function rowField(session: Session, { record }: Waiting, meaning: Meaning): string {
  const reads = needed(session, record, "reads");
  const said = valueAt(reads.read?.answer as Json | undefined, session.pack.meanings(reads).shown(meaning));
  const prefix = `$${record.name}.`;
  return typeof said === "string" && said.startsWith(prefix)
    ? said.slice(prefix.length)
    : session.skip(
        `${reads.id} does not answer with the ${meaning} of the ${record.name} as it is kept, so that the pack's rules cannot be played beside the system under test`,
        `${reads.id} 未原样返回 ${record.name} 的 ${meaning}，无法与被测系统并行推演规则`,
        "not-demanded",
      );
}
