import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { answeredAgain } from "../repeated.ts";

export const exact: Check = {
  id: "replay.exact",
  requirement: "RPL-01",
  title: { en: "The same bytes again have no second effect", zh: "原样重放不产生第二次影响" },
  effort: "smoke",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const bytes = session.seal(draft);
    session.expectSuccess(await session.sendSealed(draft, bytes, "first"));
    const before = await session.observe(draft);
    const replay = await session.sendSealed(draft, bytes, "the same bytes again");
    if (session.pack.policies.freshness.exactReplay === "refuse") {
      session.expectRefusal(replay, session.code("freshness.replay"), {
        en: "Nonces are not kept, or not for the whole window.",
        zh: "未保存随机串，或保存时间短于时间窗口。",
      });
    } else answeredAgain(session, replay);
    await session.expectUnchanged(before, { en: "an exact replay", zh: "原样重放的请求" });
  },
};
