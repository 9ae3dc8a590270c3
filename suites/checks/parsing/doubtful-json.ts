import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { doubtfulJson } from "../../corpora/doubtful-json.ts";

export const doubtful: Check = {
  id: "parsing.doubtful-json",
  requirement: "PAR-03",
  title: { en: "Doubtful JSON gets one verdict", zh: "可疑 JSON 结论一致" },
  effort: "standard",
  body: "json",
  isolated: true,
  each: eachInterface((one, { provided }) => provided.find((each) => each.request.body !== undefined) === one),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    // Two rounds, not each text twice in a row: what came between must not matter.
    const verdicts = new Map<string, string>();
    for (const round of [1, 2]) {
      for (const { name, bytes } of doubtfulJson()) {
        const exchange = await session.send(draft, { label: `${name}, round ${round}`, tamper: { body: () => bytes } });
        session.expectRefusal(exchange, [session.code("decode"), session.code("schema")]);
        const verdict = exchange.answer?.code ?? "";
        const first = verdicts.get(name);
        if (first !== undefined && first !== verdict)
          session.fail({
            summary: { en: `the same text got two verdicts: ${name}`, zh: `同一文本得到两种结论：“${name}”` },
            expected: alike(first),
            seen: alike(verdict),
          });
        verdicts.set(name, verdict);
      }
    }
    session.expectSuccess(await session.send(draft, { label: "the right body" }));
  },
};
