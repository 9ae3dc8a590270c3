import type { Evaluate, Scope } from "../expression/expression.ts";
import type { Money } from "../money/money.ts";
import type { Pack } from "../pack/compile.ts";
import { notificationsOf } from "../pack/transition-notifications.ts";
import type { Branch, Expression, Guard, Interface, Lifecycle, Load, Posting, Transition } from "../pack/types.ts";
import type { Json } from "../unit/unit.ts";
import type { KeyPlan } from "./key.ts";
import { rowCollection } from "./rows.ts";
import { InvariantViolation } from "./violation.ts";

/**
 * The calls and lifecycles of a pack, made ready to run: closures in place of expressions, and objects in place of their
 * names. Made once, at the first use, so that a call needs no look-ups in the pack.
 *
 * A mistake of the pack is thrown where it is used: an unreadable expression when it is evaluated, an unknown name when
 * it is followed (`AtUse`). A branch that is never taken does no harm.
 */
export interface Plans {
  call(called: Interface): CallPlan;
  /** Throws for a resource that the pack does not have. */
  lifecycle(resource: string): LifecyclePlan;
}

/** Worked out when it is first asked for; throws for what the pack does not have. */
export type AtUse<T> = () => T;

/** What a call of an interface does: take a transition, or only read. `answer` is evaluated last. */
export type CallPlan =
  | {
      readonly kind: "transition";
      readonly lifecycle: LifecyclePlan;
      /** In file order. */ readonly transitions: readonly TransitionPlan[];
      readonly key: KeyPlan;
      readonly answer: Evaluate | undefined;
      readonly dated: boolean;
    }
  | {
      readonly kind: "read";
      readonly loads: readonly LoadPlan[];
      readonly guards: readonly GuardPlan[];
      readonly answer: Evaluate | undefined;
      readonly dated: boolean;
    };

export interface LifecyclePlan {
  readonly source: Lifecycle;
  readonly resource: string;
  /** The collection of its rows. */
  readonly collection: string;
  readonly initial: string;
  /**
   * True when its rules, sums or notifications say `$today`. The business date is a row, and is read for those only.
   */
  readonly dated: boolean;
  readonly transitions: readonly TransitionPlan[];
  /** The aggregates of a new row, all zero. */
  readonly counts: Readonly<Record<string, Json>>;
  readonly unique: NonNullable<Lifecycle["unique"]>;
  readonly timers: readonly TimerPlan[];
  /** The aggregates that its rows are part of. */
  readonly feeds: AtUse<readonly FeedPlan[]>;
  readonly invariants: readonly { readonly that: Evaluate; readonly why: string }[];
}

export interface TransitionPlan {
  readonly source: Transition;
  readonly name: string;
  readonly from: readonly string[];
  readonly key: KeyPlan;
  readonly rules: AtUse<RulesPlan>;
}

/**
 * In the order of their use: what is loaded, what must hold, and the branches of which the first that holds is taken.
 */
export interface RulesPlan {
  readonly loads: readonly LoadPlan[];
  readonly guards: readonly GuardPlan[];
  readonly branches: readonly BranchPlan[];
}

export type LoadPlan =
  | { readonly kind: "row"; readonly name: string; readonly row: AtUse<RowPlan>; readonly else: string | undefined }
  | {
      readonly kind: "balance";
      readonly name: string;
      readonly account: Evaluated<string>;
      readonly currency: Evaluated<string>;
    }
  | {
      readonly kind: "entries";
      readonly name: string;
      readonly account: Evaluated<string>;
      readonly currency: Evaluated<string>;
      readonly fromDate: Evaluated<string>;
      readonly toDate: Evaluated<string>;
      readonly after: Evaluate | undefined;
      readonly limit: Evaluate | undefined;
    }
  | { readonly kind: "keys"; readonly name: string };

/** Where a row is found. */
export interface RowPlan {
  readonly lifecycle: LifecyclePlan;
  readonly key: KeyPlan;
}

export interface GuardPlan {
  readonly that: Evaluate;
  readonly else: string;
  readonly onRefuse:
    | {
        readonly set: readonly FieldPlan[];
        readonly to: readonly { readonly when: Evaluate | undefined; readonly state: string }[];
        readonly notify: readonly AtUse<NotificationPlan>[];
      }
    | undefined;
}

export interface BranchPlan {
  readonly when: Evaluate | undefined;
  readonly state: string;
  readonly set: readonly FieldPlan[];
  readonly post: readonly PostingPlan[];
  readonly move: readonly AtUse<MovePlan>[];
  readonly notify: readonly AtUse<NotificationPlan>[];
}

export interface FieldPlan {
  readonly name: string;
  readonly evaluate: Evaluate;
}

export type PostingPlan =
  | {
      readonly phase: "posted" | "pending";
      readonly as: string;
      readonly kind: string;
      readonly when: Evaluate | undefined;
      readonly amount: Evaluated<Money>;
      readonly debit: Evaluated<string>;
      readonly credit: Evaluated<string>;
      readonly reference: Evaluated<string>;
    }
  | { readonly phase: "post"; readonly of: string; readonly amount: Evaluated<Money> | undefined }
  | { readonly phase: "void"; readonly of: string };

/** A transition of a loaded row. */
export interface MovePlan extends RowPlan {
  /** The name it was loaded by. */
  readonly name: string;
  /** Undefined where its lifecycle has none of that name. */
  readonly transition: TransitionPlan | undefined;
  readonly transitionName: string;
}

export interface NotificationPlan {
  readonly id: string;
  readonly target: Evaluate;
  readonly body: Evaluate;
}

export interface TimerPlan {
  readonly transition: string;
  readonly from: readonly string[];
  /** `after`: seconds from now; `at`: a moment in ms. */
  readonly kind: "after" | "at";
  readonly when: Evaluate;
}

/** An aggregate of `owner`'s rows, seen from a row that is summed or counted. */
export interface FeedPlan {
  readonly owner: LifecyclePlan;
  /** The field of the owner's row. */
  readonly name: string;
  readonly key: KeyPlan;
  readonly while: readonly string[];
  /** Undefined: a count. */
  readonly sum: Evaluated<Money> | undefined;
}

/** An expression that must give a `T`; throws `InvariantViolation` where it gives anything else. */
export type Evaluated<T> = (scope: Scope) => T;

/** Makes nothing yet, so it throws nothing. */
export function planPack(pack: Pack): Plans {
  /** Never throws: what cannot be read is a fault of the call that evaluates it. */
  const closure = (expression: Expression): Evaluate => {
    try {
      return pack.expression(expression);
    } catch {
      return (scope) => pack.expression(expression)(scope);
    }
  };
  const optional = <T>(expression: Expression | undefined, as: (expression: Expression) => T): T | undefined =>
    expression === undefined ? undefined : as(expression);

  const text = (expression: Expression): Evaluated<string> => {
    const evaluate = closure(expression);
    return (scope) => {
      const result = evaluate(scope);
      if (typeof result !== "string" || result === "")
        throw new InvariantViolation(
          `${JSON.stringify(expression)} gave ${JSON.stringify(result)} where text was needed`,
        );
      return result;
    };
  };

  const money = (expression: Expression): Evaluated<Money> => {
    const evaluate = closure(expression);
    return (scope) => {
      const result = evaluate(scope) as Money | undefined;
      if (result === undefined || result === null || !Number.isSafeInteger(result.value))
        throw new InvariantViolation(
          `${JSON.stringify(expression)} gave ${JSON.stringify(result)} where money was needed`,
        );
      return result;
    };
  };

  const key = (
    lifecycle: Lifecycle,
    parts: Readonly<Record<string, Expression>> | undefined,
    partyId: Expression = "$party.party_id",
  ): KeyPlan =>
    lifecycle.key.map((name) => ({
      name: `${lifecycle.resource}.${name}`,
      evaluate: closure(parts?.[name] ?? (name === "party_id" ? partyId : `$request.${name}`)),
    }));

  const fields = (set: Readonly<Record<string, Expression>> | undefined): readonly FieldPlan[] =>
    Object.entries(set ?? {}).map(([name, expression]) => ({ name, evaluate: closure(expression) }));

  const rowOf = (resource: string, parts: Readonly<Record<string, Expression>>): RowPlan => {
    const lifecycle = pack.lifecycle(resource);
    return { lifecycle: lifecyclePlan(lifecycle), key: key(lifecycle, parts) };
  };

  const load = (name: string, rule: Load): LoadPlan => {
    if ("resource" in rule)
      return { kind: "row", name, row: atUse(() => rowOf(rule.resource, rule.key)), else: rule.else };
    if ("ledger" in rule) return { kind: "balance", name, account: text(rule.ledger), currency: text(rule.currency) };
    if (!("entries" in rule)) return { kind: "keys", name };
    const onlyCurrency = pack.source.manifest.currencies[0]?.code ?? "";
    return {
      kind: "entries",
      name,
      account: text(rule.entries),
      currency: optional(rule.currency, text) ?? (() => onlyCurrency),
      fromDate: text(rule.fromDate),
      toDate: text(rule.toDate),
      after: optional(rule.after, closure),
      limit: optional(rule.limit, closure),
    };
  };

  const loads = (rules: Readonly<Record<string, Load>> | undefined): readonly LoadPlan[] =>
    Object.entries(rules ?? {}).map(([name, rule]) => load(name, rule));

  const notification = (id: string): AtUse<NotificationPlan> =>
    atUse(() => {
      const rule = pack.interface(id).notification;
      if (rule === undefined) throw new InvariantViolation(`${id} is not a notification`);
      return { id, target: closure(rule.target), body: closure(rule.body) };
    });

  const guard = ({ that, else: code, onRefuse }: Guard): GuardPlan => ({
    that: closure(that),
    else: code,
    onRefuse:
      onRefuse === undefined
        ? undefined
        : {
            set: fields(onRefuse.set),
            to: (onRefuse.to ?? []).map(({ when, state }) => ({ when: optional(when, closure), state })),
            notify: (onRefuse.notify ?? []).map(notification),
          },
  });

  const posting = (rule: Posting): PostingPlan => {
    if (rule.phase === "void") return { phase: "void", of: rule.of };
    if (rule.phase === "post") return { phase: "post", of: rule.of, amount: optional(rule.amount, money) };
    return {
      phase: rule.phase,
      as: rule.as,
      kind: rule.kind,
      when: optional(rule.when, closure),
      amount: money(rule.amount),
      debit: text(rule.debit),
      credit: text(rule.credit),
      reference: text(rule.reference),
    };
  };

  const move = (lifecycle: Lifecycle, transition: Transition, name: string, transitionName: string): AtUse<MovePlan> =>
    atUse(() => {
      const rule = transition.load?.[name];
      if (rule === undefined || !("resource" in rule))
        throw new InvariantViolation(`"${name}" is not a loaded row of ${lifecycle.resource}.${transition.name}`);
      const row = rowOf(rule.resource, rule.key);
      return {
        ...row,
        name,
        transitionName,
        transition: row.lifecycle.transitions.find((one) => one.name === transitionName),
      };
    });

  const branch = (lifecycle: Lifecycle, transition: Transition, rule: Branch): BranchPlan => ({
    when: optional(rule.when, closure),
    state: rule.state,
    set: fields(rule.set),
    post: (rule.post ?? []).map(posting),
    move: (rule.move ?? []).map(({ row, transition: name }) => move(lifecycle, transition, row, name)),
    notify: (rule.notify ?? []).map(notification),
  });

  const transitionPlan = (lifecycle: Lifecycle, transition: Transition): TransitionPlan => ({
    source: transition,
    name: transition.name,
    from: transition.from,
    key: key(lifecycle, transition.key, "operator" in transition.on ? "$request.party_id" : "$party.party_id"),
    rules: atUse(() => ({
      loads: loads(transition.load),
      guards: (transition.require ?? []).map(guard),
      branches: transition.to.map((rule) => branch(lifecycle, transition, rule)),
    })),
  });

  const timers = ({ transitions }: Lifecycle): readonly TimerPlan[] =>
    transitions.flatMap(({ name: transition, on, from }): readonly TimerPlan[] => {
      if ("after" in on) return [{ transition, from, kind: "after", when: closure(on.after) }];
      return "at" in on ? [{ transition, from, kind: "at", when: closure(on.at) }] : [];
    });

  const feeds = (resource: string): readonly FeedPlan[] =>
    pack.source.lifecycles.flatMap((owner) =>
      Object.entries(owner.aggregates ?? {})
        .filter(([, aggregate]) => aggregate.of === resource)
        .map(([name, aggregate]) => ({
          owner: lifecyclePlan(owner),
          name,
          key: key(owner, aggregate.by),
          while: aggregate.while,
          sum: optional(aggregate.sum, money),
        })),
    );

  const dated = (lifecycle: Lifecycle): boolean =>
    saysToday([
      lifecycle,
      pack.source.lifecycles
        .filter(({ aggregates = {} }) => Object.values(aggregates).some(({ of }) => of === lifecycle.resource))
        .map(({ aggregates, invariants }) => [aggregates, invariants]),
      lifecycle.transitions
        .flatMap(notificationsOf)
        .map(({ id }) => pack.source.interfaces.find((one) => one.id === id)?.notification),
    ]);

  const lifecyclePlan = remembered((lifecycle: Lifecycle): LifecyclePlan => ({
    source: lifecycle,
    resource: lifecycle.resource,
    collection: rowCollection(lifecycle.resource),
    initial: lifecycle.initial,
    dated: dated(lifecycle),
    transitions: lifecycle.transitions.map((transition) => transitionPlan(lifecycle, transition)),
    counts: Object.fromEntries(
      Object.entries(lifecycle.aggregates ?? {})
        .filter(([, aggregate]) => aggregate.sum === undefined)
        .map(([name]) => [name, 0]),
    ),
    unique: lifecycle.unique ?? [],
    timers: timers(lifecycle),
    feeds: atUse(() => feeds(lifecycle.resource)),
    invariants: (lifecycle.invariants ?? []).map(({ that, why }) => ({ that: closure(that), why })),
  }));

  const call = remembered((one: Interface): CallPlan => {
    const triggered = pack.triggeredByCall(one.id);
    const answer = optional(one.response.answer, closure);
    if (triggered === undefined) {
      return {
        kind: "read",
        loads: loads(one.read?.load),
        guards: (one.read?.require ?? []).map(guard),
        answer: optional(one.read?.answer, closure) ?? answer,
        dated: saysToday([one.read, one.response]),
      };
    }
    const lifecycle = lifecyclePlan(triggered.lifecycle);
    const transitions = lifecycle.transitions.filter(({ source }) => triggered.transitions.includes(source));
    return {
      kind: "transition",
      lifecycle,
      transitions,
      key: transitions[0]?.key ?? [],
      answer,
      dated: lifecycle.dated || saysToday(one.response),
    };
  });

  return { call, lifecycle: (resource) => lifecyclePlan(pack.lifecycle(resource)) };
}

/** Whether an expression somewhere in it has the root `$today`. */
const saysToday = (rules: unknown): boolean => /\$today(?!\w)/u.test(JSON.stringify(rules) ?? "");

function atUse<T extends object>(make: () => T): AtUse<T> {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Memoises by identity; the objects must not change any more. */
function remembered<K extends object, T>(make: (from: K) => T): (from: K) => T {
  const known = new WeakMap<K, T>();
  return (from) => {
    const found = known.get(from);
    if (found !== undefined) return found;
    const made = make(from);
    known.set(from, made);
    return made;
  };
}
