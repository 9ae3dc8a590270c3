import { describe, ExpressionFault } from "../fault.ts";
import { argument, held } from "../operator.ts";
import type { Operator, TypedCall } from "../operator.ts";
import type { Expression } from "../../pack/types.ts";
import { isList } from "../list.ts";
import type { Value } from "../scope.ts";
import { BOOLEAN, INTEGER, join, mismatch, NULL, optional, present, show, UNKNOWN } from "../type.ts";
import type { Type } from "../type.ts";

const MANY = { least: 1, most: Number.POSITIVE_INFINITY } as const;

/** Equality of two scalars of one type. `"9"` and `9` are a fault instead of a mismatch: the pack mixed up fields. */
function same(left: Value, right: Value, source: Expression): boolean {
  const a = held("scalar", left, "left", source);
  const b = held("scalar", right, "right", source);
  if (typeof a !== typeof b && a !== null && b !== null) {
    throw new ExpressionFault(
      source,
      `Cannot compare ${describe(a)} with ${describe(b)}: both sides must be of one type.`,
    );
  }
  return a === b;
}

/** Reports a comparison whose sides can never be of one type, or with a text that the other side never is. */
function comparable(call: TypedCall, leftType: Type, rightType: Type, index: number): void {
  const left = present(leftType);
  const right = present(rightType);
  if (left.kind === "unknown" || right.kind === "unknown" || left.kind === "null" || right.kind === "null") return;
  const either = mismatch(left, right) === undefined || mismatch(right, left) === undefined;
  const never =
    left.kind === "text" &&
    right.kind === "text" &&
    left.values !== undefined &&
    right.values !== undefined &&
    !left.values.some((value) => right.values?.includes(value));
  if (either && !never) return;
  call.problem(
    index,
    {
      en: `${show(left)} is compared with ${show(right)}: they are never equal.`,
      zh: `${show(left)} 与 ${show(right)} 比较:两者永不相等。`,
    },
    { en: "Compare values of one type; for money use money.eq.", zh: "请比较同类型的值;金额请用 money.eq。" },
  );
}

export const LOGIC: readonly Operator[] = [
  {
    name: "eq",
    parameters: ["left", "right"],
    compile: (evaluators, source) => {
      const left = argument(evaluators, 0, source);
      const right = argument(evaluators, 1, source);
      return (scope) => same(left(scope), right(scope), source);
    },
    type: equality,
  },
  {
    name: "ne",
    parameters: ["left", "right"],
    compile: (evaluators, source) => {
      const left = argument(evaluators, 0, source);
      const right = argument(evaluators, 1, source);
      return (scope) => !same(left(scope), right(scope), source);
    },
    type: equality,
  },
  {
    // Left to right, and no further than needed: a later argument may rely on what an earlier one made sure of.
    name: "and",
    parameters: ["condition"],
    arity: MANY,
    compile: (evaluators, source) => (scope) =>
      evaluators.every((evaluate) => held("boolean", evaluate(scope), "condition", source)),
    type: (call) => chained(call, true),
  },
  {
    name: "or",
    parameters: ["condition"],
    arity: MANY,
    compile: (evaluators, source) => (scope) =>
      evaluators.some((evaluate) => held("boolean", evaluate(scope), "condition", source)),
    type: (call) => chained(call, false),
  },
  {
    name: "not",
    parameters: ["condition"],
    compile: (evaluators, source) => {
      const condition = argument(evaluators, 0, source);
      return (scope) => !held("boolean", condition(scope), "condition", source);
    },
    type: (call) => {
      call.expect(0, ["boolean"]);
      return BOOLEAN;
    },
  },
  {
    // [condition, then, condition, then, ..., else]; without an else the value is missing when nothing holds.
    name: "if",
    parameters: ["condition", "then", "else"],
    arity: { least: 2, most: Number.POSITIVE_INFINITY },
    compile: (evaluators, source) => (scope) => {
      for (let index = 0; index + 1 < evaluators.length; index += 2) {
        if (held("boolean", argument(evaluators, index, source)(scope), "condition", source))
          return argument(evaluators, index + 1, source)(scope);
      }
      return evaluators.length % 2 === 1 ? argument(evaluators, evaluators.length - 1, source)(scope) : undefined;
    },
    type: (call) => {
      const otherwise: string[] = [];
      let result: Type | undefined;
      const branch = (type: Type): void => {
        result = result === undefined ? type : join(result, type);
      };
      for (let index = 0; index + 1 < call.arguments.length; index += 2) {
        call.expect(index, ["boolean"], { present: otherwise });
        branch(call.typeOf(index + 1, { present: [...otherwise, ...call.presentWhen(index, true)] }));
        otherwise.push(...call.presentWhen(index, false));
      }
      if (call.arguments.length % 2 === 0) return optional(result ?? UNKNOWN);
      branch(call.typeOf(call.arguments.length - 1, { present: otherwise }));
      return result ?? UNKNOWN;
    },
  },
  {
    name: "exists",
    parameters: ["value"],
    compile: (evaluators, source) => {
      const value = argument(evaluators, 0, source);
      return (scope) => value(scope) !== undefined;
    },
    type: (call) => {
      call.typeOf(0);
      return BOOLEAN;
    },
  },
  {
    name: "default",
    parameters: ["value", "otherwise"],
    compile: (evaluators, source) => {
      const value = argument(evaluators, 0, source);
      const otherwise = argument(evaluators, 1, source);
      return (scope) => {
        const given = value(scope);
        return given === undefined ? otherwise(scope) : given;
      };
    },
    type: (call) => join(present(call.typeOf(0)), call.typeOf(1)),
  },
  {
    name: "in",
    parameters: ["value", "list"],
    compile: (evaluators, source) => {
      const value = argument(evaluators, 0, source);
      const among = argument(evaluators, 1, source);
      return (scope) => {
        const wanted = value(scope);
        // Looked at even when the list is empty: a missing value is a fault, not "not in".
        held("scalar", wanted, "value", source);
        return held("list", among(scope), "list", source).some((item) => same(wanted, item, source));
      };
    },
    type: (call) => {
      const value = call.expect(0, ["scalar"]);
      const among = call.expect(1, ["list"]);
      if (among.kind === "list") comparable(call, value, among.of, 1);
      return BOOLEAN;
    },
  },
  {
    // Data as it stands: a text that begins with `$`, an object with one key that is an operator's name.
    name: "literal",
    parameters: ["value"],
    quotes: true,
    compile: (_evaluators, _source, raw) => {
      const value = raw[0];
      return () => value;
    },
    type: (call) => typeOfData(call.arguments[0]),
  },
  {
    // An expression that the pack names once. Reading a pack puts it in, so that only an unknown one is left here.
    name: "view",
    parameters: ["name"],
    quotes: true,
    compile: (_evaluators, source, raw) => () => {
      throw new ExpressionFault(source, `The pack has no view ${JSON.stringify(raw[0])} that can be put in here.`);
    },
    type: () => UNKNOWN,
  },
];

function equality(call: TypedCall): Type {
  comparable(call, call.expect(0, ["scalar"]), call.expect(1, ["scalar"]), 1);
  return BOOLEAN;
}

function chained(call: TypedCall, truth: boolean): Type {
  const known: string[] = [];
  call.arguments.forEach((_argument, index) => {
    call.expect(index, ["boolean"], { present: known });
    known.push(...call.presentWhen(index, truth));
  });
  return BOOLEAN;
}

/** The type of a literal piece of JSON. */
function typeOfData(data: Expression | undefined): Type {
  if (data === null) return NULL;
  if (typeof data === "string") return { kind: "text", values: [data] };
  if (typeof data === "number") return INTEGER;
  if (typeof data === "boolean") return BOOLEAN;
  if (data === undefined) return UNKNOWN;
  if (isList(data)) {
    const types = data.map(typeOfData);
    return { kind: "list", of: types.length === 0 ? UNKNOWN : types.reduce(join) };
  }
  const fields: Record<string, Type> = {};
  for (const [name, value] of Object.entries(data)) fields[name] = typeOfData(value);
  return { kind: "object", fields };
}
