import { add, zero } from "../../money/money.ts";
import type { Money } from "../../money/money.ts";
import { ExpressionFault } from "../fault.ts";
import { argument, guarded, held, strict } from "../operator.ts";
import type { Operator, TypedCall } from "../operator.ts";
import type { Scope } from "../scope.ts";
import { INTEGER, join, list, MONEY, optional, present, TEXT, UNKNOWN } from "../type.ts";
import type { Type } from "../type.ts";

function withItem(scope: Scope, item: unknown): Scope {
  return { roots: { ...scope.roots, item }, host: scope.host };
}

function itemOf(call: TypedCall): Type {
  const type = call.expect(0, ["list"]);
  return type.kind === "list" ? type.of : UNKNOWN;
}

export const LISTS: readonly Operator[] = [
  {
    // The template is evaluated once for each item, as `$item`.
    name: "each",
    parameters: ["list", "template"],
    compile: (evaluators, source) => {
      const items = argument(evaluators, 0, source);
      const template = argument(evaluators, 1, source);
      return (scope) =>
        held("list", items(scope), "list", source).map((item) => {
          const made = template(withItem(scope, item));
          if (made === undefined)
            throw new ExpressionFault(source, "The template gave nothing for an item, and a list has no holes.");
          return made;
        });
    },
    type: (call) => list(call.typeOf(1, { item: itemOf(call) })),
  },
  {
    // The items for which the condition holds, in their order.
    name: "filter",
    parameters: ["list", "condition"],
    compile: (evaluators, source) => {
      const items = argument(evaluators, 0, source);
      const condition = argument(evaluators, 1, source);
      return (scope) =>
        held("list", items(scope), "list", source).filter((item) =>
          held("boolean", condition(withItem(scope, item)), "condition", source),
        );
    },
    type: (call) => {
      const item = itemOf(call);
      call.expect(1, ["boolean"], { item });
      return list(item);
    },
  },
  {
    // An empty list sums to zero of `currency`, or of the pack's only currency when none is named.
    name: "sum",
    parameters: ["list", "money", "currency"],
    arity: { least: 2, most: 3 },
    compile: (evaluators, source) => {
      const items = argument(evaluators, 0, source);
      const amount = argument(evaluators, 1, source);
      const currency = evaluators[2];
      return (scope) => {
        const amounts = held("list", items(scope), "list", source).map((item) =>
          held("money", amount(withItem(scope, item)), "money", source),
        );
        const only = scope.host.currencies.length === 1 ? scope.host.currencies[0]?.code : undefined;
        const code =
          currency === undefined ? (amounts[0]?.currency ?? only) : held("text", currency(scope), "currency", source);
        if (code === undefined) {
          throw new ExpressionFault(
            source,
            "An empty list has no currency, and the pack has several. Name it as the third argument.",
          );
        }
        return guarded(source, () => amounts.reduce<Money>(add, zero(code)));
      };
    },
    type: (call) => {
      call.expect(1, ["money"], { item: itemOf(call) });
      if (call.arguments.length > 2) call.expect(2, ["text"]);
      return MONEY;
    },
  },
  {
    // Texts and integers of a list, with a text between.
    name: "join",
    parameters: ["list", "between"],
    compile: (evaluators, source) => {
      const items = argument(evaluators, 0, source);
      const between = argument(evaluators, 1, source);
      return (scope) =>
        held("list", items(scope), "list", source)
          .map((item) =>
            typeof item === "number" ? held("integer", item, "item", source) : held("text", item, "item", source),
          )
          .join(held("text", between(scope), "between", source));
    },
    type: (call) => {
      call.expect(0, ["list"]);
      call.expect(1, ["text"]);
      return TEXT;
    },
  },
  {
    // The items of one list, then those of the other.
    name: "append",
    parameters: ["list", "list"],
    compile: (evaluators, source) => {
      const [first, second] = [argument(evaluators, 0, source), argument(evaluators, 1, source)];
      return (scope) => [...held("list", first(scope), "list", source), ...held("list", second(scope), "list", source)];
    },
    type: (call) => {
      const [first, second] = [present(call.expect(0, ["list"])), present(call.expect(1, ["list"]))];
      return first.kind === "list" && second.kind === "list" ? list(join(first.of, second.of)) : list(UNKNOWN);
    },
  },
  strict("count", ["list"], ["list"], INTEGER, ([items]) => items.length),
  {
    // Missing for an empty list.
    name: "last",
    parameters: ["list"],
    compile: (evaluators, source) => {
      const items = argument(evaluators, 0, source);
      return (scope) => held("list", items(scope), "list", source).at(-1);
    },
    type: (call) => {
      const type = present(call.expect(0, ["list"]));
      return type.kind === "list" ? optional(type.of) : UNKNOWN;
    },
  },
];
