import type { Bilingual } from "../../core/run/verdict.ts";
import { readsOnly } from "../reads.ts";
import * as fc from "fast-check";
import type { Expression, Interface, Lifecycle, PackSource, Role } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { fieldNames } from "../profile.ts";
import type { Session } from "../session.ts";
import { fieldsOf, withFields } from "../wire/draft.ts";
import { withGiven } from "../resources/draft-fields.ts";
import { shownIn } from "../resources/shown.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { whyNone } from "../wire/exchange.ts";
import type { Oracle } from "./oracle.ts";

const TOO_MANY_LOST: Bilingual = { en: "too many calls of unknown outcome", zh: "结果未知的调用过多" };

/** The interfaces over one resource and those that grow on it, and the fields by which their rows are told apart. */
export interface Group {
  readonly interfaces: readonly Interface[];
  /** Numbers that the caller makes. */
  readonly numbers: readonly string[];
  /** Ids that the provider gives: they are known when an answer has told them. */
  readonly ids: readonly string[];
}

/**
 * All that calls or reads `resource`, read off the lifecycles: those that load its rows belong to it (refunds, closures),
 * with what these are made upon besides, which would otherwise be there and unknown to the model. `known` are resources
 * whose rows the model has from the start.
 */
export function groupOf(source: PackSource, role: Role, resource: string, known: readonly string[] = []): Group {
  const lifecycles = source.lifecycles.filter((one) => one.role === role);
  const resources = new Set([resource]);
  for (const one of lifecycles) {
    if (!loadedBy(one).includes(resource) || !one.transitions.some((each) => "call" in each.on)) continue;
    const beside = neededBy(source, one, [resource, ...known]);
    // What may be in force once only cannot be begun anew for each sequence.
    if (beside.some(({ unique }) => unique !== undefined)) continue;
    for (const each of [one, ...beside]) resources.add(each.resource);
  }
  const own = lifecycles.filter((one) => resources.has(one.resource));
  const called = new Set(
    own.flatMap((one) => one.transitions.flatMap((each) => ("call" in each.on ? [each.on.call] : []))),
  );
  const interfaces = source.interfaces.filter((one) => {
    if (one.provider !== role) return false;
    if (called.has(one.id)) return true;
    const read = Object.values(one.read?.load ?? {});
    return read.length > 0 && read.every((load) => "resource" in load && resources.has(load.resource));
  });
  // A number may make a repetition though the row has an id of the provider's.
  const keys = new Set([
    ...own.flatMap((one) => one.key),
    ...interfaces.flatMap(({ idempotency }) => idempotency?.key ?? []),
  ]);
  // The party is part of every key, and the same in every call.
  for (const { request } of interfaces) keys.delete(request.party?.replace(/^\$request\./, "") ?? "");
  keys.delete("party_id");
  const ids = new Set(own.flatMap(drawnKeys));
  return {
    interfaces,
    numbers: [...keys].filter((name) => !ids.has(name)),
    ids: [...keys].filter((name) => ids.has(name)),
  };
}

/** What the amount of a call is: what a resource is about, or what is taken of it. */
export function amountOf(pack: PackView, one: Interface): "amount" | "used" | undefined {
  const { asked } = pack.meanings(one);
  return asked("amount").length > 0 ? "amount" : asked("used").length > 0 ? "used" : undefined;
}

const loadedBy = (one: Lifecycle): readonly string[] =>
  one.transitions.flatMap((each) =>
    Object.values(each.load ?? {}).flatMap((load) => ("resource" in load ? [load.resource] : [])),
  );

/** What calls make and a row cannot be made without, to any depth; `known` is there. */
function neededBy(source: PackSource, lifecycle: Lifecycle, known: readonly string[]): readonly Lifecycle[] {
  const needed = new Set([lifecycle]);
  for (const one of needed)
    for (const load of one.transitions.flatMap((each) =>
      each.from.includes("ABSENT") ? Object.values(each.load ?? {}) : [],
    )) {
      if (!("else" in load) || !("resource" in load) || known.includes(load.resource)) continue;
      const made = source.interfaces.some(({ purpose }) => purpose?.creates === load.resource);
      const found = source.lifecycles.find((other) => made && other.resource === load.resource);
      if (found !== undefined) needed.add(found);
    }
  return [...needed].filter((one) => one !== lifecycle);
}

/** Fields of a key that the provider draws when the row is made. */
function drawnKeys({ transitions }: Lifecycle): readonly string[] {
  return transitions.flatMap(({ from, key }) =>
    from.includes("ABSENT")
      ? Object.entries(key ?? {})
          .filter(([, value]) => draws(value))
          .map(([name]) => name)
      : [],
  );
}

/** Whether the provider draws a value, so that a caller cannot know it before it is told. */
function draws(expression: Expression): boolean {
  if (typeof expression !== "object" || expression === null) return false;
  return Object.entries(expression).some(
    ([name, value]) => name === "fresh-id" || name === "digits" || draws(value as Expression),
  );
}

/** What a sequence runs against: the numbers are fresh ones for each sequence. */
export interface Real {
  readonly session: Session;
  readonly templates: ReadonlyMap<string, Draft>;
  readonly number: (field: string, index: number) => string;
  /** Takes in the ids that an answer tells. */
  readonly learn: (json: Json | undefined) => void;
  /** How many answers told an outcome, and were judged. */
  heard: number;
  /** Set when a call got no answer, or too many outcomes were unknown: from there on nothing is judged. */
  lost: Bilingual | undefined;
}

/** One call of a sequence, as data that shrinks. */
export interface Step {
  readonly interface: string;
  /** For each number field: which of the sequence's numbers. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly amount?: number;
  /** Waits until what is open is settled before it asks. */
  readonly wait: boolean;
}

/** Mostly one number, so that calls meet each other; now and then another, so that they could be confused. */
const NUMBER = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });

/** What makes things comes more often than what asks for them, and that more often than what ends them. */
function weightOf(one: Interface): number {
  return one.idempotency !== undefined ? 4 : readsOnly(one) ? 3 : 1;
}

/**
 * One step. The first of `amounts` is what is mostly paid; what builds upon a payment draws from all, so that its parts
 * add up to the whole, to less and to more.
 */
export function stepArbitrary(
  pack: PackView,
  { interfaces, numbers, ids }: Group,
  amounts: readonly number[],
  waits: boolean,
): fc.Arbitrary<Step> {
  return fc.oneof(
    ...interfaces.map((one) => {
      const names = (["path", "query", "body"] as const).flatMap((part) => fieldNames(pack, one, part));
      const own = [...numbers, ...ids].filter((name) => names.includes(name));
      const all = fc.constantFrom(...amounts);
      const amount =
        own.length > 1
          ? all
          : fc.oneof({ weight: 4, arbitrary: fc.constant(amounts[0] as number) }, { weight: 1, arbitrary: all });
      const arbitrary = fc.record({
        interface: fc.constant(one.id),
        // What is built upon something has more numbers than that has: several refunds of one payment.
        numbers: fc.record(
          Object.fromEntries(
            own.map((name) => [
              name,
              own.length > 1 && one.idempotency?.key.includes(name) === true ? fc.nat(2) : NUMBER,
            ]),
          ),
          { noNullPrototype: true },
        ),
        ...(amountOf(pack, one) === undefined ? {} : { amount }),
        wait: waits && readsOnly(one) ? fc.boolean() : fc.constant(false),
      }) as fc.Arbitrary<Step>;
      return { weight: weightOf(one), arbitrary };
    }),
  );
}

export class StepCommand implements fc.AsyncCommand<Oracle, Real> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check(): boolean {
    return true;
  }

  async run(oracle: Oracle, real: Real): Promise<void> {
    if (real.lost !== undefined) return;
    const { session } = real;
    const template = real.templates.get(this.step.interface) as Draft;
    const values: Record<string, Json> = Object.fromEntries(
      Object.entries(this.step.numbers).map(([name, index]) => [name, real.number(name, index)]),
    );
    const numbered = withFields(template, values);
    const amount = amountOf(session.pack, template.interface);
    const draft =
      this.step.amount === undefined || amount === undefined
        ? numbered
        : withGiven(session.pack, numbered, { [amount]: this.step.amount });
    if (this.step.wait) await untilSettled(session, draft);
    const exchange = await session.send(draft, { label: this.toString() });
    const { answer } = exchange;
    if (answer === undefined) {
      // It may still be under way, and arrive after calls that are sent later.
      real.lost = whyNone(exchange);
      return;
    }
    if (
      answer.status >= 500 ||
      (answer.code !== undefined && session.pack.error(answer.code)?.class === "retry-same")
    ) {
      // ERR-03 judges such failures; here the outcome is merely unknown.
      if (!oracle.hearNothing(this.step.interface, fieldsOf(draft))) real.lost = TOO_MANY_LOST;
      return;
    }
    if (session.pack.succeeds(draft.interface, answer.status)) {
      session.expectSuccess(exchange);
      real.learn(answer.json);
    }
    oracle.hear(this.step.interface, fieldsOf(draft), { status: answer.status, code: answer.code, json: answer.json });
    session.judged();
    real.heard += 1;
  }

  toString(): string {
    const numbers = Object.entries(this.step.numbers).map(
      ([name, index]) => `${name} ${String.fromCharCode(65 + index)}`,
    );
    return [
      this.step.wait ? "once settled," : "",
      this.step.interface,
      ...numbers,
      this.step.amount === undefined ? "" : `amount ${this.step.amount}`,
    ]
      .filter((part) => part !== "")
      .join(" ");
  }
}

const PAUSE_MS = 250;

async function untilSettled(session: Session, query: Draft): Promise<void> {
  const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
  while (session.run.runtime.now() < deadline) {
    const { answer } = await session.send(query, { label: `wait: ${query.interface.id}` });
    const json = answer?.json;
    if (typeof json !== "object" || json === null || Array.isArray(json)) return;
    if (shownIn(session.pack, query.interface, json as Fields).outcome !== "open") return;
    await session.sleep(PAUSE_MS);
  }
}
