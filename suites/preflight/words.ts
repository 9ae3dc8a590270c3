import { wordsIn } from "../../core/pack/schema-words.ts";
import { NAMED, STATES } from "../dialect/vocabulary.ts";
import type { PackView } from "../pack-view.ts";
import { claimedOf } from "../profile.ts";
import type { Statement } from "../statement/statement.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** The pack has the words that checks use, or says what it has in their place. */
export const words: Probe = {
  name: "words",
  title: {
    en: "the pack has the words that the checks look for, or says which of its own stand for them",
    zh: "规范包含有检查所需的用词，或已声明对应用词",
  },
  async look({ pack, statement }) {
    const missing = missingWords(pack, statement);
    const renamed = Object.values(pack.dialect.written.manifest.means ?? {}).reduce(
      (count, of) => count + Object.keys(of ?? {}).length,
      0,
    );
    if (missing.size === 0)
      return fine(
        renamed === 0 ? "the pack speaks the words of the suites" : `the pack says what ${renamed} of its words mean`,
        renamed === 0 ? "规范包用词与测试套件一致" : `规范包声明了 ${renamed} 个用词的含义`,
      );
    const list = [...missing]
      .map(([word, where]) => `${word} in ${where[0] ?? ""}${where.length > 1 ? ` and ${where.length - 1} more` : ""}`)
      .join("; ");
    return wrong(
      "configuration",
      [
        `checks look for words that the pack ${pack.source.manifest.name} does not have (${list})`,
        `规范包 ${pack.source.manifest.name} 缺少检查所用的词（${list}）`,
      ],
      [
        'Say under "means" in the pack\'s pack.json which of its words mean these, e.g. {"fields": {"mer_order_id": "out_trade_no"}, "states": {"TRADE_OK": "SUCCEEDED"}}; docs/recipes/dialect.md. An interface without such a thing is not what its id says: give it an id of its own.',
        '请在规范包 pack.json 的 "means" 中声明对应用词，例如 {"fields": {"mer_order_id": "out_trade_no"}}，参见 docs/recipes/dialect.md。',
      ],
    );
  },
};

/** Each word that is not there, with the interfaces that checks look for it in. */
export function missingWords(
  pack: PackView,
  statement: Pick<Statement, "role" | "profile">,
): ReadonlyMap<string, readonly string[]> {
  const claimed = claimedOf(pack, statement);
  const missing = new Map<string, string[]>();
  const look = (where: string, part: unknown, wanted: readonly string[]): void => {
    const known = wordsIn(part, pack.source);
    for (const word of wanted.filter((one) => !known.has(one)))
      missing.set(word, [...(missing.get(word) ?? []), where]);
  };
  for (const one of claimed) {
    look(one.id, one.request, NAMED[one.id]?.request ?? []);
    look(one.id, one.response, [
      ...(NAMED[one.id]?.answer ?? []),
      ...(one.id.endsWith(".query") ? (STATES[one.id.slice(0, -".query".length)] ?? []) : []),
    ]);
  }
  return missing;
}
