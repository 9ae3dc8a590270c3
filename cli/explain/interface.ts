import pc from "picocolors";
import type { Language } from "../language/language.ts";
import { ROLES } from "./role.ts";
import { addressOf } from "../../core/pack/selection.ts";
import type { Interface, Schema } from "../../core/pack/types.ts";
import type { PackView } from "../../suites/pack-view.ts";
import { exampleRequest } from "./example-request.ts";
import { fieldLines } from "./field-lines.ts";

const WORDS = {
  en: {
    path: "path",
    query: "query",
    body: "body",
    answer: "answer",
    once: "once for  ",
    success: "success   ",
    open: (id: string, seconds: string) => `; the outcome may be open: ask ${id} after ${seconds} s`,
    codes: "codes     ",
    besides: "(besides those of signature, freshness, parsing and schema)",
    example: "example",
    placeholder: "  <name>: of the test data (/fixtures), or of the answer of a call before",
  },
  zh: {
    path: "路径参数",
    query: "查询参数",
    body: "请求体",
    answer: "应答体",
    once: "幂等键  ",
    success: "成功    ",
    open: (id: string, seconds: string) => `；结果可能未定：第 ${seconds} 秒后以 ${id} 查询`,
    codes: "错误码  ",
    besides: "（另有验签、时效、解析与结构检查的错误码）",
    example: "示例",
    placeholder: "  <名称>：取自测试数据（/fixtures），或先前调用的应答",
  },
} as const;

/** An interface for a person who has to implement or call it: fields with types and bounds, codes, an example. */
export async function interfaceLines(pack: PackView, one: Interface, language: Language): Promise<readonly string[]> {
  const { caller, idempotency, request, response, provider } = one;
  const words = WORDS[language];
  const example = await exampleRequest(pack, one);
  const provided = { en: `, provided by the ${provider}`, zh: `，由${ROLES[provider].zh}提供` };
  const open =
    caller.success === "query" && caller.query !== undefined
      ? words.open(caller.query.interface, caller.query.afterSeconds.join(", "))
      : "";
  const part = (title: string, schema: Schema | undefined): readonly string[] => section(pack, title, schema, language);
  return [
    `${pc.bold(one.id)} ${addressOf(one)}${provided[language]}`,
    one.title[language],
    one.description[language],
    ...part(words.path, request.path),
    ...part(words.query, request.query),
    ...part(words.body, request.body),
    ...(idempotency === undefined ? [] : [`${words.once}${idempotency.key.join(", ")}`]),
    `${words.success}HTTP ${response.status}${open}`,
    ...part(words.answer, response.body),
    ...(one.errors.length === 0 ? [] : [`${words.codes}${one.errors.join(", ")} ${pc.dim(words.besides)}`]),
    ...(example === undefined ? [] : [pc.bold(words.example), ...example]),
    ...(example?.some((line) => /<\w+/.test(line)) === true ? [pc.dim(words.placeholder)] : []),
  ];
}

function section(pack: PackView, title: string, schema: Schema | undefined, language: Language): readonly string[] {
  const lines = fieldLines(pack, schema, language);
  return lines.length === 0 ? [] : [pc.bold(title), ...lines];
}
