import { isList } from "../expression/list.ts";
import { read } from "../expression/syntax.ts";
import { escape } from "../expression/typing.ts";
import type { DefinedViews, Expression } from "./types.ts";

/**
 * The expression with every `{"view": name}` in it replaced by what the pack names so, views in views too; each use is
 * told to `note`. A view that there is not, or that leads back to itself, stays as it is: `pack check` reports it.
 */
export function withViews(
  expression: Expression,
  views: DefinedViews,
  pointer: string,
  note: (view: string, pointer: string) => void,
  open: readonly string[] = [],
): Expression {
  if (typeof expression !== "object" || expression === null) return expression;
  const used = viewOf(expression);
  if (used !== undefined) {
    note(used, pointer);
    const body = Object.hasOwn(views, used) ? views[used] : undefined;
    return body === undefined || open.includes(used)
      ? expression
      : withViews(body, views, pointer, note, [...open, used]);
  }
  const syntax = read(expression);
  if (syntax.kind === "operation" && syntax.operator.quotes === true) return expression;
  // What holds no view stays the same object, so that all its uses share one closure.
  let changed = false;
  const inside = (value: Expression, step: string | number): Expression => {
    const made = withViews(value, views, `${pointer}/${step}`, note, open);
    changed ||= made !== value;
    return made;
  };
  const made = isList(expression)
    ? expression.map(inside)
    : Object.fromEntries(Object.entries(expression).map(([name, value]) => [name, inside(value, escape(name))]));
  return changed ? made : expression;
}

/** The name of the view that an expression is; undefined for any other expression. */
function viewOf(expression: Expression): string | undefined {
  const syntax = read(expression);
  if (syntax.kind !== "operation" || syntax.operator.name !== "view") return undefined;
  const [name] = syntax.arguments;
  return typeof name === "string" ? name : undefined;
}

/** The views that an expression names itself, without those that they name. */
export function viewsIn(expression: Expression): readonly string[] {
  const found: string[] = [];
  withViews(expression, {}, "", (view) => found.push(view));
  return found;
}
