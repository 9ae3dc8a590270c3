import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectNoRace } from "../../race/hunt.ts";
import { eachSubject } from "../subject.ts";

export const simultaneous: Check = {
  id: "replay.simultaneous",
  requirement: "RPL-01",
  title: {
    en: "Of many simultaneous copies of the same bytes one is carried out",
    zh: "相同字节并发多次，仅一次被执行",
  },
  effort: "smoke",
  each: eachSubject,
  async run(session, instance) {
    if (session.pack.policies.freshness.exactReplay !== "refuse")
      session.skip("the pack lets an exact replay be answered", "规范允许应答完全重放", "not-demanded");
    const replayed = session.code("freshness.replay");
    await expectNoRace(
      session,
      {
        en: "a message and its copies were carried out more than once",
        zh: "同一报文的多个副本被重复执行",
        cause: {
          en: "The nonce is looked up first and stored afterwards.",
          zh: "先查询随机串是否用过，之后才保存。",
        },
      },
      async (n) => {
        const draft = await session.request(interfaceOf(instance));
        const bytes = session.seal(draft);
        const exchanges = await session.race(
          Array.from({ length: n }, () => draft),
          "the same bytes",
          Array.from({ length: n }, () => bytes),
        );
        let carriedOut = 0;
        for (const { answer } of exchanges) {
          if (answer === undefined) session.inconclusive("one of the copies was not answered", "某个副本未收到应答");
          else if (session.pack.succeeds(draft.interface, answer.status)) carriedOut += 1;
          else if (answer.code !== replayed)
            session.inconclusive(
              `one of the copies was answered ${answer.status} ${answer.code ?? ""}`.trim(),
              `某个副本返回 ${answer.status} ${answer.code ?? ""}`.trim(),
            );
        }
        return carriedOut === 1
          ? undefined
          : {
              expected: {
                en: `of ${n} copies one is carried out, the others are refused with ${replayed}`,
                zh: `${n} 个副本中仅执行一个，其余以 ${replayed} 拒绝`,
              },
              seen: { en: `${carriedOut} carried out`, zh: `执行了 ${carriedOut} 个` },
            };
      },
    );
  },
};
