import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { mustCarry } from "../carried-part.ts";
import { lightest } from "../subject.ts";

const CAUSE = {
  en: "A nonce is remembered together with something else (path, body, signature), not by itself.",
  zh: "随机串与路径、报文体或签名一并记忆，而非单独查重。",
};

export const nonceOnce: Check = {
  id: "replay.nonce-once",
  requirement: "RPL-02",
  title: { en: "Another message under a used nonce is refused", zh: "以已用随机串签名的其他报文被拒绝" },
  effort: "standard",
  isolated: true,
  each: (context) =>
    context.provided.map((one) => ({ id: one.id, interface: one.id, data: lightest(context)?.id ?? one.id })),
  async run(session, instance) {
    mustCarry(session, session.pack.interface(interfaceOf(instance)), "nonce");
    const light = await session.request(String(instance.data));
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const [first, second] = [session.nonce(), session.nonce()];
    session.expectSuccess(
      await session.send(light, { label: "first use of the nonce", tamper: { nonce: () => first } }),
    );
    session.expectRefusal(
      await session.send(draft, { label: "another message under the same nonce", tamper: { nonce: () => first } }),
      session.code("freshness.replay"),
      CAUSE,
    );
    await session.expectUnchanged(before, { en: "a message under a used nonce", zh: "使用已用随机串的报文" });
    let sentAt = 0;
    session.expectSuccess(
      await session.send(draft, {
        label: "the same message under a nonce of its own",
        tamper: { nonce: () => second, clock: (now) => (sentAt = now), mayKeep: true },
      }),
    );
    const after = await session.observe(draft);
    const resigned = await session.send(draft, {
      label: "the same message under that nonce again, one second older and signed anew",
      tamper: { nonce: () => second, clock: () => sentAt - 1 },
    });
    session.expectRefusal(resigned, session.code("freshness.replay"), CAUSE);
    await session.expectUnchanged(after, { en: "a message under a used nonce", zh: "使用已用随机串的报文" });
  },
};
