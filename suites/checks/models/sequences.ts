import * as fc from "fast-check";
import type { Json } from "../../../core/unit/unit.ts";
import type { Part } from "../../../core/pack/purpose.ts";
import type { Role, Scenario } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { fieldNames, inProfile } from "../../profile.ts";
import { CheckFailed } from "../../outcome.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { Mismatch, Oracle } from "../../models/oracle.ts";
import { StepCommand, amountOf, groupOf, stepArbitrary } from "../../models/steps.ts";
import type { Group, Real, Step } from "../../models/steps.ts";
import { universe } from "../../models/world.ts";
import type { PackView } from "../../pack-view.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { succeeded } from "../resource-steps.ts";

/** A situation that sequences are played in: whatever grows on one resource, over the data of one scenario. */
interface Case {
  readonly resource: string;
  readonly scenario: string;
  /** What is open may stay so for a while, and is waited for now and then. */
  readonly late: boolean;
}

/** What only delays: an ordinary customer's bank may do the same. */
const DELAYING: readonly Part[] = ["settles-late"];

/** Every resource that can be made out of a scenario's data alone, in each scenario that plays it or what grows on it. */
function casesOf(pack: PackView, role: Role): readonly Case[] {
  return pack.resources.of(role).flatMap((resource) => {
    // What may be in force once only cannot be begun anew for each sequence; it has checks of its own.
    if (resource.creates === undefined || resource.lifecycle.unique !== undefined) return [];
    const grown = pack.resources.of(role).filter((one) => one === resource || loads(one, resource.name));
    const playing = (part: Part, of: readonly Resource[]): readonly Scenario[] =>
      of.flatMap(({ name }) => pack.resources.scenarios(name, part));
    const prompt = playing("ordinary", [resource]).map((one) => ({ scenario: one, late: false }));
    const late = [...playing("settles-late", grown), ...playing("fails-late", grown)].map((one) => ({
      scenario: one,
      late: true,
    }));
    const found = [...prompt, ...(prompt.length === 0 ? [] : late)].filter(({ scenario }) =>
      grounded(resource, scenario, pack, role),
    );
    return [...new Map(found.map((one) => [one.scenario.id, one])).values()].map(({ scenario, late: isLate }) => ({
      resource: resource.name,
      scenario: scenario.id,
      late: isLate,
    }));
  });
}

const loads = ({ lifecycle }: Resource, name: string): boolean =>
  lifecycle.transitions.some(({ load }) =>
    Object.values(load ?? {}).some((each) => "resource" in each && each.resource === name),
  );

/** Whether all that a resource is made upon stands in the scenario's own rows, so that the model knows it. */
function grounded(resource: Resource, scenario: Scenario, pack: PackView, role: Role): boolean {
  const seeded = new Set(scenario.seed.map((row) => row.resource));
  const made = new Set(pack.resources.of(role).flatMap(({ name, creates }) => (creates === undefined ? [] : [name])));
  return resource.lifecycle.transitions
    .filter(({ from }) => from.includes("ABSENT"))
    .flatMap(({ load }) => Object.values(load ?? {}))
    .every(
      (load) => !("resource" in load) || !("else" in load) || !made.has(load.resource) || seeded.has(load.resource),
    );
}

const AMOUNTS = [100, 40, 60, 61] as const;
const MOST_STEPS = 20;
/** How many sequences, and after how many seconds no further one begins. */
const BOUNDS = {
  smoke: { prompt: [15, 5], late: [1, 5] },
  standard: { prompt: [40, 10], late: [4, 2] },
  exhaustive: { prompt: [1_000, 40], late: [15, 45] },
} as const;
const TRIES_TO_REPRODUCE = 3;
/** So much is in the settlement account, that no refund of a sequence can want for it. */
const CUSHION = 1_000_000;

export const sequences: Check = {
  id: "models.sequences",
  requirement: "LIF-23",
  title: { en: "Any sequence of calls is answered as the lifecycles say", zh: "任意调用序列的应答均符合生命周期" },
  effort: "smoke",
  isolated: true,
  roles: ["bank"],
  each: ({ pack, role, provided }) =>
    casesOf(pack, role)
      .filter(({ resource }) => provided.some(({ id }) => id === pack.resources.named(resource).creates?.id))
      .map((one) => ({ id: `${one.resource}/${one.scenario}`, data: { ...one } })),
  async run(session, instance) {
    const { resource, scenario: scenarioId, late } = instance.data as unknown as Case;
    const given = session.fixture(scenarioId);
    const scenario = session.pack.scenario(scenarioId) as Scenario;
    const whole = groupOf(session.pack.source, session.statement.role, resource);
    const group: Group = {
      ...whole,
      interfaces: whole.interfaces.filter((one) => inProfile(session.statement, one.id)),
    };
    const templates = await templatesOf(session, group, scenarioId);
    await fillSettlement(session);
    const rules = universe(
      session.pack.source,
      session.statement.role,
      {
        party_id: session.party.partyId,
        index: "01",
        notify_prefixes: session.run.notifyUrl === undefined ? [] : [session.run.notifyUrl],
      },
      session.sutNow(),
    );
    const delays = session.pack.source.scenarios.filter(
      (one) => one.role === scenario.role && one.plays?.some(({ as }) => DELAYING.includes(as)) === true,
    );
    const begin = rules.begin(scenario, given, delays);
    const [runs, seconds] = BOUNDS[session.run.effort][late ? "late" : "prompt"];
    const deadline = session.run.runtime.now() + seconds * 1000;
    const played = { sequences: 0, heard: 0, lost: "" };
    const play = async (commands: Iterable<fc.AsyncCommand<Oracle, Real>>): Promise<void> => {
      // What begins too late is not judged, and neither are further shrinks.
      if (session.run.runtime.now() >= deadline) return;
      // A sequence without a call shows nothing: another is drawn in its place.
      fc.pre([...commands].length > 0);
      played.sequences += 1;
      const real = fresh(session, templates, group);
      await fc.asyncModelRun(() => ({ model: new Oracle(rules, begin), real }), commands);
      played.heard += real.heard;
      if (real.lost !== undefined) played.lost = real.lost;
    };
    const seed = session.random.below(2 ** 31);
    const arbitrary = fc.commands(
      [stepArbitrary(session.pack, group, AMOUNTS, late).map((step: Step) => new StepCommand(step))],
      { maxCommands: MOST_STEPS, size: "max" },
    );
    const result = await fc.check(fc.asyncProperty(arbitrary, play), { seed, numRuns: runs });
    if (!result.failed) {
      if (played.lost !== "")
        session.inconclusive(
          `a call of a sequence had no definite outcome: ${played.lost}`,
          `序列中的调用无确定结果：${played.lost}`,
        );
      if (played.sequences > 0 && played.heard === 0)
        session.inconclusive(
          "no call of a sequence was answered with its outcome",
          "序列中没有一次调用得到反映其结果的应答",
        );
      if (played.sequences === 0) session.inconclusive("no sequence was played in time", "未能在时限内执行任何序列");
      return;
    }
    const cause = result.errorInstance;
    if (!(cause instanceof Mismatch) && !(cause instanceof CheckFailed)) throw cause;
    const commands = (result.counterexample?.[0] ?? []) as Iterable<fc.AsyncCommand<Oracle, Real>>;
    const steps = [...commands]
      .filter((one) => (one as unknown as { readonly hasRan?: boolean }).hasRan !== false)
      .map((one) => String(one));
    let failures = 0;
    for (let turn = 0; turn < TRIES_TO_REPRODUCE; turn += 1)
      await fc
        .asyncModelRun(() => ({ model: new Oracle(rules, begin), real: fresh(session, templates, group) }), commands)
        .catch(() => (failures += 1));
    session.fail({
      summary: {
        en: `after ${steps.length} calls the answer contradicts the lifecycles`,
        zh: `${steps.length} 次调用后的应答不符合生命周期`,
      },
      expected: cause instanceof Mismatch ? cause.expected : cause.failure.expected,
      seen: cause instanceof Mismatch ? cause.seen : `${cause.failure.summary.en}: ${cause.failure.seen}`,
      minimal: {
        description: `the shortest sequence found (fast-check seed ${result.seed}, path ${result.counterexamplePath ?? "?"}, ${result.numShrinks} shrinks)`,
        value: { steps, seed: result.seed, path: result.counterexamplePath },
        reproduced: { tries: TRIES_TO_REPRODUCE, failures },
      },
    });
  },
};

function fresh(session: Session, templates: ReadonlyMap<string, Draft>, { ids }: Group): Real {
  const numbers = new Map<string, string>();
  const learned = new Map<string, string[]>();
  return {
    session,
    templates,
    heard: 0,
    lost: undefined,
    learn: (json) => {
      if (typeof json !== "object" || json === null || Array.isArray(json)) return;
      for (const name of ids) {
        const value = (json as Fields)[name];
        const known = learned.get(name) ?? [];
        if (typeof value === "string" && !known.includes(value)) learned.set(name, [...known, value]);
      }
    },
    number: (field, index) => {
      const known = learned.get(field)?.[index] ?? numbers.get(`${field} ${index}`) ?? session.fresh();
      numbers.set(`${field} ${index}`, known);
      return known;
    },
  };
}

/** Money comes into the party's account by what customers pay, where they pay, so that no refund of a sequence wants for it. */
async function fillSettlement(session: Session): Promise<void> {
  const payment = session.pack.resources
    .of(session.statement.role)
    .find((one) => CHARGE.holds(one, session.pack) && one.creates !== undefined && session.claims(one.creates.id));
  if (payment === undefined) return;
  const [ordinary] = session.pack.resources.scenarios(payment.name, "ordinary");
  if (ordinary !== undefined && session.statement.fixtures[ordinary.id] !== undefined)
    await succeeded(session, payment, { amount: CUSHION });
}

/** One request of each interface, whose numbers and amount the steps put in: the same content whenever it is repeated. */
async function templatesOf(
  session: Session,
  { interfaces, numbers, ids }: Group,
  scenario: string,
): Promise<ReadonlyMap<string, Draft>> {
  const templates = new Map<string, Draft>();
  for (const one of interfaces) {
    const names = (["path", "query", "body"] as const).flatMap((part) => fieldNames(session.pack, one, part));
    // A field that the request knows nothing of would be put into it.
    const fields: Record<string, Json> = Object.fromEntries(
      [...numbers, ...ids].filter((name) => names.includes(name)).map((name) => [name, session.fresh()]),
    );
    const amount = amountOf(session.pack, one);
    const given = amount === undefined ? {} : { [amount]: AMOUNTS[0] };
    templates.set(one.id, await session.request(one.id, fields, { scenario, given }));
  }
  return templates;
}
