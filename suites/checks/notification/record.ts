import type { Outcome } from "../../../core/pack/purpose.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { asJson, oneOf } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { eachResource } from "../../check.ts";
import type { Needs } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import type { Given } from "../../data/request-builder.ts";
import { askedIn, moneyIn, withGiven } from "../../resources/draft-fields.ts";
import { mirroredBy, RECORD, REVERSIBLE_RECORD, toldReversalOf } from "../../resources/kinds.ts";
import type { Money } from "../../resources/money-shape.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { needed, statesNeeded } from "../resource-steps.ts";

/*
 * A receiver of notifications as SUT: we play the provider and tell it of payments. What became of its record, an order,
 * is read by the interface that the pack has for it, and by nothing else.
 */

export const NEEDS: Needs = { hooks: ["fixtures"] };
export const eachRecord = eachResource(RECORD);
export const eachReversibleRecord = eachResource(REVERSIBLE_RECORD);

/** Between two looks at a record that may be booked after the acknowledgement. */
const PAUSE_MS = 100;

/** A record that waits for its news, and the notification that is the good news: an order, and its payment. */
export interface Waiting {
  readonly record: Resource;
  /** What the record is of. */
  readonly subject: Resource;
  readonly draft: Draft;
  readonly number: Json;
}

export async function waiting(session: Session, record: Resource): Promise<Waiting> {
  const subject = subjectOf(session, record);
  const draft = await session.make(
    notificationOf(session, subject),
    {},
    { scenario: session.scenario(record, "open") },
  );
  const number = askedIn(session.pack, draft, "number");
  if (number === undefined)
    return session.skip(
      `no field of the notification of ${subject.name} is its number (x-is)`,
      `${subject.name} 的通知中没有字段声明为 number（x-is）`,
      "not-demanded",
    );
  return { record, subject, draft, number };
}

/** The resource that a record is of; the kind of the check's instances says that there is one. */
export function subjectOf(session: Session, record: Resource): Resource {
  return (
    mirroredBy(session.pack, record) ??
    session.skip(
      `no interface of the pack speaks of what ${record.name} is a record of`,
      `规范包中没有 ${record.name} 所记录的资源`,
      "not-demanded",
    )
  );
}

/** What gives back a part of what a record is of, and is told of. */
function reversalOf(session: Session, record: Resource): Resource {
  return (
    toldReversalOf(session.pack, record) ??
    session.skip(
      `the pack tells of nothing that gives back a part of what ${record.name} is a record of`,
      `规范包不通知 ${record.name} 的退回`,
      "not-demanded",
    )
  );
}

function notificationOf(session: Session, { name, notifies }: Resource): Interface {
  return (
    notifies ??
    session.skip(`no interface of the pack tells of ${name}`, `规范包中没有通知 ${name} 的接口`, "not-demanded")
  );
}

/** The amount that a notification tells of. */
export function amountIn(session: Session, draft: Draft): Money {
  return (
    moneyIn(session.pack, draft) ??
    session.skip(
      `no field of ${draft.interface.id} is the amount (x-is)`,
      `${draft.interface.id} 中没有字段声明为 amount（x-is）`,
      "not-demanded",
    )
  );
}

/** The same notification with other values, as news of its own unless it is a repetition. */
export function saying(session: Session, draft: Draft, given: Given): Draft {
  const named = session.pack.meanings(draft.interface).asked("notice").length > 0;
  return withGiven(session.pack, draft, { ...(named ? { notice: session.fresh() } : {}), ...given });
}

/** The notification of a reversal, under a number of its own. */
export async function reversalTold(session: Session, { record, number }: Waiting, amount: Money): Promise<Draft> {
  const one = notificationOf(session, reversalOf(session, record));
  return session.make(one, { of: number, number: session.fresh(), amount });
}

/** Tells of the good news, as what a check only builds on. */
export async function tellOf(session: Session, { draft, subject }: Waiting): Promise<void> {
  session.expectSuccess(await session.send(draft, { label: `the ${subject.name}` }));
}

/** What the record shows now. */
export async function shownRecord(session: Session, { record, number }: Waiting): Promise<Shown> {
  const one = needed(session, record, "reads");
  return session.expectShown(await session.ask(one, { number }, one.id));
}

/**
 * What the record shows once it is as awaited, or when `limits.settleWithinSeconds` are over: what was acknowledged may
 * be booked later.
 */
export async function recordOnce(session: Session, waits: Waiting, awaited: (shown: Shown) => boolean): Promise<Shown> {
  const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
  for (;;) {
    const shown = await shownRecord(session, waits);
    if (awaited(shown) || session.run.runtime.now() >= deadline) return shown;
    await session.sleep(PAUSE_MS);
  }
}

/** Holds that the record comes as far as it must. */
export async function expectRecord(
  session: Session,
  waits: Waiting,
  expected: Outcome,
  after: Bilingual,
): Promise<Shown> {
  const { record } = waits;
  const states = statesNeeded(session, record, expected);
  const seen = await recordOnce(session, waits, ({ outcome }) => outcome === expected);
  session.judged();
  if (seen.outcome === expected) return seen;
  return session.fail({
    summary: {
      en: `after ${after.en} the ${record.name} is ${String(seen.state)}`,
      zh: `${after.zh}后 ${record.name} 状态为 ${String(seen.state)}`,
    },
    expected: oneOf(states),
    seen: asJson(seen.body),
  });
}

/** Holds that the record shows what it showed before. */
export async function expectUntouched(
  session: Session,
  waits: Waiting,
  before: Shown,
  what: Bilingual,
  likelyCause?: Bilingual,
): Promise<void> {
  const after = await shownRecord(session, waits);
  session.judged();
  if (equal(before.body, after.body)) return;
  session.fail({
    summary: what,
    expected: asJson(before.body),
    seen: asJson(after.body),
    ...(likelyCause === undefined ? {} : { likelyCause }),
  });
}

/** The record once it shows so much as given back; absent is as good where it shows no such sum. */
export function recordGivenBack(session: Session, waits: Waiting, minor: number): Promise<Shown> {
  return recordOnce(session, waits, (shown) => shown.minor("returned") === minor);
}
