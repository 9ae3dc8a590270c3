import { mismatch } from "../../expression/type.ts";
import { meantOperator } from "../../expression/syntax.ts";
import { typeOf } from "../../expression/typing.ts";
import { placedExpressions } from "../placed.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Every expression can be read, every path leads somewhere, and every value is of the type that its place wants. */
export const expressionTypes: Rule = {
  id: "expression",
  check: (source) =>
    placedExpressions(source).flatMap(({ file, pointer, expression, environment, expected }) => {
      const typing = typeOf(expression, environment, pointer);
      if (!typing.ok) return typing.problems.map((found) => ({ ...found, file }));
      const wrong = expected === undefined ? undefined : mismatch(typing.type, expected);
      const meant = wrong?.at === "" ? meantOperator(expression) : undefined;
      return wrong === undefined
        ? []
        : [
            problem(
              "expression.type",
              file,
              pointer + wrong.at,
              [`It does not fit its place: ${wrong.why}.`, `与所在位置的类型不符:${wrong.why}。`],
              [
                `${meant === undefined ? "" : `Did you mean the operator ${JSON.stringify(meant)}? `}Give a value of the wanted type; what may be missing is guarded with "exists" or given a "default".`,
                `${meant === undefined ? "" : `是否指运算符 ${JSON.stringify(meant)}？`}请给出所需类型的值;可能缺失的值用 "exists" 判断或 "default" 补足。`,
              ],
            ),
          ];
    }),
};
