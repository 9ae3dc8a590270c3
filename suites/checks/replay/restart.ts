import type { Check } from "../../check.ts";
import { effective, lightest } from "../subject.ts";
import { answeredAgain } from "../repeated.ts";

export const restart: Check = {
  id: "replay.restart",
  requirement: "RPL-04",
  title: { en: "What was used before a restart is refused after it", zh: "重启前用过的报文在重启后仍被拒绝" },
  effort: "standard",
  needs: { hooks: ["restart"] },
  each: (context) =>
    [lightest(context), effective(context)].flatMap((one, index, all) =>
      one === undefined || all.indexOf(one) !== index
        ? []
        : ["kill", "stop"].map((how) => ({ id: `${one.id}/${how}`, interface: one.id, data: how })),
    ),
  async run(session, instance) {
    const how = instance.data === "stop" ? "stop" : "kill";
    const draft = await session.request(String(instance.interface));
    const bytes = session.seal(draft);
    session.expectSuccess(await session.sendSealed(draft, bytes, "before the restart"));
    const before = await session.observe(draft);
    await session.restart(how);
    const replay = await session.sendSealed(draft, bytes, "the same bytes after the restart");
    if (session.pack.policies.freshness.exactReplay === "refuse") {
      session.expectRefusal(replay, session.code("freshness.replay"), {
        en: "Nonces are kept in memory, or written after the answer.",
        zh: "随机串仅保存在内存中，或在应答之后才落盘。",
      });
    } else answeredAgain(session, replay);
    await session.expectUnchanged(before, { en: "a replay after a restart", zh: "重启后的重放请求" });
  },
};
