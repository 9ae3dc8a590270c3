import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";

export const duplicateKey: Check = {
  id: "canonical.duplicate-key",
  requirement: "CAN-01",
  title: { en: "A duplicate key is refused", zh: "重复的键被拒绝" },
  effort: "smoke",
  body: "json",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    for (const [name, value] of Object.entries(draft.body ?? {})) {
      const again = `${JSON.stringify(name)}:${JSON.stringify(value)},`;
      const exchange = await session.send(draft, {
        label: `"${name}" twice, with equal values`,
        tamper: { body: (bytes) => new TextEncoder().encode(`{${again}${new TextDecoder().decode(bytes).slice(1)}`) },
      });
      session.expectRefusal(exchange, session.code("decode"), {
        en: "The JSON parser keeps the last of two equal keys.",
        zh: "JSON 解析器静默保留最后一个重复键。",
      });
    }
    await session.expectUnchanged(before, { en: "a body with a key twice", zh: "键重复的报文体" });
    session.expectSuccess(await session.send(draft, { label: "the same body with each key once" }));
  },
};
