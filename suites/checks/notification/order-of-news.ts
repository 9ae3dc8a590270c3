import { asJson } from "../../../core/text/alike.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { PackView } from "../../pack-view.ts";
import { statesTold } from "../../resources/carried.ts";
import { mirroredBy, RECORD } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import {
  amountIn,
  eachRecord,
  eachReversibleRecord,
  expectRecord,
  expectUntouched,
  NEEDS,
  recordGivenBack,
  reversalTold,
  saying,
  shownRecord,
  subjectOf,
  tellOf,
  waiting,
} from "./record.ts";

/** An end that a record can be told of, and other news that cannot follow it. */
interface Turn {
  readonly first: string;
  readonly next: string;
}

/** Every end that a record knows, each with all other news but what the resource may go on to. */
function turns(pack: PackView, record: Resource): readonly Turn[] {
  const subject = mirroredBy(pack, record);
  if (subject?.notifies === undefined) return [];
  const states = statesTold(pack, subject.notifies);
  const goesOn = ({ first, next }: Turn): boolean =>
    subject.lifecycle.transitions.some(
      ({ from, to }) => from.includes(first) && to.some(({ state }) => state === next),
    );
  return states
    .filter((state) => {
      const outcome = subject.outcome(state);
      return outcome !== undefined && outcome !== "open" && record.states(outcome).length > 0;
    })
    .flatMap((first) => states.filter((next) => next !== first).map((next) => ({ first, next })))
    .filter((turn) => !goesOn(turn));
}

const nameOf = ({ first, next }: Turn): string => `${first}-then-${next}`;

/**
 * Later and older news of one record. Whether an older one is acknowledged or refused is the platform's affair; that
 * nothing goes back is not.
 */
export const noWayBack: Check = {
  id: "notification.no-way-back",
  requirement: "NOT-06",
  title: { en: "An older notification never takes an order back", zh: "旧通知不得使订单回退" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachResource(RECORD, (record, { pack }) => turns(pack, record).map(nameOf)),
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const turn = turns(session.pack, record).find((one) => nameOf(one) === caseOf(instance));
    if (turn === undefined) throw new TypeError(`there is no case ${caseOf(instance)}`);
    const { first, next } = turn;
    const waits = await waiting(session, record);
    const { name } = waits.subject;
    const draft = saying(session, waits.draft, { state: first });
    session.expectSuccess(await session.send(draft, { label: `the ${name}: ${first}` }));
    const before = await expectRecord(session, waits, waits.subject.outcome(first) ?? "open", {
      en: `its ${name} was ${first}`,
      zh: `${name} 为 ${first}`,
    });
    await session.send(saying(session, draft, { state: next }), { label: `and then: ${next}` });
    await expectUntouched(
      session,
      waits,
      before,
      {
        en: `the ${record.name} that was ${String(before.state)} was changed by a later notification of ${next}`,
        zh: `状态为 ${String(before.state)} 的 ${record.name} 被随后到达的 ${next} 通知改变`,
      },
      {
        en: "The state of the notification is stored without a check of the present state.",
        zh: "未检查当前状态即写入通知状态。",
      },
    );
    session.expectSuccess(await session.send(saying(session, draft, {}), { label: `${first} once more` }));
  },
};

/** News that is not the end: the record stays open, and is ended by the success that follows. */
export const stillOpen: Check = {
  id: "notification.still-open",
  requirement: "NOT-06",
  title: { en: "A payment in processing does not end its order", zh: "处理中的通知不终结订单" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachRecord,
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const subject = subjectOf(session, record);
    const open =
      subject.states("open")[0] ??
      session.skip(
        `no state of ${subject.name} has the outcome open`,
        `${subject.name} 没有 outcome 为 open 的状态`,
        "not-demanded",
      );
    const waits = await waiting(session, record);
    const before = await shownRecord(session, waits);
    await session.send(saying(session, waits.draft, { state: open }), { label: `the ${subject.name}: ${open}` });
    await expectRecord(session, waits, before.outcome ?? "open", {
      en: `its ${subject.name} was ${open}`,
      zh: `${subject.name} 为 ${open}`,
    });
    session.expectSuccess(await session.send(waits.draft, { label: `the ${subject.name} succeeded` }));
    await expectRecord(session, waits, "succeeded", { en: `its ${subject.name}`, zh: `${subject.name} 通知` });
  },
};

export const refundFirst: Check = {
  id: "notification.refund-before-payment",
  requirement: "NOT-06",
  title: {
    en: "A refund notified before its payment loses neither",
    zh: "退款通知先于支付通知到达时两者均不丢失",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachReversibleRecord,
  async run(session, instance) {
    const waits = await waiting(session, resourceOf(session.pack, instance));
    const amount = amountIn(session, waits.draft);
    const refund = await reversalTold(session, waits, amount);
    const early = await session.send(refund, { label: `the refund, ahead of its ${waits.subject.name}` });
    await tellOf(session, waits);
    await expectRecord(session, waits, "succeeded", {
      en: `a refund and then its ${waits.subject.name}`,
      zh: `先退款后 ${waits.subject.name} 的通知`,
    });
    // One that was not acknowledged comes again, as a bank's would.
    if (!session.pack.succeeds(refund.interface, early.answer?.status))
      session.expectSuccess(await session.send(refund, { label: "the refund again" }));
    const seen = await recordGivenBack(session, waits, amount.value);
    session.judged();
    if (seen.value("returned") === undefined || seen.minor("returned") === amount.value) return;
    session.fail({
      summary: {
        en: "a refund notified before its payment was lost, or booked twice",
        zh: "先于支付到达的退款通知丢失或重复入账",
      },
      expected: { en: `${amount.value} given back`, zh: `已退 ${amount.value}` },
      seen: asJson(seen.body),
    });
  },
};
