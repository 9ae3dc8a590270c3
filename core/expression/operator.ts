import { isDate } from "../calendar/date.ts";
import { isMoney } from "../money/money.ts";
import type { Money } from "../money/money.ts";
import { nearName } from "../names/near-name.ts";
import type { Expression } from "../pack/types.ts";
import { describe, ExpressionFault } from "./fault.ts";
import type { Evaluate, Scope, Value } from "./scope.ts";
import type { Type } from "./type.ts";

/**
 * One operator of the closed list. `compile` gets the compiled arguments and fails closed: whatever it does not
 * expect is an `ExpressionFault`. `type` says what the operation gives, and reports what does not fit to `call`.
 */
export interface Operator {
  readonly name: string;
  /** Argument names, for messages: `["text", "keepStart", "keepEnd"]`. */
  readonly parameters: readonly string[];
  /** How many arguments it takes; default is exactly the parameters. */
  readonly arity?: { readonly least: number; readonly most: number };
  /** True when the arguments are data and not expressions (`literal`). */
  readonly quotes?: boolean;
  readonly compile: (arguments_: readonly Evaluate[], source: Expression, raw: readonly Expression[]) => Evaluate;
  readonly type: (call: TypedCall) => Type;
}

/** One operation under the type checker. */
export interface TypedCall {
  readonly arguments: readonly Expression[];
  /** The type of an argument. `present`: paths known to exist there; `item`: what `$item` is. */
  typeOf(index: number, extra?: { readonly present?: readonly string[]; readonly item?: Type }): Type;
  /** The type of an argument that must fit one of `kinds` and not be missing; otherwise the problem is reported. */
  expect(
    index: number,
    kinds: readonly ExpectedKind[],
    extra?: { readonly present?: readonly string[]; readonly item?: Type },
  ): Type;
  problem(
    index: number,
    message: { readonly en: string; readonly zh: string },
    remedy: { readonly en: string; readonly zh: string },
  ): void;
  /** Paths that exist for certain when the argument evaluates to `truth`. */
  presentWhen(index: number, truth: boolean): readonly string[];
  readonly interfaces: ReadonlySet<string> | undefined;
  readonly fees: ReadonlySet<string> | undefined;
  readonly currencies: ReadonlySet<string> | undefined;
}

export type ExpectedKind = "text" | "integer" | "boolean" | "money" | "time" | "date" | "list" | "scalar";

interface Held {
  readonly text: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly money: Money;
  readonly time: number;
  readonly date: string;
  readonly list: readonly unknown[];
  readonly scalar: string | number | boolean | null;
}

const HOLDS: { readonly [K in ExpectedKind]: (value: Value) => boolean } = {
  text: (value) => typeof value === "string",
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === "boolean",
  money: isMoney,
  time: Number.isSafeInteger,
  date: (value) => typeof value === "string" && isDate(value),
  list: Array.isArray,
  scalar: (value) =>
    value === null || typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value),
};

/** The value as `kind`, or an `ExpressionFault` naming the argument. */
export function held<K extends ExpectedKind>(kind: K, value: Value, name: string, source: Expression): Held[K] {
  // HOLDS is the guard of each kind; TypeScript cannot index a record of type predicates by a generic key.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (HOLDS[kind](value)) return value as Held[K];
  const hint = value === undefined ? ` Guard it with "exists", or give it a "default".` : "";
  throw new ExpressionFault(source, `${name} must be ${kind}, but it is ${describe(value)}.${hint}`);
}

type HeldArguments<K extends readonly ExpectedKind[]> = { readonly [I in keyof K]: Held[K[I]] };

/** An operator whose arguments are all needed, each of one kind: checked here, so that `apply` sees good values only. */
export function strict<const K extends readonly ExpectedKind[]>(
  name: string,
  parameters: readonly string[],
  kinds: K,
  result: Type,
  apply: (values: HeldArguments<K>, scope: Scope) => Value,
): Operator {
  return {
    name,
    parameters,
    compile: (evaluators, source) => (scope) => {
      const values: Value[] = [];
      for (let index = 0; index < kinds.length; index += 1) {
        const evaluate = evaluators[index];
        const kind = kinds[index];
        if (evaluate === undefined || kind === undefined)
          throw new ExpressionFault(source, `${name} lacks an argument.`);
        values.push(held(kind, evaluate(scope), parameters[index] ?? name, source));
      }
      try {
        // Each was held to its kind just above.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return apply(values as unknown as HeldArguments<K>, scope);
      } catch (cause) {
        throw faultOf(source, cause);
      }
    },
    type: (call) => {
      kinds.forEach((kind, index) => call.expect(index, [kind]));
      return result;
    },
  };
}

/** Reports an argument that is a text other than those allowed, with the one that was probably meant. */
export function oneOf(call: TypedCall, index: number, allowed: readonly string[]): void {
  const type = call.expect(index, ["text"]);
  const stray = type.kind === "text" ? type.values?.find((value) => !allowed.includes(value)) : undefined;
  if (stray === undefined) return;
  const near = nearName(stray, allowed);
  const list = allowed.join(", ");
  call.problem(
    index,
    { en: `There is no ${JSON.stringify(stray)} here.`, zh: `此处没有 ${JSON.stringify(stray)}。` },
    {
      en: `${near === undefined ? "" : `Did you mean ${JSON.stringify(near)}? `}Use one of: ${list}.`,
      zh: `${near === undefined ? "" : `是否指 ${JSON.stringify(near)}？`}请使用其中之一：${list}。`,
    },
  );
}

/** Range and currency errors of arithmetic become faults that name the expression. */
export function guarded(source: Expression, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw faultOf(source, cause);
  }
}

const faultOf = (source: Expression, cause: unknown): ExpressionFault =>
  cause instanceof ExpressionFault
    ? cause
    : new ExpressionFault(source, cause instanceof Error ? cause.message : String(cause), { cause });

/** The argument at `index`: arity was checked before compiling, so a hole is a programmer's error. */
export function argument(evaluators: readonly Evaluate[], index: number, source: Expression): Evaluate {
  const evaluate = evaluators[index];
  if (evaluate === undefined) throw new ExpressionFault(source, `argument ${index + 1} is missing.`);
  return evaluate;
}
