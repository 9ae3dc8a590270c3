import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { CLOSABLE } from "../../resources/kinds.ts";
import { closable, handleFor, needed, settled } from "../resource-steps.ts";
import { signedBefore } from "../signed-before.ts";

const AMOUNT = 100;

/** A message is judged by what is so when it arrives, and not by when it was made. */
export const signedBeforeSentAfter: Check = {
  id: "idempotency.signed-before",
  requirement: "IDM-16",
  title: {
    en: "A payment signed before a close and sent after it does not pay, and the reverse",
    zh: "关单前签名、关单后送达的支付不扣款，反之亦然",
  },
  effort: "smoke",
  isolated: true,
  each: eachResource(CLOSABLE, () => ["payment", "close"]),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const close = needed(session, resource, "ends");
    const isPayment = caseOf(instance) === "payment";
    const pay = isPayment ? await closable(session, resource, AMOUNT) : await session.make(create, { amount: AMOUNT });
    const closing = await session.make(close, handleFor(session, close, pay));
    const tamper = signedBefore(session);
    const [first, late, reason] = isPayment
      ? ([closing, pay, "closed"] as const)
      : ([pay, closing, "succeeded"] as const);
    session.expectSuccess(await session.send(first, { label: `${first.interface.id} first` }));
    const end = await settled(session, resource, pay);
    if (first === pay && end.outcome !== "succeeded")
      session.inconclusive(`the payment ended ${String(end.state)}`, `支付终态为 ${String(end.state)}`);
    const before = await session.observe(pay);
    session.expectRefusedFor(
      await session.send(late, { label: `${late.interface.id}, signed before that and sent after it`, tamper }),
      reason,
      {
        en: "The order of events is told by the timestamps of messages.",
        zh: "以报文时间戳判断先后。",
      },
    );
    await session.expectUnchanged(before, {
      en: `${late.interface.id} that was signed before and sent after`,
      zh: `签名在前、发送在后的 ${late.interface.id}`,
    });
    // The neighbour: as old a message where nothing happened meanwhile.
    const other = await session.make(create, { amount: AMOUNT });
    session.expectSuccess(await session.send(other, { label: "a payment that was signed as early", tamper }));
  },
};
