import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { shownIn } from "../../resources/shown.ts";
import { STANDING } from "../../resources/standing.ts";

export const sameAgain: Check = {
  id: "idempotency.same-again",
  requirement: "IDM-01",
  title: { en: "The same request again has one effect and the same answer", zh: "相同请求重发只有一次影响且应答一致" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency?.onSuccess === "same"),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const first = session.expectSuccess(await session.send(draft, { label: "first" }));
    const before = await session.observe(draft);
    const second = session.expectSuccess(await session.send(draft, { label: "the same again, new nonce" }));
    await session.expectUnchanged(before, "the same request again");
    const { pack } = session;
    const open = shownIn(pack, draft.interface, first).outcome === "open";
    // What was still open may have moved on; who, what and how much may not.
    const standing = new Set(
      STANDING.flatMap((meaning) =>
        pack
          .meanings(draft.interface)
          .shown(meaning)
          .map(([name]) => name),
      ),
    );
    for (const name of Object.keys(first)) {
      if (open && (second[name] === undefined || !standing.has(name))) continue;
      if (!equal(first[name], second[name]))
        session.fail({
          summary: {
            en: `the repeated request was answered with another ${name}`,
            zh: `重复请求的应答中 ${name} 不同`,
          },
          expected: JSON.stringify(first[name]),
          seen: JSON.stringify(second[name]) ?? "nothing",
          likelyCause: { en: "The number is not looked up before the effect.", zh: "执行前未按编号查重。" },
        });
    }
  },
};
