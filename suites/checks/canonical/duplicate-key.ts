import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { REPEATED } from "../../corpora/repeated-members.ts";
import { written } from "../parsing/written.ts";

export const duplicateKey: Check = {
  id: "canonical.duplicate-key",
  requirement: "CAN-01",
  title: { en: "A duplicate key is refused", zh: "重复的键被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && one.request.representation in REPEATED),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const repeating = REPEATED[draft.interface.request.representation];
    for (const [name, value] of Object.entries(draft.body ?? {}))
      for (const { name: what, text, asList } of repeating?.({ valid: written(session, draft), name, value }) ?? []) {
        const exchange = await session.send(draft, {
          label: what,
          tamper: { body: () => new TextEncoder().encode(text) },
        });
        session.expectRefusal(
          exchange,
          [session.code("decode"), ...(asList === true ? [session.code("schema")] : [])],
          {
            en: "The parser keeps the last of two equal keys.",
            zh: "解析器静默保留最后一个重复键。",
          },
        );
      }
    await session.expectUnchanged(before, { en: "a body with a key twice", zh: "键重复的报文体" });
    session.expectSuccess(await session.send(draft, { label: "the same body with each key once" }));
  },
};
