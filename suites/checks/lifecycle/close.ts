import { asJson } from "../../../core/text/alike.ts";
import { equal } from "../../data/comparison.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { CLOSABLE } from "../../resources/kinds.ts";
import { closable, created, expectOutcome, handleFor, look, needed, settled } from "../resource-steps.ts";

const AMOUNT = 100;

export const closeUnknown: Check = {
  id: "lifecycle.close-unknown",
  requirement: "LIF-04",
  title: { en: "An unknown number is closed, and never paid", zh: "未知单号可关闭且不再支付" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CLOSABLE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const close = needed(session, resource, "ends");
    const draft = await closable(session, resource, AMOUNT);
    const handle = handleFor(session, close, draft);
    const closed = session.expectShown(await session.ask(close, handle, "close a number that is not paid"));
    if (closed.shows("state"))
      expectOutcome(session, resource, closed, "closed", {
        en: "close did not answer that the number is closed",
        zh: "关单应答未显示已关闭",
      });
    const before = await session.observe(draft);
    session.expectRefusedFor(await session.send(draft, { label: "pay a closed number" }), "closed", {
      en: "Only known payments can be closed: no tombstone is kept.",
      zh: "未保存墓碑记录，仅能关闭已存在的支付。",
    });
    await session.expectUnchanged(before, { en: "a payment of a closed number", zh: "对已关单号的支付" });
    expectOutcome(session, resource, await look(session, resource, draft), "closed", {
      en: "a closed number is not closed by query",
      zh: "已关闭单号查询显示未关闭",
    });
    // The neighbour: the same payment under a number that is not closed.
    const open = await session.make(needed(session, resource, "creates"), { amount: AMOUNT });
    session.expectSuccess(await session.send(open, { label: "pay an open number" }));
  },
};

export const closeAgain: Check = {
  id: "lifecycle.close-again",
  requirement: "LIF-05",
  title: { en: "Closed again, the answer is the same", zh: "重复关单应答相同" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CLOSABLE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const one = needed(session, resource, "ends");
    const draft = await closable(session, resource, AMOUNT);
    const close = await session.make(one, handleFor(session, one, draft));
    const first = session.expectSuccess(await session.send(close, { label: "close" }));
    session.judged();
    await session.sleep(1_100);
    for (const turn of ["again", "a third time"]) {
      const again = session.expectSuccess(await session.send(close, { label: `close ${turn}` }));
      for (const name of Object.keys(first))
        if (!equal(first[name], again[name]))
          session.fail({
            summary: { en: `close ${turn} was answered with another ${name}`, zh: `重复关单的 ${name} 不同` },
            expected: asJson(first[name]),
            seen: asJson(again[name]),
          });
    }
  },
};

export const closePaid: Check = {
  id: "lifecycle.close-paid",
  requirement: "LIF-06",
  title: { en: "A paid number is not closed", zh: "已支付的单号不可关单" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CLOSABLE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const close = needed(session, resource, "ends");
    const { draft } = await created(session, resource, { amount: AMOUNT });
    if ((await settled(session, resource, draft)).outcome !== "succeeded")
      session.inconclusive("the payment did not succeed", "支付未成功");
    const before = await session.observe(draft);
    session.expectRefusedFor(
      await session.ask(close, handleFor(session, close, draft), "close a paid number"),
      "succeeded",
    );
    await session.expectUnchanged(before, { en: "close of a paid number", zh: "对已支付单号的关单" });
    // The neighbour: a number that was not paid.
    const unpaid = await closable(session, resource, AMOUNT);
    session.expectSuccess(await session.ask(close, handleFor(session, close, unpaid), "close an unpaid number"));
  },
};
