import * as fc from "fast-check";
import type { Interface, Lifecycle, PackSource, Role } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { fieldNames } from "../profile.ts";
import type { Session } from "../session.ts";
import { fieldsOf, withFields } from "../wire/draft.ts";
import type { Draft } from "../wire/draft.ts";
import { whyNone } from "../wire/exchange.ts";
import type { Oracle } from "./oracle.ts";

/** The interfaces over one resource and those that grow on it, and the fields by which their rows are told apart. */
export interface Group {
  readonly interfaces: readonly Interface[];
  readonly numbers: readonly string[];
}

/**
 * All that calls or reads `resource`, read off the lifecycles: those that load its rows belong to it (refunds,
 * closures).
 */
export function groupOf(source: PackSource, role: Role, resource: string): Group {
  const lifecycles = source.lifecycles.filter((one) => one.role === role);
  const loads = (one: Lifecycle): readonly string[] =>
    one.transitions.flatMap((each) =>
      Object.values(each.load ?? {}).flatMap((load) => ("resource" in load ? [load.resource] : [])),
    );
  const resources = new Set([
    resource,
    ...lifecycles
      .filter((one) => loads(one).includes(resource) && one.transitions.some((each) => "call" in each.on))
      .map((one) => one.resource),
  ]);
  const own = lifecycles.filter((one) => resources.has(one.resource));
  const called = new Set(
    own.flatMap((one) => one.transitions.flatMap((each) => ("call" in each.on ? [each.on.call] : []))),
  );
  const interfaces = source.interfaces.filter((one) => {
    if (one.provider !== role) return false;
    if (called.has(one.id)) return true;
    const read = Object.values(one.read?.load ?? {});
    return read.length > 0 && read.every((load) => "key" in load && resources.has(load.resource));
  });
  return { interfaces, numbers: [...new Set(own.flatMap((one) => one.key))].filter((name) => name !== "party_id") };
}

/** What a sequence runs against: the numbers are fresh ones for each sequence. */
export interface Real {
  readonly session: Session;
  readonly templates: ReadonlyMap<string, Draft>;
  readonly number: (field: string, index: number) => string;
  /** How many answers told an outcome, and were judged. */
  heard: number;
  /** Set when a call got no answer, or too many outcomes were unknown: from there on nothing is judged. */
  lost: string | undefined;
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
  return one.idempotency !== undefined ? 4 : one.http.method === "GET" ? 3 : 1;
}

/**
 * One step. The first of `amounts` is what is mostly paid; what builds upon a payment draws from all, so that its parts
 * add up to the whole, to less and to more.
 */
export function stepArbitrary(
  pack: PackView,
  { interfaces, numbers }: Group,
  amounts: readonly number[],
  waits: boolean,
): fc.Arbitrary<Step> {
  return fc.oneof(
    ...interfaces.map((one) => {
      const names = (["path", "query", "body"] as const).flatMap((part) => fieldNames(pack, one, part));
      const own = numbers.filter((name) => names.includes(name));
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
        ...(names.includes("amount") ? { amount } : {}),
        wait: waits && one.http.method === "GET" ? fc.boolean() : fc.constant(false),
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
    if (this.step.amount !== undefined)
      values["amount"] = { ...(template.body?.["amount"] as Readonly<Record<string, Json>>), value: this.step.amount };
    const draft = withFields(template, values);
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
      if (!oracle.hearNothing(this.step.interface, fieldsOf(draft))) real.lost = "too many calls of unknown outcome";
      return;
    }
    if (session.pack.succeeds(draft.interface, answer.status)) session.expectSuccess(exchange);
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
    if (
      typeof json !== "object" ||
      json === null ||
      Array.isArray(json) ||
      (json as Readonly<Record<string, Json>>)["state"] !== "PROCESSING"
    )
      return;
    await session.sleep(PAUSE_MS);
  }
}
