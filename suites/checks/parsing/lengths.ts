import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { hasPlace, isFreeText, leaves, put, valueAt } from "../../generators/fields.ts";

/** One of one byte, one of two, one of three, one outside the BMP, which is four bytes and two units of UTF-16. */
const CHARACTERS = ["a", "\u00e9", "\u4e2d", "\u{1f600}"];

export const lengths: Check = {
  id: "parsing.lengths",
  requirement: "PAR-14",
  title: { en: "Lengths are counted in characters", zh: "长度按字符计" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one, { pack }) =>
    leaves(one.request.body, pack.schemas).some((leaf) => isFreeText(leaf) && leaf.schema["maxLength"] !== undefined),
  ),
  async run(session, instance) {
    const id = interfaceOf(instance);
    for (const leaf of leaves(session.pack.interface(id).request.body, session.pack.schemas).filter(
      (one) => isFreeText(one) && one.schema["maxLength"] !== undefined,
    )) {
      const max = Number(leaf.schema["maxLength"]);
      for (const character of CHARACTERS) {
        const draft = await session.request(id);
        // What stands in an object that may be left out is not in an ordinary request.
        if (!hasPlace(draft.body, leaf.path)) continue;
        const before = await session.observe(draft);
        const kind = `${new TextEncoder().encode(character).length}-byte characters`;
        const long = await session.send(
          { ...draft, body: put(draft.body ?? {}, leaf.path, character.repeat(max + 1)) },
          { label: `${leaf.pointer}: ${max + 1} ${kind}` },
        );
        session.expectRefusal(long, session.code("schema"), {
          en: "The length is not checked, or only as the store's column cuts it.",
          zh: "未校验长度，或仅由数据库列截断。",
        });
        await session.expectUnchanged(before, {
          en: `a text of ${max + 1} characters`,
          zh: `${max + 1} 个字符的文本`,
        });
        const text = character.repeat(max);
        const body = session.expectSuccess(
          await session.send(
            { ...draft, body: put(draft.body ?? {}, leaf.path, text) },
            { label: `${leaf.pointer}: ${max} ${kind}` },
          ),
        );
        const shown = valueAt(body, leaf.path);
        if (shown !== undefined && shown !== text)
          session.fail({
            summary: {
              en: `a text of ${max} ${kind} at ${leaf.pointer} came back changed`,
              zh: `${leaf.pointer} 处 ${max} 个字符的文本返回后已改变`,
            },
            expected: { en: `${max} characters`, zh: `${max} 个字符` },
            seen: {
              en: `${Array.from(String(shown)).length} characters`,
              zh: `${Array.from(String(shown)).length} 个字符`,
            },
          });
      }
    }
  },
};
