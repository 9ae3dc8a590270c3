import type { Expression } from "../pack/types.ts";
import { describe, ExpressionFault } from "./fault.ts";
import type { Evaluate, Value } from "./scope.ts";
import { read } from "./syntax.ts";

export { ExpressionFault } from "./fault.ts";
export type { Evaluate, ExpressionHost, Scope } from "./scope.ts";

/**
 * Compiles an expression of a pack into a closure; do it once, evaluating is cheap. The closure is pure but for the
 * host's draws. Throws `ExpressionFault` for an expression that cannot be read; the closure throws it for values that
 * an operator must not touch. A path to something missing gives `undefined`, which only `exists` and `default` accept,
 * and which object templates leave out.
 */
export function compileExpression(expression: Expression): Evaluate {
  const syntax = read(expression);
  switch (syntax.kind) {
    case "mistake":
      throw new ExpressionFault(expression, `${syntax.en} ${syntax.remedy.en}`);
    case "constant": {
      const { value } = syntax;
      return () => value;
    }
    case "path":
      return path(syntax.segments);
    case "template":
      return template(syntax.parts, expression);
    case "operation": {
      const { operator, arguments: raw } = syntax;
      return operator.compile(operator.quotes === true ? [] : raw.map(compileExpression), expression, raw);
    }
    case "list": {
      const items = syntax.items.map(compileExpression);
      return (scope) =>
        items.map((item) => {
          const value = item(scope);
          if (value === undefined)
            throw new ExpressionFault(expression, "An item of the list is missing, and a list has no holes.");
          return value;
        });
    }
    default: {
      const fields = syntax.fields.map(([name, field]) => [name, compileExpression(field)] as const);
      return (scope) => {
        const made: Record<string, Value> = {};
        for (const [name, field] of fields) {
          const value = field(scope);
          // Plain assignment of this one name would change the prototype instead of making a field.
          if (value !== undefined && name !== "__proto__") made[name] = value;
        }
        return made;
      };
    }
  }
}

/** Paths of up to three segments, which nearly all are, walk without a loop. */
function path(segments: readonly string[]): Evaluate {
  const [first = "", second = "", third = "", ...others] = segments;
  switch (segments.length) {
    case 1:
      return ({ roots }) => own(roots, first);
    case 2:
      return ({ roots }) => own(own(roots, first), second);
    case 3:
      return ({ roots }) => own(own(own(roots, first), second), third);
    default:
      return ({ roots }) => others.reduce(own, own(own(own(roots, first), second), third));
  }
}

/** Own properties of objects only: never a prototype's, a text's or a list's. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = (value as Readonly<Record<string, unknown>>)[name];
  // Most often there is nothing to find, and the look at who owns it can be saved.
  return found === undefined || !Object.hasOwn(value, name) ? undefined : found;
}

function template(parts: readonly (string | readonly string[])[], source: Expression): Evaluate {
  const pieces = parts.map((part) =>
    typeof part === "string" ? part : { name: `{$${part.join(".")}}`, evaluate: path(part) },
  );
  return (scope) => {
    let text = "";
    for (const piece of pieces) {
      if (typeof piece === "string") {
        text += piece;
        continue;
      }
      const value = piece.evaluate(scope);
      if (typeof value !== "string" && !Number.isSafeInteger(value)) {
        throw new ExpressionFault(
          source,
          `${piece.name} must be a text or an integer to be put into a text, but it is ${describe(value)}.`,
        );
      }
      text += String(value);
    }
    return text;
  };
}
