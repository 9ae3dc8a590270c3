import type { Look, LookEnding } from "../../core/inspection/round.ts";
import { verbOf } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Given } from "../data/request-builder.ts";
import { endingOf } from "../load/answered.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { claimedOf } from "../profile.ts";
import type { RunScope } from "../run/scope.ts";
import { Session } from "../session.ts";
import { readAnswer } from "../wire/answer.ts";
import type { Draft } from "../wire/draft.ts";

/** What an interface does that changes nothing. */
const HARMLESS: readonly string[] = ["reads", "lists", "files", "probes"];

/** An interface that cannot be asked without making something first, or without test data. */
export interface Unasked {
  readonly interface: string;
  readonly reason: Bilingual;
}

/** A request would build on something that has to be made first. */
class NeedsMaking extends Error {}

/** Looks at the interfaces of a SUT that only read. Nothing that it sends makes or changes anything. */
export class Prober {
  readonly #scope: RunScope;
  readonly #signal: AbortSignal;

  /** Requests wait for their answer as long as the scope's statement says. */
  constructor(scope: RunScope, signal: AbortSignal) {
    this.#scope = scope;
    this.#signal = signal;
  }

  /** The claimed interfaces that can be asked, and those that cannot, with the reason. */
  async interfaces(): Promise<{ readonly asked: readonly Interface[]; readonly unasked: readonly Unasked[] }> {
    const { pack, statement } = this.#scope;
    const asked: Interface[] = [];
    const unasked: Unasked[] = [];
    for (const one of claimedOf(pack, statement)) {
      if (!HARMLESS.includes(verbOf(one)?.verb ?? "")) continue;
      const draft = await this.#draft(one);
      if ("reason" in draft) unasked.push({ interface: one.id, reason: draft.reason });
      else asked.push(one);
    }
    return { asked, unasked };
  }

  /** One look at an interface. Rejects when the signal is aborted. */
  async look(one: Interface): Promise<Look> {
    const { pack, runtime, sutKeys } = this.#scope;
    const draft = await this.#draft(one);
    if ("reason" in draft) throw new TypeError(`${one.id} cannot be asked any more: ${draft.reason.en}`);
    const request = this.#session().seal(draft);
    const began = runtime.now();
    const response = await runtime.transport.send(request, this.#signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    this.#signal.throwIfAborted();
    const ms = Math.max(0, runtime.now() - began);
    if (response instanceof TransportFailure) return { interface: one.id, ending: "unanswered", ms };
    const answer = readAnswer(response, one, pack, sutKeys, Math.floor(runtime.now() / 1000), request);
    const ending: LookEnding = endingOf(answer, one, pack);
    const wantsSignature = one.response.signed !== false || ending !== "success";
    return {
      interface: one.id,
      ending,
      ms,
      status: answer.httpStatus,
      ...(answer.code === undefined ? {} : { code: answer.code }),
      ...(wantsSignature ? { signed: answer.signature.ok } : {}),
    };
  }

  /**
   * A request of an object that the statement's fixtures name; where it would have to be made first, of one that is surely
   * absent, which the pack has a refusal for.
   */
  async #draft(one: Interface): Promise<Draft | { readonly reason: Bilingual }> {
    const asked = this.#scope.pack.meanings(one);
    const absent = this.#scope.fresh.identifier();
    const named: Given = Object.fromEntries(
      (["number", "id"] as const).filter((meaning) => asked.asked(meaning).length > 0).map((each) => [each, absent]),
    );
    for (const given of [{}, named])
      try {
        return await this.#session().request(one.id, {}, { given, priors: UNMADE });
      } catch (thrown) {
        if (thrown instanceof CheckSkipped || thrown instanceof CheckInconclusive) return { reason: thrown.reason };
        if (!(thrown instanceof NeedsMaking)) throw thrown;
      }
    return {
      reason: {
        en: "it asks for something that would have to be made first",
        zh: "查询对象须先行创建",
      },
    };
  }

  #session(): Session {
    return new Session(this.#scope, "inspect", this.#signal);
  }
}

/** What was made before: nothing ever, and nothing is made now. */
const UNMADE: Readonly<Record<string, never>> = new Proxy(
  {},
  {
    get: () => {
      throw new NeedsMaking();
    },
  },
);
