import { calendar } from "../../core/calendar/calendar.ts";
import { Ledger } from "../../core/ledger/ledger.ts";
import { createEngine } from "../../core/lifecycle/engine.ts";
import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { Timer } from "../../core/lifecycle/timer.ts";
import type { PartyRecord } from "../../core/lifecycle/party.ts";
import { above } from "../../core/lifecycle/rows.ts";
import { feeOf } from "../../core/money/fee.ts";
import type { Money } from "../../core/money/money.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { PackSource, Role, Scenario, SeedRow } from "../../core/pack/types.ts";
import { RowMap } from "../../core/unit/row-map.ts";
import { runUnit } from "../../core/unit/run.ts";
import type { Json, Reading, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";

/**
 * One way in which the SUT's inside may look, as far as the rules of the pack go. It is kept twice, with other ids and at
 * another time: values that differ between the twins are those that a caller cannot know beforehand.
 */
export interface World {
  readonly twins: readonly [RowMap, RowMap];
  /** Ids that the SUT has given, and the twins' own in their place. */
  readonly ids?: ReadonlyMap<string, readonly [string, string]>;
  /** The history of the world; worlds with one label are equal. */
  readonly label: string;
}

/** What one call does to a world, and what both twins answer. */
export interface Turn {
  readonly world: World;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: "refusal"; readonly status: number; readonly code: string }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly bodies: readonly [Json | undefined, Json | undefined];
      readonly replayed: boolean;
    };

/** The rules of a pack over rows in memory, for one party. */
export interface Universe {
  readonly pack: Pack;
  begin(scenario: Scenario, given: Readonly<Record<string, Json>>, delays: readonly Scenario[]): readonly World[];
  call(world: World, interfaceId: string, request: Readonly<Record<string, Json>>): Turn;
  /** The world itself, and every one in which timers that wait have fired already: when is the provider's business. */
  unfold(world: World): readonly World[];
}

const DAY_MS = 86_400_000;
/** The twins live so far apart that no date of theirs is the same. */
const APART_MS = 400 * DAY_MS;
const OPENING = "cash:opening";
const MOST_WORLDS = 512;

export function universe(source: PackSource, role: Role, party: PartyRecord, now: number): Universe {
  const pack = compilePack(source);
  const { manifest } = source;
  const dates = calendar(manifest.timeZone, manifest.policies.cutover.at);
  const engine: Engine = createEngine(pack, new Ledger(manifest.accounts, (timeMs) => dates.businessDate(timeMs)), {
    currencies: manifest.currencies,
    fee: (rule, amount) => feeOf(manifest.fees, rule, amount),
    calendar: dates,
    table: (id) => {
      throw new Error(`the model has no table for ${id}`);
    },
    party: (partyId) => (partyId === party.party_id ? party : undefined),
    self: () => ({ base_url: "http://model.invalid", role, party_id: "MODEL" }),
    keys: () => [],
  });
  let turn = 0;
  /** Each unit of each twin draws other ids, and time goes on. */
  const moment = (twin: 0 | 1): Moment => {
    turn += 1;
    const entropy = new Uint8Array(16);
    new DataView(entropy.buffer).setUint32(0, turn);
    new DataView(entropy.buffer).setUint32(4, 0x9e3779b9 + twin);
    return { now: now + turn + twin * APART_MS, entropy };
  };
  const inBoth = <T>(
    world: World,
    label: string,
    reading: (work: Workspace, moment: Moment, twin: 0 | 1) => Reading<T>,
  ): { readonly world: World; readonly results: readonly [T, T] } => {
    const run = (twin: 0 | 1): { readonly rows: RowMap; readonly result: T } => {
      const rows = world.twins[twin].copy();
      return {
        rows,
        result: runUnit(
          rows,
          unitOf((work) => reading(work, moment(twin), twin)),
        ),
      };
    };
    const [first, second] = [run(0), run(1)];
    return { world: { ...world, twins: [first.rows, second.rows], label }, results: [first.result, second.result] };
  };

  return {
    pack,
    begin(scenario, given, delays) {
      const funded = source.scenarios.filter(
        (one) => one.role === role && one.seed.some((row) => opensOf(source, row) === "party"),
      );
      // Every set of delays, the empty one first: the SUT may settle at once or later, as it likes.
      const sets = delays.reduce<readonly (readonly Scenario[])[]>(
        (all, one) => [...all, ...all.map((set) => [...set, one])],
        [[]],
      );
      return sets.map((set, index) => {
        const empty: World = { twins: [new RowMap(), new RowMap()], label: "" };
        return inBoth(empty, `v${index}`, function* (work, when): Reading<undefined> {
          for (const one of [...funded.filter((each) => each.id !== scenario.id), scenario])
            yield* seeded(
              engine,
              work,
              one,
              party,
              one === scenario ? given : {},
              one === scenario ? changes(scenario, set) : {},
              when,
            );
          return undefined;
        }).world;
      });
    },
    call(world, interfaceId, request) {
      const one = pack.interface(interfaceId);
      const { world: after, results } = inBoth(world, world.label, (work, when, twin) =>
        engine.call(work, { ...when, interface: one, party, request: inTwin(request, world, twin) }),
      );
      const [first, second] = results;
      if (first.kind === "refusal")
        return { world: after, outcome: { kind: "refusal", status: pack.error(first.code).status, code: first.code } };
      return {
        world: after,
        outcome: {
          kind: "answer",
          status: first.status,
          bodies: [first.body, second.kind === "answer" ? second.body : undefined],
          replayed: first.replayed,
        },
      };
    },
    unfold(world) {
      const found = new Map([[world.label, world]]);
      for (const one of found.values()) {
        if (found.size >= MOST_WORLDS) break;
        const [waiting, twin] = one.twins.map((rows) =>
          rows.scan({ collection: "timer", from: "", below: above(""), limit: 100 }),
        );
        for (const [index, key] of (waiting?.keys ?? []).entries()) {
          const timers = [waiting?.values[index], twin?.values[index]] as unknown as readonly [Timer, Timer];
          const label =
            `${one.label} ${timers[0].resource}:${timers[0].key}:${timers[0].transition}:${timers[0].entered}`
              .split(" ")
              .sort()
              .join(" ");
          if (found.has(label)) continue;
          const keys = [key, twin?.keys[index] ?? key] as const;
          found.set(
            label,
            inBoth(one, label, function* (work, when, side): Reading<boolean> {
              work.put("timer", keys[side], undefined);
              return yield* engine.fire(work, timers[side], when);
            }).world,
          );
        }
      }
      return [...found.values()];
    },
  };
}

/** Whose account a seeded row opens. */
function opensOf({ manifest }: PackSource, { opening }: SeedRow): string | undefined {
  if (opening === undefined || typeof opening.account !== "string") return undefined;
  return manifest.accounts[opening.account.split(":")[0] ?? ""]?.owner;
}

/** A request with a twin's own ids in place of those that the SUT has given. */
function inTwin(request: Readonly<Record<string, Json>>, { ids }: World, twin: 0 | 1): Readonly<Record<string, Json>> {
  if (ids === undefined) return request;
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [
      name,
      typeof value === "string" ? (ids.get(value)?.[twin] ?? value) : value,
    ]),
  );
}

/** The world with the ids that an answer has shown where the twins, each drawing its own, have others. */
export function withIds(
  world: World,
  told: Json | undefined,
  [first, second]: readonly [Json | undefined, Json | undefined],
): World {
  if (!isObject(told) || !isObject(first) || !isObject(second)) return world;
  const learned = Object.entries(told).flatMap(([name, value]) => {
    const [one, other] = [first[name], second[name]];
    return typeof value === "string" && typeof one === "string" && typeof other === "string" && one !== other
      ? [[value, [one, other] as const] as const]
      : [];
  });
  return learned.length === 0 ? world : { ...world, ids: new Map([...(world.ids ?? []), ...learned]) };
}

function isObject(json: Json | undefined): json is Readonly<Record<string, Json>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function* unitOf<T>(reading: (work: Workspace) => Reading<T>): Unit<T> {
  const work = new Workspace();
  const result = yield* reading(work);
  return work.outcome(result);
}

/** The rows of a scenario, where the statement's values (a binding's id) stand in place of our own. */
function* seeded(
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

type Changes = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** What makes the delaying scenarios delay: the plain words in their rows that are others than in this scenario's. */
function changes(scenario: Scenario, delays: readonly Scenario[]): Changes {
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
