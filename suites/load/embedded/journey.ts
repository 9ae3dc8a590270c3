import type { Interface } from "../../../core/pack/types.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { Given } from "../../data/request-builder.ts";
import type { PackView } from "../../pack-view.ts";
import { askedIn, moneyIn } from "../../resources/draft-fields.ts";
import { shownIn } from "../../resources/shown.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import { readAnswer } from "../../wire/answer.ts";
import type { Answer } from "../../wire/answer.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import type { Intent, OrderLine } from "../orders.ts";
import type { Ending, Sample } from "../../../core/load/sample.ts";

/** Minor units of the smallest order. */
const LEAST_ORDER = 1_000;

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

  constructor(scope: RunScope, witness: Witness, signal: AbortSignal) {
    this.#scope = scope;
    this.#session = new Session(scope, "load", signal);
    this.#witness = witness;
  }

  /** One journey: each step builds on those before, and the first that is not carried out ends it. */
  async run(steps: readonly string[], scheduledMs: number): Promise<void> {
    let priors: Readonly<Record<string, Fields>> = {};
    let beginMs = scheduledMs;
    for (const step of steps) {
      const draft = await this.#session.request(step, {}, { priors, given: this.#amountOf(step) });
      const answer = await this.#call(draft, beginMs);
      if (answer === undefined || !this.#scope.pack.succeeds(draft.interface, answer.status)) return;
      priors = { ...priors, [step]: { ...fieldsOf(draft), ...objectOf(answer.json) } };
      beginMs = this.#witness.now();
    }
  }

  /** An order has room for what is given back of it later in its journey. */
  #amountOf(step: string): Given {
    const { pack } = this.#scope;
    const one = pack.interface(step);
    const law = one.purpose?.creates === undefined ? undefined : pack.resources.about(one)?.resource?.law;
    if (law === undefined || pack.meanings(one).asked("amount").length === 0) return {};
    const { random } = this.#session;
    return "reverses" in law
      ? { amount: 1 + random.below(LEAST_ORDER) }
      : { amount: LEAST_ORDER + random.below(10 * LEAST_ORDER) };
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
    const nowSeconds = Math.floor(runtime.now() / 1000);
    const answer =
      response instanceof TransportFailure
        ? undefined
        : readAnswer(response, one, pack, this.#scope.sutKeys, nowSeconds, request);
    const ending = answer === undefined ? "unanswered" : endingOf(answer, one, pack);
    const wantsSignature = one.response.signed !== false || ending !== "success";
    this.#witness.sample({
      interface: one.id,
      scheduledMs,
      sinceScheduledMs: endMs - scheduledMs,
      sinceSentMs: endMs - sentMs,
      ending,
      status: answer?.httpStatus ?? 0,
      ...(answer?.code === undefined ? {} : { code: answer.code }),
      ...(answer !== undefined && wantsSignature ? { signed: answer.signature.ok } : {}),
    });
    if (intent !== undefined)
      this.#witness.order({ kind: "told", number: intent.number, outcome: outcomeOf(answer, ending, one, pack) });
    return answer;
  }
}

function endingOf(answer: Answer, one: Interface, pack: PackView): Ending {
  if (pack.succeeds(one, answer.status))
    return pack.answerProblems(one, answer.written).length === 0 || one.response.representation !== "json"
      ? "success"
      : "malformed";
  if (answer.status >= 500) return "server-error";
  return answer.code !== undefined && pack.documented(one, answer.code) ? "refused" : "malformed";
}

/** The outcome that an answer tells of an order. An answer that anyone could have written tells nothing. */
function outcomeOf(answer: Answer | undefined, ending: Ending, one: Interface, pack: PackView): string {
  if (answer === undefined || !answer.signature.ok) return "unknown";
  if (ending === "refused") return "refused";
  if (ending !== "success") return "unknown";
  return shownIn(pack, one, objectOf(answer.json)).outcome ?? "unknown";
}

/** The order that a request makes; undefined for one that makes nothing that moves money. */
function intentOf(draft: Draft, pack: PackView): Intent | undefined {
  const { verb, resource } = pack.resources.about(draft.interface) ?? {};
  const law = resource?.law;
  if (verb !== "creates" || law === undefined || !("moves" in law || "reverses" in law)) return undefined;
  const number = askedIn(pack, draft, "number");
  const money = moneyIn(pack, draft);
  if (typeof number !== "string" || money === undefined || resource === undefined) return undefined;
  const account = askedIn(pack, draft, "account");
  const of = "reverses" in law ? askedIn(pack, draft, "of") : undefined;
  return {
    kind: "intent",
    number,
    resource: resource.name,
    amount: money.value,
    ...(typeof account === "string" ? { account } : {}),
    ...(typeof of === "string" ? { of } : {}),
  };
}
