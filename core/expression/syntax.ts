import { nearName } from "../names/near-name.ts";
import type { Expression } from "../pack/types.ts";
import type { Operator } from "./operator.ts";
import { isList } from "./list.ts";
import { OPERATORS } from "./registry.ts";

/** What an expression is, before it is compiled or typed. Both read the same answer, so they cannot differ. */
export type Syntax =
  | { readonly kind: "constant"; readonly value: string | number | boolean | null }
  | { readonly kind: "path"; readonly segments: readonly string[] }
  | { readonly kind: "template"; readonly parts: readonly (string | readonly string[])[] }
  | {
      readonly kind: "operation";
      readonly operator: Operator;
      readonly arguments: readonly Expression[];
      /** Pointer tokens of each argument, below the operator's name. */ readonly wrapped: boolean;
    }
  | { readonly kind: "fields"; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | {
      readonly kind: "mistake";
      readonly en: string;
      readonly zh: string;
      readonly remedy: { readonly en: string; readonly zh: string };
    };

const PATH = /^\$[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/u;
const INSERTION = /\{(\$[^{}]*)\}/gu;

/**
 * Reads one level of an expression. `{"op": [a, b]}` is an operation, `{"op": a}` short for one argument;
 * an object whose only key has a dot and is no operator is a mistake, never a template of one field.
 */
export function read(expression: Expression): Syntax {
  if (typeof expression === "string") return readText(expression);
  if (typeof expression === "number") {
    if (Number.isSafeInteger(expression)) return { kind: "constant", value: expression };
    return mistake(
      `${expression} is not a safe integer.`,
      `${expression} 不是安全整数。`,
      "Write amounts as integers of minor units.",
      "金额请写成最小单位的整数。",
    );
  }
  if (expression === null || typeof expression === "boolean") return { kind: "constant", value: expression };
  if (isList(expression)) return { kind: "list", items: expression };
  const entries = Object.entries(expression);
  const only = entries.length === 1 ? entries[0] : undefined;
  if (only === undefined) return { kind: "fields", fields: entries };
  const [name, given] = only;
  const operator = OPERATORS.get(name);
  if (operator === undefined) {
    if (!name.includes(".")) return { kind: "fields", fields: entries };
    const known = [...OPERATORS.keys()];
    const near = nearName(name, known);
    return mistake(
      `There is no operator ${JSON.stringify(name)}.`,
      `没有运算符 ${JSON.stringify(name)}。`,
      `${near === undefined ? "" : `Did you mean ${JSON.stringify(near)}? `}Use one of: ${known.join(", ")}.`,
      `${near === undefined ? "" : `是否指 ${JSON.stringify(near)}？`}请使用其中之一:${known.join(", ")}。`,
    );
  }
  const wrapped = !isList(given);
  const arguments_ = isList(given) ? given : [given];
  const { least, most } = operator.arity ?? { least: operator.parameters.length, most: operator.parameters.length };
  if (arguments_.length < least || arguments_.length > most) {
    const wanted = least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least}+` : `${least}-${most}`;
    return mistake(
      `${name} takes ${wanted} argument(s), not ${arguments_.length}.`,
      `${name} 需要 ${wanted} 个参数,而不是 ${arguments_.length} 个。`,
      `Write {"${name}": [${operator.parameters.join(", ")}]}.`,
      `请写成 {"${name}": [${operator.parameters.join(", ")}]}。`,
    );
  }
  return { kind: "operation", operator, arguments: arguments_, wrapped };
}

/** The operator that an object of one field was probably meant to be; undefined where it looks like none. */
export function meantOperator(expression: Expression | undefined): string | undefined {
  if (typeof expression !== "object" || expression === null || isList(expression)) return undefined;
  const [name, ...others] = Object.keys(expression);
  return name === undefined || others.length > 0 || OPERATORS.has(name)
    ? undefined
    : nearName(name, [...OPERATORS.keys()]);
}

function readText(text: string): Syntax {
  if (text.startsWith("$")) {
    if (PATH.test(text)) return { kind: "path", segments: text.slice(1).split(".") };
    return mistake(
      `${JSON.stringify(text)} is not a path.`,
      `${JSON.stringify(text)} 不是路径。`,
      `Write $root.field.field; put paths into a text as {$root.field}; a text that begins with $ is {"literal": ["$..."]}.`,
      `路径写作 $root.field.field;文本中插入写作 {$root.field};以 $ 开头的文本写作 {"literal": ["$..."]}。`,
    );
  }
  if (!text.includes("{$")) return { kind: "constant", value: text };
  const parts: (string | readonly string[])[] = [];
  let end = 0;
  for (const match of text.matchAll(INSERTION)) {
    const path = match[1] ?? "";
    if (!PATH.test(path)) break;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(path.slice(1).split("."));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  if (rest.includes("{$")) {
    return mistake(
      `The template ${JSON.stringify(text)} has an insertion that is not {$root.field}.`,
      `模板 ${JSON.stringify(text)} 中有不合法的插入,应为 {$root.field}。`,
      "Close the brace and name a path; operations cannot stand inside a template.",
      "请闭合花括号并写路径;模板内不能写运算。",
    );
  }
  if (rest !== "") parts.push(rest);
  return { kind: "template", parts };
}

function mistake(en: string, zh: string, remedyEn: string, remedyZh: string): Syntax {
  return { kind: "mistake", en, zh, remedy: { en: remedyEn, zh: remedyZh } };
}
