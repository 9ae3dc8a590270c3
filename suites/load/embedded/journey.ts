import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import type { Answer } from "../../wire/answer.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { intentOf, outcomeOf, sampleOf } from "../answered.ts";
import { amountOf } from "../order-amounts.ts";
import type { OrderLine } from "../orders.ts";
import type { Sample } from "../../../core/load/sample.ts";
import type { ClockFollower } from "../accelerated/clock-follower.ts";
import type { CallerKnowledge } from "../caller-knowledge.ts";

/** What a generator does with what its journeys see. */
export interface Witness {
  /** Milliseconds since the begin of the load, to a fraction. */
  now(): number;
  sample(sample: Sample): void;
  order(line: OrderLine): void;
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
  readonly #scope: RunScope;
  readonly #session: Session;
  readonly #witness: Witness;
  readonly #clock: ClockFollower;
  readonly #knowledge: CallerKnowledge;
  readonly #retries: number;

  constructor(scope: RunScope, witness: Witness, { signal, clock, knowledge, retries }: Calling) {
    this.#scope = scope;
    this.#clock = clock;
    this.#knowledge = knowledge;
    this.#retries = retries;
    this.#session = new Session(scope, "load", signal);
    this.#witness = witness;
  }

  /** One journey: each step builds on those before, and the first that is not carried out ends it. */
  async run(steps: readonly string[], scheduledMs: number): Promise<void> {
    let priors: Readonly<Record<string, Fields>> = {};
    let beginMs = scheduledMs;
    for (const step of steps) {
      const { draft, answer } = await this.#clock.during(this.#session.signal, async () => {
        const given = amountOf(this.#scope.pack, step, this.#session.random);
        const made = await this.#session.request(step, {}, { priors, given });
        return { draft: made, answer: await this.#answered(made, beginMs) };
      });
      if (answer === undefined || !this.#scope.pack.succeeds(draft.interface, answer.status)) return;
      priors = { ...priors, [step]: { ...fieldsOf(draft), ...objectOf(answer.json) } };
      beginMs = this.#witness.now();
    }
  }

  /** Calls, and calls again under the same number where no answer comes, as often as the profile says. */
  async #answered(draft: Draft, scheduledMs: number): Promise<Answer | undefined> {
    let answer = await this.#call(draft, scheduledMs);
    const intent = intentOf(draft, this.#scope.pack);
    for (let again = 0; again < this.#retries && answer === undefined; again += 1) {
      if (intent !== undefined) this.#witness.order({ kind: "again", number: intent.number });
      answer = await this.#call(draft, this.#witness.now(), again + 1);
    }
    return answer;
  }

  async #call(draft: Draft, scheduledMs: number, again = 0): Promise<Answer | undefined> {
    const { pack, runtime, door } = this.#scope;
    const { signal } = this.#session;
    const one = draft.interface;
    const request = this.#session.seal(draft);
    const intent = intentOf(draft, pack);
    let sentMs = this.#witness.now();
    door.whenLeaving(request, () => {
      sentMs = this.#witness.now();
    });
    if (intent !== undefined && again === 0) this.#witness.order(intent);
    const response = await runtime.transport.send(request, signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    const endMs = this.#witness.now();
    const answer = response instanceof TransportFailure ? undefined : this.#knowledge.read(response, one, request);
    const sample = sampleOf(one, pack, answer, { scheduledMs, sentMs, endMs });
    this.#witness.sample(sample);
    if (intent !== undefined)
      this.#witness.order({
        kind: "told",
        number: intent.number,
        outcome: outcomeOf(answer, sample.ending, one, pack),
      });
    return answer;
  }
}
