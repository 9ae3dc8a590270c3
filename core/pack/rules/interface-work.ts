import { formatOf } from "../../codec/codecs.ts";
import { interfaceFile } from "../file.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** An interface triggers a transition, or reads: one of the two. */
export const interfaceIdle: Rule = {
  id: "interface.idle",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const triggers = source.lifecycles
        .filter(({ transitions }) => transitions.some(({ on }) => "call" in on && on.call === one.id))
        .map(({ resource }) => resource);
      const file = interfaceFile(one);
      if (triggers.length === 0 && one.read === undefined && one.notification === undefined)
        return [
          problem(
            "interface.idle",
            file,
            "",
            [`${one.id} neither reads nor triggers a transition.`, `${one.id} 既不读取也不触发转换。`],
            [
              `Give it "read", or a transition with {"call": "${one.id}"}.`,
              `请写 "read",或添加 {"call": "${one.id}"} 的转换。`,
            ],
          ),
        ];
      if (triggers.length > 0 && one.read !== undefined)
        return [
          problem(
            "interface.idle",
            file,
            "/read",
            [
              `${one.id} reads and triggers a transition of ${names(triggers)}.`,
              `${one.id} 既读取又触发 ${names(triggers)} 的转换。`,
            ],
            [
              "Load and require in the transition, answer in response.answer, and remove read.",
              "请在转换中 load、require,在 response.answer 中应答,并删除 read。",
            ],
          ),
        ];
      if (triggers.length > 1)
        return [
          problem(
            "interface.idle",
            file,
            "",
            [
              `${one.id} triggers transitions of several resources: ${names(triggers)}.`,
              `${one.id} 触发了多个资源的转换:${names(triggers)}。`,
            ],
            ["Let it trigger one, and move the others from there.", "请只触发一个,其余由它 move。"],
          ),
        ];
      return [];
    }),
};

/** Every field that an answer promises is made by an expression. */
export const interfaceAnswer: Rule = {
  id: "interface.answer",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      if (
        formatOf(one.response.representation) === undefined ||
        one.response.body === undefined ||
        one.response.answer !== undefined ||
        one.read !== undefined
      )
        return [];
      return [
        problem(
          "interface.answer",
          interfaceFile(one),
          "/response",
          [`${one.id} promises a body, and nothing makes it.`, `${one.id} 声明了应答体,但没有生成它的表达式。`],
          [
            `Give the body's fields in response.answer, such as {"state": "$<resource>.state"}, or write "representation": "empty".`,
            `请在 response.answer 中给出各字段,或写 "representation": "empty"。`,
          ],
        ),
      ];
    }),
};
