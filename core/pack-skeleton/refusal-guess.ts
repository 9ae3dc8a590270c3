import type { Expression, RefusalForm } from "../pack/types.ts";
import type { ApiDocument, DocumentSchema } from "./document.ts";
import { flatten } from "./flat-schema.ts";
import { literally, madeValue } from "./made-value.ts";
import type { Questions } from "./questions.ts";
import { codeField } from "./refusal-codes.ts";

const MESSAGE = /^(?:message|error_?message|error_?msg|err_code_des|msg|title|detail|description|error_description)$/iu;

/** How refusals are written, by the schema that most of the document's refusals have; undefined where none says. */
export function guessRefusal({ operations, schemas }: ApiDocument, questions: Questions): RefusalForm | undefined {
  const counted = new Map<string, { readonly schema: DocumentSchema; count: number }>();
  for (const { schema } of operations.flatMap(({ refusals }) => refusals)) {
    if (schema === undefined) continue;
    const key = JSON.stringify(schema);
    const before = counted.get(key);
    if (before === undefined) counted.set(key, { schema, count: 1 });
    else before.count += 1;
  }
  const most = [...counted.values()].toSorted((left, right) => right.count - left.count)[0];
  if (most === undefined) return undefined;
  const flat = flatten(most.schema, schemas);
  const names = Object.keys(flat.properties);
  const texts = names.filter((name) => flatten(flat.properties[name], schemas).type === "string");
  const code = codeField(texts);
  const message = texts.find((name) => name !== code && MESSAGE.test(name));
  if (code === undefined) return undefined;
  const body: Record<string, Expression> = { [code]: "$error.code" };
  if (message !== undefined) body[message] = "{$error.title.en} / {$error.title.zh}";
  for (const name of names) {
    if (body[name] !== undefined) continue;
    if (/^status(?:_?code)?$/iu.test(name) && flatten(flat.properties[name], schemas).type === "integer")
      body[name] = "$error.status";
    else if (flat.required.has(name)) body[name] = literally(madeValue(flat.properties[name], schemas));
  }
  if (Object.keys(body).length < 2) body["status"] = "$error.status";
  questions.ask(
    "refusal",
    { file: "pack.json", pointer: "/policies/refusal" },
    [
      `Does ${code} of a refusal have the code, and is each code answered with its own HTTP status?`,
      `拒绝应答的 ${code} 是否为错误码？每个错误码是否各有 HTTP 状态码？`,
    ],
    [
      `${code} has the code${message === undefined ? "" : `, ${message} a text for people`}`,
      `${code} 为错误码${message === undefined ? "" : `，${message} 为说明文字`}`,
    ],
  );
  return {
    body,
    code: `/${pointerToken(code)}`,
    ...(message === undefined ? {} : { message: `/${pointerToken(message)}` }),
  };
}

const pointerToken = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
