import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import { readAnswer } from "../../wire/answer.ts";
import type { Answer } from "../../wire/answer.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { intentOf, outcomeOf, sampleOf } from "../answered.ts";
import { amountOf } from "../order-amounts.ts";
import type { OrderLine } from "../orders.ts";
import type { Sample } from "../../../core/load/sample.ts";
import type { ClockFollower } from "../accelerated/clock-follower.ts";

/** What a generator does with what its journeys see. */
export interface Witness {
  /** Milliseconds since the begin of the load, to a fraction. */
  now(): number;
  sample(sample: Sample): void;
  order(line: OrderLine): void;
}

/** Makes the calls of journeys one after another, each request built and signed as those of checks are. */
export class Journeys {
  readonly #scope: RunScope;
  readonly #session: Session;
  readonly #witness: Witness;
  readonly #clock: ClockFollower;

  constructor(scope: RunScope, witness: Witness, signal: AbortSignal, clock: ClockFollower) {
    this.#scope = scope;
    this.#clock = clock;
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
        return { draft: made, answer: await this.#call(made, beginMs) };
      });
      if (answer === undefined || !this.#scope.pack.succeeds(draft.interface, answer.status)) return;
      priors = { ...priors, [step]: { ...fieldsOf(draft), ...objectOf(answer.json) } };
      beginMs = this.#witness.now();
    }
  }

  async #call(draft: Draft, scheduledMs: number): Promise<Answer | undefined> {
    const { pack, runtime, door } = this.#scope;
    const one = draft.interface;
    const request = this.#session.seal(draft);
    const intent = intentOf(draft, pack);
    let sentMs = this.#witness.now();
    door.whenLeaving(request, () => {
      sentMs = this.#witness.now();
    });
    if (intent !== undefined) this.#witness.order(intent);
    const response = await runtime.transport.send(request, this.#session.signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    const endMs = this.#witness.now();
    const { sutKeys, learnedKeys } = this.#scope;
    const nowSeconds = Math.floor(this.#session.sutNow() / 1000);
    const answer =
      response instanceof TransportFailure
        ? undefined
        : readAnswer(response, one, pack, [...sutKeys, ...learnedKeys], nowSeconds, request);
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
