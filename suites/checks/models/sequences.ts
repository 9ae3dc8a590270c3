import * as fc from "fast-check";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Part } from "../../../core/pack/purpose.ts";
import type { Scenario } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { leaves } from "../../generators/fields.ts";
import type { Failure } from "../../outcome.ts";
import { fieldNames, inProfile } from "../../profile.ts";
import { CheckFailed } from "../../outcome.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { Mismatch, Oracle } from "../../models/oracle.ts";
import { StepCommand, amountOf, groupOf, stepArbitrary } from "../../models/steps.ts";
import type { Group, Real, Step } from "../../models/steps.ts";
import type { World } from "../../models/twins.ts";
import { universe } from "../../models/universe.ts";
import type { Universe } from "../../models/universe.ts";
import { namesMadeId } from "../../resources/made-id.ts";
import { chargesOf } from "../../resources/kinds.ts";
import { succeeded } from "../resource-steps.ts";
import { casesOf } from "./cases.ts";
import type { Case } from "./cases.ts";

/** What only delays: an ordinary customer's bank may do the same. */
const DELAYING: readonly Part[] = ["settles-late"];

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
  lengthy: true,
  roles: ["bank"],
  each: ({ pack, role, provided }) =>
    casesOf(pack, role)
      .filter(({ resource }) => provided.some(({ id }) => id === pack.resources.named(resource).creates?.id))
      .map((one) => ({ id: `${one.resource}/${one.scenario}`, data: { ...one } })),
  async run(session, instance) {
    const { resource, scenario, late } = instance.data as unknown as Case;
    const given = session.fixture(scenario);
    const group = claimedGroup(session, resource, scenario);
    const templates = await templatesOf(session, group, scenario);
    await fillSettlement(session);
    const beginning = {
      ...rulesOf(session, session.pack.scenario(scenario) as Scenario, given),
      real: () => fresh(session, templates, group),
    };
    const [runs, seconds] = BOUNDS[session.run.effort][late ? "late" : "prompt"];
    const arbitrary = fc.commands(
      [stepArbitrary(session.pack, group, AMOUNTS, late).map((step: Step) => new StepCommand(step))],
      { maxCommands: MOST_STEPS, size: "max" },
    );
    const { result, played } = await play(session, beginning, arbitrary, { runs, seconds });
    if (result.failed) await failWith(session, beginning, result);
    else expectHeard(session, played);
  },
};

type Commands = Iterable<fc.AsyncCommand<Oracle, Real>>;

/** How each sequence begins: in the worlds that the rules allow, and with numbers of its own. */
interface Beginning {
  readonly rules: Universe;
  readonly worlds: readonly World[];
  readonly real: () => Real;
}

/** What the sequences came to. */
interface Played {
  sequences: number;
  /** Calls that were answered with their outcome. */
  heard: number;
  /** Why a call had no definite outcome; empty when each had one. */
  lost: Bilingual | undefined;
}

/** The group of a resource, without the interfaces that the statement does not claim. */
function claimedGroup(session: Session, resource: string, scenario: string): Group {
  const known = session.pack.scenario(scenario)?.seed.map((row) => row.resource);
  const whole = groupOf(session.pack.source, session.statement.role, resource, known);
  return {
    ...whole,
    // No two worlds make the same ids.
    interfaces: whole.interfaces.filter(
      (one) => inProfile(session.statement, one.id) && !namesMadeId(session.pack, one),
    ),
  };
}

function rulesOf(session: Session, scenario: Scenario, given: Fields): Pick<Beginning, "rules" | "worlds"> {
  const { source } = session.pack;
  const party = {
    party_id: session.party.partyId,
    index: "0001",
    notify_prefixes: session.run.notifyUrl === undefined ? [] : [session.run.notifyUrl],
  };
  const rules = universe(source, session.statement.role, party, session.sutNow());
  const delays = source.scenarios.filter(
    (one) => one.role === scenario.role && one.plays?.some(({ as }) => DELAYING.includes(as)) === true,
  );
  return { rules, worlds: rules.begin(scenario, given, delays) };
}

/** Plays sequences until one fails, their number is reached or the time is over. */
async function play(
  session: Session,
  { rules, worlds, real: begin }: Beginning,
  arbitrary: fc.Arbitrary<Commands>,
  { runs, seconds }: { readonly runs: number; readonly seconds: number },
): Promise<{ readonly result: fc.RunDetails<[Commands]>; readonly played: Played }> {
  const deadline = session.run.runtime.now() + seconds * 1000;
  const played: Played = { sequences: 0, heard: 0, lost: undefined };
  const one = async (commands: Commands): Promise<void> => {
    // What begins too late is not judged, and neither are further shrinks.
    if (session.run.runtime.now() >= deadline) return;
    // A sequence without a call shows nothing: another is drawn in its place.
    fc.pre([...commands].length > 0);
    played.sequences += 1;
    const real = begin();
    await fc.asyncModelRun(() => ({ model: new Oracle(rules, worlds), real }), commands);
    played.heard += real.heard;
    if (real.lost !== undefined) played.lost = real.lost;
  };
  const seed = session.random.below(2 ** 31);
  const result = await fc.check(fc.asyncProperty(arbitrary, one), { seed, numRuns: runs });
  return { result, played };
}

/** Sequences without a failure say something only when their calls were answered. */
function expectHeard(session: Session, { sequences, heard, lost }: Played): void {
  if (lost !== undefined)
    session.inconclusive(
      `a call of a sequence had no definite outcome: ${lost.en}`,
      `序列中的调用无确定结果：${lost.zh}`,
    );
  if (sequences > 0 && heard === 0)
    session.inconclusive(
      "no call of a sequence was answered with its outcome",
      "序列中没有一次调用得到反映其结果的应答",
    );
  if (sequences === 0) session.inconclusive("no sequence was played in time", "未能在时限内执行任何序列");
}

/** The finding, with the shortest sequence and how often it came back. An error of the harness is thrown on. */
async function failWith(
  session: Session,
  { rules, worlds, real }: Beginning,
  result: fc.RunDetails<[Commands]>,
): Promise<void> {
  const cause = result.errorInstance;
  if (!(cause instanceof Mismatch) && !(cause instanceof CheckFailed)) throw cause;
  const commands = (result.counterexample?.[0] ?? []) as Commands;
  const steps = [...commands]
    .filter((one) => (one as unknown as { readonly hasRan?: boolean }).hasRan !== false)
    .map((one) => String(one));
  const differing = cause instanceof Mismatch ? cause.differing.slice(0, 3) : [];
  const [where, an] = differing.length === 0 ? ["", ""] : [` in ${differing.join(", ")}`, ` ${differing.join("、")} `];
  let failures = 0;
  for (let turn = 0; turn < TRIES_TO_REPRODUCE; turn += 1)
    await fc
      .asyncModelRun(() => ({ model: new Oracle(rules, worlds), real: real() }), commands)
      .catch(() => (failures += 1));
  session.fail({
    summary: {
      en: `after ${steps.length} calls the answer contradicts the lifecycles${where}`,
      zh: `${steps.length} 次调用后的应答${an}不符合生命周期`,
    },
    expected: cause instanceof Mismatch ? cause.expected : cause.failure.expected,
    seen: cause instanceof Mismatch ? cause.seen : seenIn(cause.failure),
    minimal: {
      description: {
        en: `the shortest sequence found (fast-check seed ${result.seed}, path ${result.counterexamplePath ?? "?"}, ${result.numShrinks} shrinks)`,
        zh: `找到的最短序列（fast-check 种子 ${result.seed}，路径 ${result.counterexamplePath ?? "?"}，缩减 ${result.numShrinks} 次）`,
      },
      value: { steps, seed: result.seed, path: result.counterexamplePath },
      reproduced: { tries: TRIES_TO_REPRODUCE, failures },
    },
  });
}

const seenIn = ({ summary, seen }: Failure): Bilingual => ({
  en: `${summary.en}: ${seen.en}`,
  zh: `${summary.zh}：${seen.zh}`,
});

function fresh(session: Session, templates: ReadonlyMap<string, Draft>, group: Group): Real {
  const { ids } = group;
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
      const known = learned.get(field)?.[index] ?? numbers.get(`${field} ${index}`) ?? numberFor(session, group, field);
      numbers.set(`${field} ${index}`, known);
      return known;
    },
  };
}

/** A number that no call has used, in the form that the interfaces want: of another it would be refused for that. */
function numberFor(session: Session, { interfaces }: Group, field: string): string {
  const { schemas } = session.pack;
  const leaf = interfaces
    .flatMap(({ request }) => [request.path, request.query, request.body].flatMap((part) => leaves(part, schemas)))
    .find(({ path }) => path.length === 1 && path[0] === field);
  return leaf === undefined
    ? session.fresh()
    : session.run.fresh.value(leaf.schema, schemas, leaf.document, session.random);
}

/** Money comes into the party's account by what customers pay, where they pay, so that no refund of a sequence wants for it. */
async function fillSettlement(session: Session): Promise<void> {
  const payment = chargesOf(session.pack, session.statement.role, (id) => session.claims(id)).find(
    ({ creates }) => creates !== undefined && session.claims(creates.id),
  );
  if (payment === undefined) return;
  const [ordinary] = session.pack.resources.scenarios(payment.name, "ordinary");
  if (ordinary !== undefined && session.statement.fixtures[ordinary.id] !== undefined)
    await succeeded(session, payment, { amount: CUSHION });
}

/** One request of each interface, whose numbers and amount the steps put in: the same content whenever it is repeated. */
async function templatesOf(session: Session, group: Group, scenario: string): Promise<ReadonlyMap<string, Draft>> {
  const { interfaces, numbers, ids } = group;
  const templates = new Map<string, Draft>();
  for (const one of interfaces) {
    const names = (["path", "query", "body"] as const).flatMap((part) => fieldNames(session.pack, one, part));
    // A field that the request knows nothing of would be put into it.
    const fields: Record<string, Json> = Object.fromEntries(
      [...numbers, ...ids]
        .filter((name) => names.includes(name))
        .map((name) => [name, numberFor(session, group, name)]),
    );
    const amount = amountOf(session.pack, one);
    const given = amount === undefined ? {} : { [amount]: AMOUNTS[0] };
    templates.set(one.id, await session.request(one.id, fields, { scenario, given }));
  }
  return templates;
}
