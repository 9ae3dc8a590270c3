import { expectOther, expectSame } from "../shown-steps.ts";
import type { Check } from "../../check.ts";
import { eachInterface, eachResource, interfaceOf, resourceOf } from "../../check.ts";
import { askedIn, moneyIn, withGiven } from "../../resources/draft-fields.ts";
import { CHARGE, REVERSAL, originalOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { violations } from "../../generators/violations.ts";
import { partyField } from "../../profile.ts";
import {
  closable,
  expectMinor,
  handleFor,
  look,
  needed,
  originalHandle,
  reverse,
  settled,
  succeeded,
} from "../resource-steps.ts";

export const twoParties: Check = {
  id: "idempotency.two-parties",
  requirement: "IDM-08",
  title: { en: "The same number of two parties is two orders", zh: "两家机构的相同单号互不影响" },
  effort: "smoke",
  needs: { parties: 2 },
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const query = needed(session, resource, "reads");
    session.scenario(resource, "foreign");
    const number = session.fresh();
    const other = { signer: session.stranger };
    session.expectSuccess(await session.ask(create, { number, amount: 100 }, "pay as the first party"));
    session.expectRefusedFor(await session.ask(query, { number }, "query as the second party", other), "not-found");
    session.expectSuccess(
      await session.ask(create, { number, amount: 250 }, "pay the same number as the second party", other),
    );
    const seen: Shown[] = [];
    for (const [party, amount, making] of [
      ["first", 100, {}],
      ["second", 250, other],
    ] as const) {
      const found = session.expectShown(await session.ask(query, { number }, `query as the ${party} party`, making));
      expectMinor(session, found, "amount", amount, {
        en: `the ${party} party's order is not its own`,
        zh: "单号未按机构隔离",
      });
      seen.push(found);
    }
    const [first, second] = seen;
    if (first !== undefined && second !== undefined)
      expectOther(session, first, second, "id", {
        en: "two parties were given one transaction",
        zh: "两家机构得到同一交易",
      });
  },
};

export const leftFree: Check = {
  id: "idempotency.left-free",
  requirement: "IDM-09",
  title: { en: "A request refused for its form leaves its number free", zh: "参数错误的请求不占用单号" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    session.expectRefusal(
      await session.send(malformed(session, draft), { label: "with a field of another form" }),
      session.code("schema"),
    );
    if (moneyIn(session.pack, draft) !== undefined)
      session.expectRefusal(
        await session.send(withGiven(session.pack, draft, { amount: 0 }), { label: "with an amount of 0" }),
        session.code("schema"),
      );
    session.expectSuccess(await session.send(draft, { label: "corrected, same number" }));
  },
};

/** The request with one field that its schema refuses, other than its number and party. */
function malformed(session: Session, draft: Draft): Draft {
  const { interface: one, body = {} } = draft;
  const spared = [...(one.idempotency?.key ?? []), partyField(one) ?? ""].map((name) => `/${name}`);
  for (const violation of violations(one.request.body ?? true, session.pack.schemas)) {
    const broken = spared.includes(violation.pointer) ? undefined : violation.apply(body);
    if (broken !== undefined) return { ...draft, body: broken as Fields };
  }
  return session.skip(
    `no field of ${one.id} but its number and party can be of another form`,
    `${one.id} 除单号与机构外没有可违反模式的字段`,
    "not-demanded",
  );
}

export const newRefundNumber: Check = {
  id: "idempotency.new-refund-number",
  requirement: "IDM-12",
  title: { en: "A new refund number is a new refund, within what is left", zh: "新退款单号即新退款，受剩余额度限制" },
  effort: "smoke",
  isolated: true,
  roles: ["bank"],
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = originalFor(session, refund);
    const paid = await succeeded(session, payment, { amount: 100 });
    const draft = await session.make(needed(session, refund, "creates"), {
      ...originalHandle(session, paid),
      amount: 60,
    });
    const first = session.expectShown(await session.send(draft, { label: "refund 60" }));
    session.expectRefusedFor(
      await reverse(session, refund, paid, 60, "refund 60 again under a new number"),
      "exceeds",
      {
        en: "Repetitions are recognised by content instead of by number.",
        zh: "按内容而非单号判断重复。",
      },
    );
    const again = session.expectShown(await session.send(draft, { label: "the first refund again, same number" }));
    expectSame(session, first, again, "id", {
      en: "a repeated refund has another id",
      zh: "重复退款得到不同的流水号",
    });
    const left = session.expectShown(
      await reverse(session, refund, paid, 40, "refund what is left under a new number"),
    );
    expectOther(session, first, left, "id", {
      en: "a new refund number was answered with an earlier refund",
      zh: "新退款单号返回了先前的退款",
    });
    expectMinor(session, await look(session, payment, paid), "returned", 100, {
      en: "the refunds of a payment do not add up",
      zh: "退款累计不符",
    });
  },
};

export const outOfOrder: Check = {
  id: "idempotency.out-of-order",
  requirement: "IDM-16",
  title: { en: "A refund ahead of its payment, a payment after its close", zh: "先退款后支付、先关单后支付" },
  effort: "smoke",
  isolated: true,
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = originalFor(session, refund);
    const create = needed(session, payment, "creates");
    const close = needed(session, payment, "ends");
    const reversal = needed(session, refund, "creates");
    const late = await session.make(create, { amount: 100 });
    const number = askedIn(session.pack, late, "number") ?? null;
    const early = await session.make(reversal, { of: number, amount: 100 });
    session.expectRefusedFor(await session.send(early, { label: "refund ahead of its payment" }), "not-found");
    session.expectSuccess(await session.send(late, { label: "the payment arrives" }));
    expectMinor(session, await settled(session, payment, late), "returned", 0, {
      en: "a refused refund was carried out when its payment arrived",
      zh: "被拒绝的退款在支付到达后被执行",
    });
    const again = await session.send(early, { label: "the refund again, now in order" });
    if (reversal.idempotency?.onDecline !== "same") session.expectSuccess(again);
    else {
      // The pack keeps a decline under its number, and another number is free.
      session.expectRefusedFor(again, "not-found");
      session.expectSuccess(await session.ask(reversal, { of: number, amount: 100 }, "a new refund, now in order"));
    }

    const closed = await closable(session, payment, 100);
    session.expectSuccess(await session.ask(close, handleFor(session, close, closed), "close"));
    const before = await session.observe(closed);
    for (const turn of ["after its close", "once more"])
      session.expectRefusedFor(await session.send(closed, { label: `the payment arrives ${turn}` }), "closed");
    const ofClosed = { of: askedIn(session.pack, closed, "number") ?? null, amount: 1 };
    session.expectRefusedFor(await session.ask(reversal, ofClosed, "refund of the closed number"), [
      "not-found",
      "unsettled",
    ]);
    await session.expectUnchanged(before, { en: "a payment that arrives after its close", zh: "关单后才到达的支付" });
  },
};

/** The resource that a reversal gives back; the kind of the check's instances says that there is one. */
function originalFor(session: Session, refund: Resource): Resource {
  return (
    originalOf(session.pack, refund) ??
    session.skip("the pack has nothing to refund", "规范包中没有可退款的资源", "not-demanded")
  );
}
