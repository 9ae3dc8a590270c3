import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";
import type { Session } from "../../session.ts";
import type { Answer } from "../../wire/answer.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Ending } from "../../../core/load/sample.ts";
import { sampleOf } from "../answered.ts";
import type { CallerKnowledge } from "../caller-knowledge.ts";
import type { Witness } from "./witness.ts";

/** A call that was made: what came of it, and its answer where one came. */
export interface Made {
  readonly ending: Ending;
  readonly answer: Answer | undefined;
}

/** Makes single calls, and tells how long each took and how it ended. */
export class Caller {
  readonly #scope: RunScope;
  readonly #session: Session;
  readonly #witness: Witness;
  readonly #knowledge: CallerKnowledge;

  constructor(scope: RunScope, session: Session, witness: Witness, knowledge: CallerKnowledge) {
    this.#scope = scope;
    this.#session = session;
    this.#witness = witness;
    this.#knowledge = knowledge;
  }

  /** Signs a request and sends it. */
  async call(draft: Draft, scheduledMs: number): Promise<Made> {
    const { pack, runtime, door } = this.#scope;
    const one = draft.interface;
    const request = this.#session.seal(draft);
    let sentMs = this.#witness.now();
    door.whenLeaving(request, () => {
      sentMs = this.#witness.now();
    });
    const response = await runtime.transport.send(request, this.#session.signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    const endMs = this.#witness.now();
    const answer = response instanceof TransportFailure ? undefined : this.#knowledge.read(response, one, request);
    const sample = sampleOf(one, pack, answer, { scheduledMs, sentMs, endMs });
    this.#witness.sample(sample);
    return { ending: sample.ending, answer };
  }
}
