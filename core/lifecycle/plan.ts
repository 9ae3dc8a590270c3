import type { Evaluate, Scope } from "../expression/expression.ts";
import type { Money } from "../money/money.ts";
import type { Interface, Lifecycle, Transition } from "../pack/types.ts";
import type { Json } from "../unit/unit.ts";
import type { KeyPlan } from "./key.ts";

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
  /** Its fields that hold any JSON, which is bounded. */
  readonly documents: readonly string[];
  readonly unique: NonNullable<Lifecycle["unique"]>;
  readonly limits: readonly LimitPlan[];
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
      /** The code where `after` names no entry of the account in the range. */
      readonly else: string | undefined;
    }
  | {
      readonly kind: "rows";
      readonly name: string;
      readonly lifecycle: AtUse<LifecyclePlan>;
      readonly where: readonly FieldPlan[];
      readonly by: string | undefined;
    }
  | { readonly kind: "value"; readonly name: string; readonly value: Evaluate; readonly else: string | undefined }
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

/** So much, or so many rows, at most in one period. */
export interface LimitPlan {
  readonly rule: NonNullable<Lifecycle["limits"]>[number];
  /** Undefined: rows are counted. */
  readonly sum: Evaluated<Money> | undefined;
  readonly most: Evaluate;
}

/** An expression that must give a `T`; throws `InvariantViolation` where it gives anything else. */
export type Evaluated<T> = (scope: Scope) => T;
