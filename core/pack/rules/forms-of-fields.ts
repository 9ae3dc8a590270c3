import { isSchemaObject } from "../reference.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { schemaParts } from "./schemas.ts";

/** What a form says itself, so that nothing beside it may say it otherwise. */
const SAID_BY_THE_FORM = ["pattern", "format", "enum", "const", "minLength"] as const;

/** `x-as` tells how a text writes what rules hold: it stands at texts, and nothing beside it says how they look. */
export const fieldFormTexts: Rule = {
  id: "schema.as",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, value }) => {
      if (!isSchemaObject(value) || typeof value["x-as"] !== "string") return [];
      if (value["type"] !== "string")
        return [
          problem(
            "schema.as",
            file,
            `${pointer}/x-as`,
            [
              "x-as tells how a text writes what rules hold, and this is no text.",
              "x-as 说明文本如何表示规则中的值，而此处不是文本。",
            ],
            ['Write "type": "string", or take x-as out.', '请写 "type": "string"，或删除 x-as。'],
          ),
        ];
      return SAID_BY_THE_FORM.filter((keyword) => value[keyword] !== undefined).map((keyword) =>
        problem(
          "schema.as",
          file,
          `${pointer}/${keyword}`,
          [
            `${keyword} stands beside x-as, which says how the text looks.`,
            `x-as 已说明文本的写法，不能再写 ${keyword}。`,
          ],
          [
            `Take ${keyword} out; an amount is bounded by minimum and maximum, in minor units.`,
            `请删除 ${keyword}；金额的范围用 minimum 与 maximum 表示，单位为最小货币单位。`,
          ],
        ),
      );
    }),
};
