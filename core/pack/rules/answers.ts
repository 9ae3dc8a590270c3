import { codecsOf } from "../../codec/codecs.ts";
import { envelopeOf } from "../../envelope/styles.ts";
import { read } from "../../expression/syntax.ts";
import { escape } from "../../expression/typing.ts";
import { tokensOf } from "../../json/pointer.ts";
import { interfaceFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import { isSchemaObject } from "../reference.ts";
import type { Expression, Policies } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Headers that belong to the connection or to the length of the body. */
const OF_HTTP = ["connection", "content-length", "date", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/** Headers that a pack gives to answers are neither those of its signature nor those of HTTP itself. */
export const answerHeaders: Rule = {
  id: "response.headers",
  check: (source) => {
    const signature = envelopeOf(source.manifest.policies.envelope, codecsOf(source.manifest.policies))
      .answerParts.filter(({ location }) => location === "header")
      .map(({ name, within }) => (within ?? name).toLowerCase());
    const taken = new Set([...signature, ...OF_HTTP]);
    const wrong = (headers: Policies["headers"], file: string, pointer: string): readonly Problem[] =>
      Object.keys(headers ?? {})
        .filter((name) => taken.has(name.toLowerCase()))
        .map((name) =>
          problem(
            "response.headers",
            file,
            `${pointer}/${escape(name)}`,
            [`The header ${name} cannot be set.`, `标头 ${name} 不能设置。`],
            [
              `Take it out: ${signature.includes(name.toLowerCase()) ? "the signature" : "HTTP"} sets it. Set by themselves are ${names(taken)}.`,
              `请删除：该标头由${signature.includes(name.toLowerCase()) ? "签名" : "HTTP"}设置。自动设置的标头：${names(taken)}。`,
            ],
          ),
        );
    return [
      ...wrong(source.manifest.policies.headers, "pack.json", "/policies/headers"),
      ...source.interfaces.flatMap((one) => wrong(one.response.headers, interfaceFile(one), "/response/headers")),
    ];
  },
};

/** Where the code of a refusal is said to stand, its body has something. */
export const refusalPointers: Rule = {
  id: "refusal.pointer",
  check: ({ manifest }) => {
    const { refusal } = manifest.policies;
    if (refusal === undefined) return [];
    return (["code", "message", "field", "location"] as const).flatMap((member) => {
      const pointer = refusal[member];
      if (pointer === undefined || leads(refusal.body, tokensOf(pointer))) return [];
      return [
        problem(
          "refusal.pointer",
          "pack.json",
          `/policies/refusal/${member}`,
          [`The body of refusals has nothing at ${pointer}.`, `拒绝应答体的 ${pointer} 处没有内容。`],
          [
            `Write the JSON Pointer to the ${member} in policies.refusal.body, such as /${names(isSchemaObject(refusal.body) ? Object.keys(refusal.body) : []).replaceAll(", ", ", /")}.`,
            `请写出该内容在 policies.refusal.body 中的 JSON Pointer。`,
          ],
        ),
      ];
    });
  },
};

/** Whether a template of fields has the place; of what is only known when it is evaluated, it may. */
function leads(body: Expression, [token, ...rest]: readonly string[]): boolean {
  if (token === undefined) return true;
  const syntax = read(body);
  if (syntax.kind !== "fields") return syntax.kind === "operation" || syntax.kind === "path";
  const inner = syntax.fields.find(([name]) => name === token)?.[1];
  return inner !== undefined && leads(inner, rest);
}
