import type { Interface } from "../../../core/pack/types.ts";
import { priorsOf } from "../../data/priors.ts";
import type { Given } from "../../data/request-builder.ts";
import type { PackView } from "../../pack-view.ts";
import { mirroredBy } from "../../resources/kinds.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Intent, OrderLine } from "../orders.ts";
import type { ClockFollower } from "../accelerated/clock-follower.ts";
import { intentOf, outcomeOf } from "../answered.ts";
import type { CallerKnowledge } from "../caller-knowledge.ts";
import { amountOf } from "../order-amounts.ts";
import { Agreements } from "./agreements.ts";
import { Caller } from "./caller.ts";
import type { Made } from "./caller.ts";
import { MadeBefore } from "./made-before.ts";
import { Ordering } from "./ordering.ts";
import { Telling } from "./telling.ts";
import type { Walk } from "./walk.ts";
import type { Witness } from "./witness.ts";

export interface JourneySettings {
  /** Of so many calls that the SUT is told to make, one answer is lost; undefined: none. */
  readonly losesEvery: number | undefined;
  /** Whether this generator makes the agreements of the load. */
  readonly agrees: boolean;
  /** Whether orders name our counterparty as the target of their news. */
  readonly told: boolean;
}

/** How the callers of a generator call. */
export interface Calling {
  readonly signal: AbortSignal;
  readonly clock: ClockFollower;
  readonly knowledge: CallerKnowledge;
  /** How often a call that no answer came to is sent again, signed anew and otherwise the same. */
  readonly retries: number;
}

/** Makes the calls of journeys one after another, each request built and signed as those of checks are. */
export class Journeys {
  readonly #pack: PackView;
  readonly #session: Session;
  readonly #witness: Witness;
  /** Where the news of orders is to go; undefined: where the party has registered. */
  readonly #target: string | undefined;
  readonly #clock: ClockFollower;
  readonly #retries: number;
  readonly #caller: Caller;
  readonly #telling: Telling;
  readonly #ordering: Ordering;
  readonly #agreements: Agreements;
  readonly #before = new MadeBefore();

  constructor(scope: RunScope, witness: Witness, calling: Calling, settings: JourneySettings) {
    const { signal, clock, knowledge, retries } = calling;
    const { losesEvery, agrees, told } = settings;
    this.#clock = clock;
    this.#retries = retries;
    this.#pack = scope.pack;
    this.#session = new Session(scope, "load", signal);
    this.#witness = witness;
    this.#target = told ? scope.notifyUrl : undefined;
    this.#caller = new Caller(scope, this.#session, witness, knowledge);
    this.#telling = new Telling(this.#session, this.#caller, witness);
    this.#ordering = new Ordering(this.#session, witness, losesEvery);
    this.#agreements = new Agreements(this.#session, agrees);
  }

  /** One journey: each step builds on those before, and the first that is not carried out ends it. */
  async run(journey: readonly string[], scheduledMs: number): Promise<void> {
    const { steps, end } = this.#agreements.begin(journey);
    const walk: Walk = { priors: {}, news: [], beginMs: scheduledMs };
    try {
      for (const step of steps) if (!(await this.#take(step, walk))) return;
    } finally {
      end(walk);
    }
  }

  /** Whether a step was carried out. What it builds on, and the journey does not have, is of an earlier one or made first. */
  async #take(id: string, walk: Walk): Promise<boolean> {
    const one = this.#pack.interface(id);
    for (const prior of priorsOf(one, this.#pack)) {
      if (walk.priors[prior] !== undefined) continue;
      const before = this.#before.any(prior, this.#session.random);
      if (before !== undefined) walk.priors[prior] = before;
      else if (!(await this.#take(prior, walk))) return false;
    }
    const done = await this.#done(one, walk);
    walk.beginMs = this.#witness.now();
    return done;
  }

  #done(one: Interface, walk: Walk): Promise<boolean> {
    if (one.provider !== this.#session.statement.role)
      return this.#ordering.order(one.id, amountOf(this.#pack, one.id, this.#session.random), walk);
    return one.notification === undefined
      ? this.#clock.during(this.#session.signal, () => this.#call(one, walk))
      : this.#telling.tell(one.id, walk);
  }

  async #call(one: Interface, walk: Walk): Promise<boolean> {
    const given = {
      ...amountOf(this.#pack, one.id, this.#session.random),
      ...this.#targetOf(one),
      ...this.#recordOf(one, walk),
      ...(await this.#agreements.given(one.id, walk)),
    };
    const draft = await this.#session.request(one.id, {}, { priors: walk.priors, given });
    const intent = intentOf(draft, this.#pack);
    if (intent !== undefined) this.#witness.order(intent);
    const made = await this.#answered(draft, walk.beginMs, intent);
    if (intent !== undefined) this.#witness.order(toldOf(intent, made, draft, this.#pack));
    const { answer } = made;
    if (answer === undefined || !this.#pack.succeeds(one, answer.status)) return false;
    const fields = { ...fieldsOf(draft), ...objectOf(answer.json) };
    walk.priors[one.id] = fields;
    if (intent !== undefined) this.#before.keep(one.id, fields);
    return true;
  }

  /** Calls, and calls again under the same number where no answer comes, as often as the profile says. */
  async #answered(draft: Draft, scheduledMs: number, intent: Intent | undefined): Promise<Made> {
    let made = await this.#caller.call(draft, scheduledMs);
    for (let again = 0; again < this.#retries && made.answer === undefined; again += 1) {
      if (intent !== undefined) {
        this.#witness.order(toldOf(intent, made, draft, this.#pack));
        this.#witness.order({ kind: "again", number: intent.number });
      }
      made = await this.#caller.call(draft, this.#witness.now());
    }
    return made;
  }

  #targetOf(one: Interface): Given {
    return this.#target === undefined || this.#pack.meanings(one).asked("target").length === 0
      ? {}
      : { target: this.#target };
  }

  /** The number of the order that the journey has told of, for what reads the platform's record of it. */
  #recordOf(one: Interface, { news }: Walk): Given {
    const { verb, resource } = this.#pack.resources.about(one) ?? {};
    const subject = verb !== "reads" || resource === undefined ? undefined : mirroredBy(this.#pack, resource);
    const number = news.find((each) => subject !== undefined && each.subject?.name === subject.name)?.number;
    return number === undefined ? {} : { number };
  }
}

/** What an answer tells of an order, as its line. */
const toldOf = (
  { number }: Intent,
  { answer, ending }: Made,
  { interface: one }: Draft,
  pack: PackView,
): OrderLine => ({
  kind: "told",
  number,
  outcome: outcomeOf(answer, ending, one, pack),
});
