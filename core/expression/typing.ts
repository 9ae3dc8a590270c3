import { isDate } from "../calendar/date.ts";
import { nearName } from "../names/near-name.ts";
import type { Expression } from "../pack/types.ts";
import type { Bilingual } from "../run/verdict.ts";
import type { ExpectedKind, TypedCall } from "./operator.ts";
import { meantOperator, read } from "./syntax.ts";
import type { Syntax } from "./syntax.ts";
import { BOOLEAN, INTEGER, list, NULL, object, present, show, TEXT, UNKNOWN } from "./type.ts";
import type { Type } from "./type.ts";

/** What the checker knows about the place where an expression stands. */
export interface TypeEnvironment {
  /** Types of the roots, without `$`. A root that is not here is a mistake. */
  readonly roots: Readonly<Record<string, Type>>;
  /** Paths (`$payment.settled_at`) that certainly exist here, because a guard made sure. */
  readonly present?: readonly string[];
  /** Known names; where absent the name is not checked. */
  readonly interfaces?: ReadonlySet<string>;
  readonly fees?: ReadonlySet<string>;
  readonly currencies?: ReadonlySet<string>;
}

export interface TypeProblem {
  /** JSON Pointer of the mistake, from the pointer given to `typeOf`. */
  readonly pointer: string;
  readonly rule: "expression.syntax" | "expression.path" | "expression.type";
  readonly message: Bilingual;
  readonly remedy: Bilingual;
}

export type Typing =
  | { readonly ok: true; readonly type: Type }
  | { readonly ok: false; readonly type: Type; readonly problems: readonly TypeProblem[] };

/**
 * The type of an expression, or everything that is wrong with it, each mistake with the JSON Pointer it stands at.
 * A wrong part is `unknown` to what surrounds it, so that one mistake is told once.
 */
export function typeOf(expression: Expression, environment: TypeEnvironment, pointer = ""): Typing {
  const problems: TypeProblem[] = [];
  const type = visit(expression, environment, pointer, problems);
  return problems.length === 0 ? { ok: true, type } : { ok: false, type, problems };
}

/**
 * The paths that certainly exist when the expression evaluated to `truth`: what `exists` says, and every path that a
 * comparison needed (it would have thrown otherwise).
 */
export function presentWhen(expression: Expression, truth: boolean): readonly string[] {
  const syntax = read(expression);
  if (syntax.kind !== "operation") return [];
  const [first] = syntax.arguments;
  switch (syntax.operator.name) {
    case "exists":
      return truth && typeof first === "string" && first.startsWith("$") ? [first] : [];
    case "not":
      return first === undefined ? [] : presentWhen(first, !truth);
    case "and":
      return truth ? syntax.arguments.flatMap((each) => presentWhen(each, true)) : [];
    case "or":
      return truth ? [] : syntax.arguments.flatMap((each) => presentWhen(each, false));
    default:
      return [];
  }
}

function visit(expression: Expression, environment: TypeEnvironment, pointer: string, problems: TypeProblem[]): Type {
  const syntax = read(expression);
  switch (syntax.kind) {
    case "mistake":
      problems.push({
        pointer,
        rule: "expression.syntax",
        message: { en: syntax.en, zh: syntax.zh },
        remedy: syntax.remedy,
      });
      return UNKNOWN;
    case "constant":
      return typeof syntax.value === "string"
        ? { kind: "text", values: [syntax.value] }
        : typeof syntax.value === "number"
          ? INTEGER
          : typeof syntax.value === "boolean"
            ? BOOLEAN
            : NULL;
    case "path":
      return typeOfPath(syntax.segments, environment, pointer, problems);
    case "template":
      for (const part of syntax.parts) {
        if (typeof part === "string") continue;
        const type = typeOfPath(part, environment, pointer, problems);
        if (!["text", "integer", "date", "unknown"].includes(type.kind)) {
          problems.push(wrongType(pointer, `{$${part.join(".")}}`, "text or integer", type));
        }
      }
      return TEXT;
    case "list": {
      const types = syntax.items.map((item, index) => visit(item, environment, `${pointer}/${index}`, problems));
      types.forEach((type, index) => {
        if (type.kind === "optional")
          problems.push(wrongType(`${pointer}/${index}`, "An item of a list", "present", type));
      });
      return list(types.length === 0 ? UNKNOWN : types.map(present).reduce(widen));
    }
    case "fields":
      return object(
        Object.fromEntries(
          syntax.fields.map(([name, field]) => [
            name,
            visit(field, environment, `${pointer}/${escape(name)}`, problems),
          ]),
        ),
      );
    default:
      return syntax.operator.type(callOf(syntax, environment, pointer, problems));
  }
}

function widen(left: Type, right: Type): Type {
  if (left.kind === "text" && right.kind === "text" && left.values !== undefined && right.values !== undefined) {
    return { kind: "text", values: [...left.values, ...right.values] };
  }
  return left.kind === right.kind ? left : UNKNOWN;
}

function typeOfPath(
  segments: readonly string[],
  environment: TypeEnvironment,
  pointer: string,
  problems: TypeProblem[],
): Type {
  let type: Type = object(environment.roots);
  let walked = "$";
  for (const segment of segments) {
    const holder = present(type);
    if (holder.kind === "unknown") return UNKNOWN;
    const fields: Readonly<Record<string, Type>> =
      holder.kind === "object" ? holder.fields : holder.kind === "money" ? { value: INTEGER, currency: TEXT } : {};
    const found = Object.hasOwn(fields, segment) ? fields[segment] : undefined;
    const path = walked === "$" ? `$${segment}` : `${walked}.${segment}`;
    if (found === undefined) {
      if (holder.kind === "object" && holder.open === true) return UNKNOWN;
      const names = Object.keys(fields);
      problems.push({
        pointer,
        rule: "expression.path",
        message: {
          en: `The path $${segments.join(".")} leads nowhere: ${walked === "$" ? "there is no root" : `${walked} (${holder.kind}) has no field`} ${JSON.stringify(segment)}.`,
          zh: `路径 $${segments.join(".")} 不存在:${walked === "$" ? "没有根" : `${walked}(${holder.kind})没有字段`} ${JSON.stringify(segment)}。`,
        },
        remedy: useOneOf(segment, names, walked),
      });
      return UNKNOWN;
    }
    const optionalAbove = type.kind === "optional" && !(environment.present ?? []).includes(walked);
    walked = path;
    // What exists for certain is no longer optional; below something that may be missing everything may be.
    const here = (environment.present ?? []).includes(path) ? present(found) : found;
    type =
      optionalAbove && here.kind !== "optional" && !(environment.present ?? []).includes(path)
        ? { kind: "optional", of: here }
        : here;
  }
  return type;
}

function useOneOf(name: string, known: readonly string[], holder: string): Bilingual {
  if (known.length === 0)
    return { en: `${holder} has no fields; use it as it is.`, zh: `${holder} 没有字段,请直接使用。` };
  const near = nearName(name, known);
  return {
    en: `${near === undefined ? "" : `Did you mean ${JSON.stringify(near)}? `}Use one of: ${known.join(", ")}.`,
    zh: `${near === undefined ? "" : `是否指 ${JSON.stringify(near)}？`}请使用其中之一:${known.join(", ")}。`,
  };
}

function callOf(
  syntax: Syntax & { kind: "operation" },
  environment: TypeEnvironment,
  pointer: string,
  problems: TypeProblem[],
): TypedCall {
  const { operator, arguments: arguments_, wrapped } = syntax;
  const at = (index: number): string =>
    wrapped ? `${pointer}/${escape(operator.name)}` : `${pointer}/${escape(operator.name)}/${index}`;
  const visited = (index: number, extra: Parameters<TypedCall["typeOf"]>[1]): Type => {
    const expression = arguments_[index];
    if (expression === undefined) return UNKNOWN;
    const inner: TypeEnvironment =
      extra === undefined
        ? environment
        : {
            ...environment,
            ...(extra.item === undefined ? {} : { roots: { ...environment.roots, item: extra.item } }),
            ...(extra.present === undefined ? {} : { present: [...(environment.present ?? []), ...extra.present] }),
          };
    return visit(expression, inner, at(index), problems);
  };
  return {
    arguments: arguments_,
    interfaces: environment.interfaces,
    fees: environment.fees,
    currencies: environment.currencies,
    typeOf: visited,
    expect: (index, kinds, extra) => {
      const type = visited(index, extra);
      if (fits(type, kinds, arguments_[index])) return type;
      const name = operator.parameters[Math.min(index, operator.parameters.length - 1)] ?? String(index);
      problems.push(
        wrongType(at(index), `${operator.name}: ${name}`, kinds.join(" or "), type, meantOperator(arguments_[index])),
      );
      return UNKNOWN;
    },
    problem: (index, message, remedy) => {
      problems.push({ pointer: at(index), rule: "expression.type", message, remedy });
    },
    presentWhen: (index, truth) => {
      const expression = arguments_[index];
      return expression === undefined ? [] : presentWhen(expression, truth);
    },
  };
}

function fits(type: Type, kinds: readonly ExpectedKind[], expression: Expression | undefined): boolean {
  if (type.kind === "unknown") return true;
  return kinds.some((kind) => {
    switch (kind) {
      case "scalar":
        return ["text", "integer", "boolean", "time", "date", "null"].includes(type.kind);
      case "text":
        return type.kind === "text" || type.kind === "date";
      case "date":
        return type.kind === "date" || (type.kind === "text" && typeof expression === "string" && isDate(expression));
      case "money":
        return (
          type.kind === "money" ||
          (type.kind === "object" &&
            present(type.fields["value"] ?? UNKNOWN).kind === "integer" &&
            present(type.fields["currency"] ?? UNKNOWN).kind === "text")
        );
      default:
        return type.kind === kind;
    }
  });
}

function wrongType(pointer: string, what: string, wanted: string, seen: Type, meant?: string): TypeProblem {
  const missing = seen.kind === "optional";
  return {
    pointer,
    rule: "expression.type",
    message: {
      en: `${what} must be ${wanted}, but it is ${show(seen)}.`,
      zh: `${what} 应为 ${wanted},实际为 ${show(seen)}。`,
    },
    remedy: missing
      ? {
          en: `It may be missing: guard it with "exists" (in "if", "and", or an earlier guard), or give it a "default".`,
          zh: `该值可能缺失:请先用 "exists" 判断(在 "if"、"and" 或更早的守卫中),或用 "default" 给出默认值。`,
        }
      : {
          en: `${meant === undefined ? "" : `Did you mean the operator ${JSON.stringify(meant)}? `}Give it a value of type ${wanted}.`,
          zh: `${meant === undefined ? "" : `是否指运算符 ${JSON.stringify(meant)}？`}请给出类型为 ${wanted} 的值。`,
        },
  };
}

/** One token of a JSON Pointer (RFC 6901). */
export function escape(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
