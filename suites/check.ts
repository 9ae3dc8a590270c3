import type { Interface, Role } from "../core/pack/types.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { Json } from "../core/unit/unit.ts";
import type { Effort } from "./effort.ts";
import type { PackView } from "./pack-view.ts";
import type { ResourceKind } from "./resources/kinds.ts";
import type { Resource } from "./resources/resource.ts";
import type { Session } from "./session.ts";
import type { HookName } from "./statement/statement.ts";

/**
 * One requirement put to a SUT.
 *
 * `run` returns: the requirement held. It ends in any other way through the session (`fail`, `inconclusive`, `skip`, or
 * an `expect…` that did not hold). Whatever else it throws is an `error` of the harness. A run that judged nothing, or
 * that saw refusals and no success, is an `error` too: a bank that refuses everything must not score.
 *
 * Level and text of the requirement stand in the pack. One to copy from: `checks/signature/absent.ts`.
 */
export interface Check {
  /** `area.what`, kebab-case: `signature.absent`. Stable: vendors and reports cite it. */
  readonly id: string;
  /** A requirement of the pack: `SIG-01`. */
  readonly requirement: string;
  readonly title: Bilingual;
  /** The least effort at which it runs. */
  readonly effort: Effort;
  /** Roles of the SUT that it can judge. Absent: every role that the requirement and the needs fit. */
  readonly roles?: readonly Role[];
  readonly needs?: Needs;
  /** For a check of how bodies of one format are written and read: interfaces with another are skipped. */
  readonly body?: "json" | "form";
  /** Cases planned and reported separately. Absent: one, without data. */
  readonly each?: (context: PlanContext) => readonly Instance[];
  /**
   * It may run beside other checks: it judges nothing but what it made itself, under the customers of its lane
   * (`run/lanes.ts`), and by no clock. Absent: it has the SUT to itself, as a check must that races, loads or restarts the
   * SUT, moves its clock, measures time, or watches what all share: settlement account, bills, the other party.
   */
  readonly isolated?: true;
  /**
   * Of an isolated check: it takes seconds. It is begun ahead of the others, so that it does not run on when every other
   * lane has ended.
   */
  readonly lengthy?: true;
  /**
   * Of an isolated check: what it uses of all that checks share. Checks that use the same thing run one after another, and
   * beside all lanes, because they use none of a lane's customers. `calls`: the SUT is told to call the counterparty,
   * which answers that one call wrongly.
   */
  readonly uses?: Shared;
  /** `start`: runs before all others. `end`: runs after them and judges what the run saw (undocumented codes, laws). */
  readonly when?: "start" | "end";
  /**
   * What is arranged beside the isolated checks, long ahead of `run`, because it takes its time to come about: like an
   * isolated check it touches the lane's customers only. It keeps what it made under `Session.shared`, where `run` finds
   * it, a failure included. Such checks come first among those that are alone, before anything is restarted or the clock
   * moved.
   */
  ahead?(session: Session, instance: Instance): Promise<void>;
  run(session: Session, instance: Instance): Promise<void>;
}

/** What checks share beside the customers of lanes, and one at a time can use while others run. */
export type Shared = "calls";

/** What must be there. What is missing is named in the skip. */
export interface Needs {
  /** Interfaces of the pack that the SUT provides. */
  readonly interfaces?: readonly string[];
  /** How many enrolled parties. */
  readonly parties?: 2;
  /** Scenarios that the statement binds. */
  readonly fixtures?: readonly string[];
  readonly hooks?: readonly HookName[];
  /** A counterparty that the SUT can call. */
  readonly notify?: true;
}

export interface Instance {
  /** Appended to the check's id: `signature.absent/payment.create`. */
  readonly id: string;
  readonly interface?: string;
  readonly data?: Json;
  /** Why there is nothing to judge; the case is then skipped, and said. */
  readonly absent?: Bilingual;
}

export interface PlanContext {
  readonly pack: PackView;
  readonly role: Role;
  /** Interfaces that the SUT provides and claims in its profile. */
  readonly provided: readonly Interface[];
  readonly effort: Effort;
}

/** `each` for checks that go over the interfaces that the SUT provides. */
export function eachInterface(
  where: (one: Interface, context: PlanContext) => boolean = () => true,
): (context: PlanContext) => readonly Instance[] {
  return (context) =>
    context.provided.filter((one) => where(one, context)).map((one) => ({ id: one.id, interface: one.id }));
}

/** The interface of an instance made by `eachInterface`. */
export function interfaceOf(instance: Instance): string {
  if (instance.interface === undefined)
    throw new TypeError(`instance ${instance.id} names no interface; make it with eachInterface`);
  return instance.interface;
}

/**
 * `each` for checks that go over resources of a kind. Where the pack has none the check is one case that is skipped, so
 * that nothing is left out in silence.
 */
export function eachResource(
  kind: ResourceKind,
  cases: (resource: Resource, context: PlanContext) => readonly string[] = () => [""],
): (context: PlanContext) => readonly Instance[] {
  return (context) => {
    const found = context.pack.resources.of(context.role).filter((one) => kind.holds(one, context.pack));
    if (found.length === 0)
      return [{ id: "", absent: { en: `the pack has no ${kind.en}`, zh: `规范包中没有${kind.zh}` } }];
    return found.flatMap((one) =>
      cases(one, context).map((name) => ({
        id: name === "" ? one.name : `${one.name}/${name}`,
        data: { resource: one.name, case: name },
      })),
    );
  };
}

/**
 * `each` for checks of what is the same for all resources of a kind, so that one stands for all: the first whose
 * interfaces the SUT provides.
 */
export function firstResource(
  kind: ResourceKind,
  cases?: (resource: Resource, context: PlanContext) => readonly string[],
): (context: PlanContext) => readonly Instance[] {
  return (context) => {
    const all = context.pack.resources.of(context.role).filter((one) => kind.holds(one, context.pack));
    const provides = ({ creates, reads }: Resource): boolean =>
      [creates, reads].every((one) => one === undefined || context.provided.some(({ id }) => id === one.id));
    const first = all.find(provides) ?? all[0];
    return eachResource({ ...kind, holds: (one) => one === first }, cases)(context);
  };
}

/** The resource of an instance made by `eachResource` or `firstResource`. */
export function resourceOf(pack: PackView, instance: Instance): Resource {
  return pack.resources.named((instance.data as { readonly resource: string }).resource);
}

/** The case of an instance made by `eachResource` or `firstResource`. */
export function caseOf(instance: Instance): string {
  return (instance.data as { readonly case: string }).case;
}
