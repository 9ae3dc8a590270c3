import type { Expression, Interface, Lifecycle } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { moneyIn } from "./draft-fields.ts";
import type { Money } from "./money-shape.ts";
import type { Resource } from "./resource.ts";
import { moneyAt, shownIn } from "./shown.ts";

type Transition = Lifecycle["transitions"][number];

/** How much of one kind of account a transition moves, in one currency: credits less debits. */
export interface Movement {
  readonly kind: string;
  readonly currency: string;
  readonly minor: number;
  /** `held`: set aside and not yet posted. */
  readonly held: boolean;
}

/** The transitions that a call of an interface brings about, out of a state that is not final. */
export function broughtBy({ lifecycle, isFinal }: Resource, one: Interface): readonly Transition[] {
  return lifecycle.transitions.filter(
    ({ on, from }) => "call" in on && on.call === one.id && from.some((state) => !isFinal(state)),
  );
}

/**
 * What a transition moves on accounts of customers and of the party, on its branches into the state that the query shows,
 * by the amounts that the query shows of its resource or that the call asked for; undefined where neither tells an amount.
 */
export function movementsOf(
  pack: PackView,
  resource: Resource,
  { to }: Transition,
  shown: Fields,
  asked?: Draft,
): readonly Movement[] | undefined {
  const movements: Movement[] = [];
  const held = holdsOf(resource);
  const state = resource.reads === undefined ? undefined : shownIn(pack, resource.reads, shown).state;
  for (const { post, set } of to.filter((branch) => state === undefined || branch.state === state))
    for (const posting of post ?? []) {
      if (posting.phase === "void") continue;
      const sides = posting.phase === "post" ? held.get(posting.of) : posting;
      const amount =
        askedAmount(pack, posting.amount, asked) ?? shownAmount(pack, resource, set ?? {}, posting.amount, shown);
      if (amount === undefined || sides === undefined) return undefined;
      for (const [side, sign] of [
        [sides.debit, -1],
        [sides.credit, 1],
      ] as const) {
        const kind = String(side).split(":")[0] ?? "";
        const { owner, normal } = pack.source.manifest.accounts[kind] ?? {};
        if (owner === undefined) continue;
        const minor = sign * (normal === "debit" ? -1 : 1) * amount.value;
        movements.push({ kind, currency: amount.currency, minor, held: posting.phase === "pending" });
      }
    }
  return movements;
}

interface Sides {
  readonly debit: Expression;
  readonly credit: Expression;
}

/** The sides of what a lifecycle holds, by the names under which it is posted or freed later. */
function holdsOf({ lifecycle }: Resource): ReadonlyMap<string, Sides> {
  return new Map(
    lifecycle.transitions
      .flatMap(({ to }) => to)
      .flatMap(({ post }) => post ?? [])
      .flatMap((one) => (one.phase === "pending" ? [[one.as, { debit: one.debit, credit: one.credit }] as const] : [])),
  );
}

/** The amount of a posting that is what the call asked for. */
function askedAmount(pack: PackView, amount: Expression | undefined, asked: Draft | undefined): Money | undefined {
  if (asked === undefined) return undefined;
  const meaning = (["used", "amount"] as const).find((one) =>
    pack
      .meanings(asked.interface)
      .asked(one)
      .some(({ path }) => amount === `$request.${path.join(".")}`),
  );
  return meaning === undefined ? undefined : moneyIn(pack, asked, meaning);
}

/** The amount of a posting, as the field of the query shows it that holds it or that the same transition sets to it. */
function shownAmount(
  pack: PackView,
  { name, reads }: Resource,
  set: Readonly<Record<string, Expression>>,
  amount: Expression | undefined,
  shown: Fields,
): Money | undefined {
  const kept = Object.keys(set).find((field) => JSON.stringify(set[field]) === JSON.stringify(amount));
  const field = Object.entries((reads?.read?.answer ?? {}) as Readonly<Record<string, Expression>>).find(
    ([, value]) => value === `$${name}.${kept ?? ""}` || (kept === undefined && value === amount),
  )?.[0];
  return field === undefined ? undefined : moneyAt(pack, reads?.response.body, [field])?.read(shown[field]);
}
