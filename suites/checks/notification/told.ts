import type { Interface } from "../../../core/pack/types.ts";
import { interfaceOf } from "../../check.ts";
import type { Instance, PlanContext } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { statesTold } from "../../resources/carried.ts";
import { originalOf, RECORD } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { amountIn, recordOnce, saying, tellOf, waiting } from "./record.ts";
import type { Waiting } from "./record.ts";
import { Rules } from "./rules.ts";

/*
 * Whatever a bank tells of, in any order and then otherwise, while the pack's own rules are played beside the platform:
 * they say what contradicts what was told before. Most records of a platform are shown by no interface, so that what it
 * kept shows in what it refuses.
 */

/** A notification, what it tells of, and the states that it may tell of. */
export interface Carried {
  readonly notifies: Interface;
  readonly resource: Resource;
  readonly states: readonly string[];
}

export function carriedBy({ pack, provided }: Pick<PlanContext, "pack" | "provided">): readonly Carried[] {
  return provided.flatMap((notifies) => {
    const about = pack.resources.about(notifies);
    const states = statesTold(pack, notifies);
    return about?.verb !== "notifies" || about.resource === undefined || states.length === 0
      ? []
      : [{ notifies, resource: about.resource, states }];
  });
}

/** The notification of an instance that names its interface. */
export function carriedOf(session: Session, instance: Instance): Carried {
  const one = session.pack.interface(interfaceOf(instance));
  const [found] = carriedBy({ pack: session.pack, provided: [one] });
  if (found === undefined) throw new TypeError(`${one.id} is no notification`);
  return found;
}

/** Something new that can be told of, the rules for it, and the record that shows it where there is one. */
export interface Untold {
  readonly draft: Draft;
  readonly rules: Rules;
  readonly waits: Waiting | undefined;
  /** Another record, which it could be mistaken to be about. */
  readonly stray: Waiting | undefined;
}

/** The notification of something new; what gives back a part needs a record that has succeeded. */
export async function untold(session: Session, { notifies, resource }: Carried): Promise<Untold> {
  const { pack, statement } = session;
  const record = pack.resources.of(statement.role).find((one) => RECORD.holds(one, pack));
  if (record === undefined)
    return {
      draft: await session.make(notifies),
      rules: await Rules.of(session, []),
      waits: undefined,
      stray: undefined,
    };
  const [waits, stray] = [await waiting(session, record), await waiting(session, record)];
  // A system that can make no new record gives the same one twice.
  const rules = await Rules.of(session, waits.number === stray.number ? [waits] : [waits, stray]);
  if (resource.name === waits.subject.name) return { draft: waits.draft, rules, waits, stray };
  if (originalOf(pack, resource)?.name !== waits.subject.name)
    return { draft: await session.make(notifies), rules, waits, stray };
  await tellOf(session, waits);
  rules.take(waits.draft);
  const draft = await session.make(notifies, {
    of: waits.number,
    number: session.fresh(),
    amount: amountIn(session, waits.draft),
  });
  return { draft, rules, waits, stray };
}

/**
 * Tells of it; false when the platform did not take it. What brings something new must be taken, of older news it may
 * say what it likes.
 */
export async function tell(session: Session, rules: Rules, draft: Draft, label: string): Promise<boolean> {
  const { acknowledged, news } = rules.take(draft);
  const exchange = await session.send(draft, { label });
  if (acknowledged && news) session.expectSuccess(exchange);
  if (session.pack.succeeds(draft.interface, exchange.answer?.status)) {
    session.expectSuccess(exchange);
    return true;
  }
  session.expectRefusal(exchange, draft.interface.errors);
  return false;
}

/** The same news once more, as another notification. */
export const again = (session: Session, draft: Draft): Draft => saying(session, draft, {});

/** What a record shows of its news, in words of the pack. */
export const SUMS = ["state", "amount", "returned"] as const;

/**
 * The first thing about which a record and the rules disagree. What is not shown is not judged, and where nothing is
 * given back yet, zero says the same as silence.
 */
export function differing(seen: Shown, expected: Shown): (typeof SUMS)[number] | undefined {
  return SUMS.find((meaning) => {
    if (seen.value(meaning) === undefined) return false;
    return meaning === "returned"
      ? seen.minor(meaning) !== expected.minor(meaning)
      : !equal(seen.value(meaning), expected.value(meaning));
  });
}

/** What a record shows once it agrees with the rules, or when the time to be booked in is over. */
export async function asTheRulesSay(
  session: Session,
  rules: Rules,
  waits: Waiting,
): Promise<{ readonly seen: Shown; readonly expected: Shown }> {
  const expected = await rules.shows(session, waits);
  return { expected, seen: await recordOnce(session, waits, (shown) => differing(shown, expected) === undefined) };
}
