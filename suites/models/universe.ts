import { calendar } from "../../core/calendar/calendar.ts";
import { Ledger } from "../../core/ledger/ledger.ts";
import { createEngine } from "../../core/lifecycle/engine.ts";
import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Timer } from "../../core/lifecycle/timer.ts";
import type { PartyRecord } from "../../core/lifecycle/party.ts";
import { above } from "../../core/lifecycle/rows.ts";
import { feeOf } from "../../core/money/fee.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { PackSource, Role, Scenario } from "../../core/pack/types.ts";
import type { Json, Reading } from "../../core/unit/unit.ts";
import { changes, opensOf, seeded } from "./seeded.ts";
import { emptyWorld, inTwin, twins } from "./twins.ts";
import type { InBoth, World } from "./twins.ts";

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

const MOST_WORLDS = 512;

export function universe(source: PackSource, role: Role, party: PartyRecord, now: number): Universe {
  const pack = compilePack(source);
  const engine = engineOf(pack, role, party);
  const inBoth = twins(now);
  return {
    pack,
    begin: (scenario, given, delays) => {
      const funded = source.scenarios.filter(
        (one) => one.role === role && one.seed.some((row) => opensOf(source, row) === "party"),
      );
      const others = funded.filter((each) => each.id !== scenario.id);
      return setsOf(delays).map(
        (set, index) =>
          inBoth(emptyWorld(), `v${index}`, function* (work, when): Reading<undefined> {
            for (const one of others) yield* seeded(engine, work, one, party, {}, {}, when);
            yield* seeded(engine, work, scenario, party, given, changes(scenario, set), when);
            return undefined;
          }).world,
      );
    },
    call: (world, interfaceId, request) => {
      const one = pack.interface(interfaceId);
      const { requestForms, responseForms } = pack.validators(interfaceId);
      const told = (body: Json | undefined): Json | undefined =>
        body === undefined ? body : responseForms.write(body);
      const asked = requestForms.read(request) as typeof request;
      const { world: after, results } = inBoth(world, world.label, (work, when, twin) =>
        engine.call(work, { ...when, interface: one, party, request: inTwin(asked, world, twin) }),
      );
      const [first, second] = results;
      if (first.kind === "refusal")
        return { world: after, outcome: { kind: "refusal", status: pack.error(first.code).status, code: first.code } };
      return {
        world: after,
        outcome: {
          kind: "answer",
          status: first.status,
          bodies: [told(first.body), second.kind === "answer" ? told(second.body) : undefined],
          replayed: first.replayed,
        },
      };
    },
    unfold: (world) => unfolded(world, engine, inBoth),
  };
}

function engineOf(pack: Pack, role: Role, party: PartyRecord): Engine {
  const { manifest } = pack.source;
  const dates = calendar(manifest.timeZone, manifest.policies.cutover.at);
  return createEngine(pack, new Ledger(manifest.accounts, (timeMs) => dates.businessDate(timeMs)), {
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
}

/** Every set of delays, the empty one first: the SUT may settle at once or later, as it likes. */
function setsOf(delays: readonly Scenario[]): readonly (readonly Scenario[])[] {
  return delays.reduce<readonly (readonly Scenario[])[]>(
    (all, one) => [...all, ...all.map((set) => [...set, one])],
    [[]],
  );
}

function unfolded(world: World, engine: Engine, inBoth: InBoth): readonly World[] {
  const found = new Map([[world.label, world]]);
  for (const one of found.values()) {
    if (found.size >= MOST_WORLDS) break;
    const [waiting, twin] = one.twins.map((rows) =>
      rows.scan({ collection: "timer", from: "", below: above(""), limit: 100 }),
    );
    for (const [index, key] of (waiting?.keys ?? []).entries()) {
      const timers = [waiting?.values[index], twin?.values[index]] as unknown as readonly [Timer, Timer];
      const label = `${one.label} ${timers[0].resource}:${timers[0].key}:${timers[0].transition}:${timers[0].entered}`
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
}
