import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { demandInChinese } from "./schema-in-chinese.ts";

test.each([
  [{ required: ["a"] }, {}, "缺少“a”"],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "有“a”时须有“b”"],
  [{ type: ["string", "boolean"] }, 1, "应为文本或 true 或 false"],
  [{ pattern: "^a$" }, "b", "须匹配 ^a$"],
  [{ minimum: 50 }, 1, "不得小于 50"],
  [{ exclusiveMinimum: 0 }, 0, "须大于 0"],
  [{ maxLength: 1 }, "ab", "长度不得大于 1"],
  [{ minItems: 1 }, [], "项数不得少于 1"],
  [{ uniqueItems: true }, [1, 2, 1], "第 1 项与第 3 项重复"],
  [{ enum: ["a", "b"] }, "c", '须取其一：["a","b"]'],
  [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, "名称“ab”不合规则"],
  [{ multipleOf: 2 }, 1, "不满足 multipleOf"],
])("what the schema %j demands of %j is said in Chinese", (schema, value, said) => {
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(value)).toBe(false);
  expect(demandInChinese(validate.errors?.at(-1) ?? { keyword: "none", params: {} })).toBe(said);
});
