import type { Evaluate } from "../expression/expression.ts";
import type { Money } from "../money/money.ts";
import type { Pack } from "../pack/compile.ts";
import type { Expression, Lifecycle } from "../pack/types.ts";
import type { KeyPlan } from "./key.ts";
import type { Evaluated, FieldPlan } from "./plan.ts";
import { InvariantViolation } from "./violation.ts";

/** An expression's closure. Never throws: what cannot be read is a fault of the call that evaluates it. */
export function closure(pack: Pack, expression: Expression): Evaluate {
  try {
    return pack.expression(expression);
  } catch {
    return (scope) => pack.expression(expression)(scope);
  }
}

/** The plan of an expression that may be left out. */
export function optional<T>(
  pack: Pack,
  expression: Expression | undefined,
  as: (pack: Pack, expression: Expression) => T,
): T | undefined {
  return expression === undefined ? undefined : as(pack, expression);
}

/** An expression that must give text. */
export function text(pack: Pack, expression: Expression): Evaluated<string> {
  const evaluate = closure(pack, expression);
  return (scope) => {
    const result = evaluate(scope);
    if (typeof result !== "string" || result === "")
      throw new InvariantViolation(
        `${JSON.stringify(expression)} gave ${JSON.stringify(result)} where text was needed`,
      );
    return result;
  };
}

/** An expression that must give an amount of money. */
export function money(pack: Pack, expression: Expression): Evaluated<Money> {
  const evaluate = closure(pack, expression);
  return (scope) => {
    const result = evaluate(scope) as Money | undefined;
    if (result === undefined || result === null || !Number.isSafeInteger(result.value))
      throw new InvariantViolation(
        `${JSON.stringify(expression)} gave ${JSON.stringify(result)} where money was needed`,
      );
    return result;
  };
}

/** The key of a row; a field that is not said has its default. */
export function keyPlan(
  pack: Pack,
  lifecycle: Lifecycle,
  parts: Readonly<Record<string, Expression>> | undefined,
  partyId: Expression = "$party.party_id",
): KeyPlan {
  return lifecycle.key.map((name) => ({
    name: `${lifecycle.resource}.${name}`,
    evaluate: closure(pack, parts?.[name] ?? (name === "party_id" ? partyId : `$request.${name}`)),
  }));
}

/** Fields that are set, in file order. */
export function fieldPlans(pack: Pack, set: Readonly<Record<string, Expression>> | undefined): readonly FieldPlan[] {
  return Object.entries(set ?? {}).map(([name, expression]) => ({ name, evaluate: closure(pack, expression) }));
}
