import * as fc from "fast-check";
import type { Json } from "../../../core/unit/unit.ts";
import type { Scenario } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { fieldNames, inProfile } from "../../profile.ts";
import { CheckFailed } from "../../outcome.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { Mismatch, Oracle } from "../../models/oracle.ts";
import { StepCommand, groupOf, stepArbitrary } from "../../models/steps.ts";
import type { Group, Real, Step } from "../../models/steps.ts";
import { universe } from "../../models/world.ts";
import { canPay, money, paid } from "../steps.ts";

/** Situations that sequences are played in. Where settlement is the provider's business, it may come late in any of them. */
const CASES = [
  { id: "payment/customer.funded", resource: "payment", scenario: "customer.funded", late: false },
  {
    id: "payment/payment.settles-late-success",
    resource: "payment",
    scenario: "payment.settles-late-success",
    late: true,
  },
  {
    id: "payment/payment.settles-late-failure",
    resource: "payment",
    scenario: "payment.settles-late-failure",
    late: true,
  },
  { id: "payment/refund.settles-late", resource: "payment", scenario: "refund.settles-late", late: true },
  { id: "payout/payout.payee", resource: "payout", scenario: "payout.payee", late: false },
] as const;

/** What only delays: an ordinary customer's bank may do the same. */
const DELAYS = ["payment.settles-late-success", "refund.settles-late", "payout.settles-late"];

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
  each: ({ pack, provided }) =>
    CASES.filter(
      (one) => provided.some(({ id }) => id === `${one.resource}.create`) && pack.scenario(one.scenario) !== undefined,
    ).map((one) => ({ id: one.id, data: one })),
  async run(session, instance) {
    const { resource, scenario: scenarioId, late } = instance.data as unknown as (typeof CASES)[number];
    const given = session.fixture(scenarioId);
    const scenario = session.pack.scenario(scenarioId) as Scenario;
    const whole = groupOf(session.pack.source, session.statement.role, resource);
    const group: Group = {
      ...whole,
      interfaces: whole.interfaces.filter((one) => inProfile(session.statement, one.id)),
    };
    const templates = await templatesOf(session, group, scenarioId);
    if (canPay(session)) await paid(session, CUSHION);
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
    const delays = session.pack.source.scenarios.filter((one) => DELAYS.includes(one.id) && one.role === scenario.role);
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
      const real = fresh(session, templates);
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
        .asyncModelRun(() => ({ model: new Oracle(rules, begin), real: fresh(session, templates) }), commands)
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

function fresh(session: Session, templates: ReadonlyMap<string, Draft>): Real {
  const numbers = new Map<string, string>();
  return {
    session,
    templates,
    heard: 0,
    lost: undefined,
    number: (field, index) => {
      const known = numbers.get(`${field} ${index}`) ?? session.fresh();
      numbers.set(`${field} ${index}`, known);
      return known;
    },
  };
}

/** One request of each interface, whose numbers and amount the steps put in: the same content whenever it is repeated. */
async function templatesOf(
  session: Session,
  { interfaces, numbers }: Group,
  scenario: string,
): Promise<ReadonlyMap<string, Draft>> {
  const templates = new Map<string, Draft>();
  for (const one of interfaces) {
    const names = (["path", "query", "body"] as const).flatMap((part) => fieldNames(session.pack, one, part));
    // A field that the request knows nothing of would be put into it.
    const fields: Record<string, Json> = Object.fromEntries(
      numbers.filter((name) => names.includes(name)).map((name) => [name, session.fresh()]),
    );
    if (names.includes("amount")) fields["amount"] = money(session, AMOUNTS[0]);
    templates.set(one.id, await session.request(one.id, fields, { scenario }));
  }
  return templates;
}
