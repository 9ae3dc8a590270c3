import { ExpressionFault } from "../fault.ts";
import { argument, held, strict } from "../operator.ts";
import type { Operator, TypedCall } from "../operator.ts";
import { INTEGER, MONEY, TEXT } from "../type.ts";
import type { Type } from "../type.ts";

/** Operators that ask the host: fees of the pack, draws of the unit, files that interfaces give. */
export const HOSTED: readonly Operator[] = [
  {
    ...strict("fee", ["rule", "amount"], ["text", "money"], MONEY, ([rule, amount], { host }) =>
      host.fee(rule, amount),
    ),
    type: (call) => {
      call.expect(0, ["text"]);
      call.expect(1, ["money"]);
      named(call, call.fees, "fee rule", "费率规则", "pack.json (fees)");
      return MONEY;
    },
  },
  strict("fresh-id", ["prefix"], ["text"], TEXT, ([prefix], { host }) => host.draw("id", prefix)),
  strict("digits", ["count"], ["integer"], TEXT, ([count], { host }) => {
    if (count < 1 || count > 64) throw new RangeError(`digits draws 1 to 64 of them, not ${count}.`);
    return host.draw("digits", count);
  }),
  table("table.sha256", TEXT, "sha256"),
  table("table.rows", INTEGER, "rows"),
];

function table(name: string, result: Type, member: "sha256" | "rows"): Operator {
  return {
    name,
    parameters: ["interface"],
    compile: (evaluators, source) => {
      const id = argument(evaluators, 0, source);
      return (scope) => {
        const file = scope.host.table(held("text", id(scope), "interface", source), scope);
        if (file === undefined) throw new ExpressionFault(source, "The host knows no such table.");
        return file[member];
      };
    },
    type: (call) => {
      call.expect(0, ["text"]);
      named(call, call.interfaces, "interface", "接口", "interfaces/");
      return result;
    },
  };
}

function named(call: TypedCall, known: ReadonlySet<string> | undefined, en: string, zh: string, where: string): void {
  const name = call.arguments[0];
  if (known === undefined || typeof name !== "string" || name.startsWith("$") || name.includes("{$") || known.has(name))
    return;
  const allowed = [...known].join(", ");
  call.problem(
    0,
    { en: `There is no ${en} ${JSON.stringify(name)}.`, zh: `没有${zh} ${JSON.stringify(name)}。` },
    {
      en: `Name one of: ${allowed}; or declare it in ${where}.`,
      zh: `请使用其中之一:${allowed};或在 ${where} 中声明。`,
    },
  );
}
