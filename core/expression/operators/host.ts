import { ENCODINGS, encode } from "../../table/encoding.ts";
import { HASH_NAMES, hashOf } from "../../table/hash.ts";
import { ExpressionFault } from "../fault.ts";
import { argument, held, oneOf, strict } from "../operator.ts";
import type { Operator, TypedCall } from "../operator.ts";
import type { ExpressionHost, Value } from "../scope.ts";
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
  table("table.rows", INTEGER, undefined, ({ rows }) => rows),
  table("table.hash", TEXT, { parameter: "algorithm", of: HASH_NAMES }, ({ bytes }, algorithm) =>
    hashOf(bytes, algorithm),
  ),
  table("table.sha256", TEXT, undefined, ({ bytes }) => hashOf(bytes, "SHA256")),
  table("table.base64", TEXT, { parameter: "encoding", of: ENCODINGS }, ({ bytes }, encoding) =>
    Buffer.from(encode(bytes, encoding)).toString("base64"),
  ),
];

type RenderedFile = ReturnType<ExpressionHost["table"]>;

/** An operator over the file of an interface, told how by one of a few words where it takes a second argument. */
function table<W extends string>(
  name: string,
  result: Type,
  how: { readonly parameter: string; readonly of: readonly W[] } | undefined,
  apply: (file: RenderedFile, word: W) => Value,
): Operator {
  return {
    name,
    parameters: ["interface", ...(how === undefined ? [] : [how.parameter])],
    compile: (evaluators, source) => {
      const id = argument(evaluators, 0, source);
      const wordOf = how === undefined ? undefined : argument(evaluators, 1, source);
      return (scope) => {
        const word = wordOf === undefined ? undefined : held("text", wordOf(scope), how?.parameter ?? "", source);
        const known = how?.of.find((one) => one === word);
        if (how !== undefined && known === undefined)
          throw new ExpressionFault(source, `${how.parameter} must be one of ${how.of.join(", ")}.`);
        const file = scope.host.table(held("text", id(scope), "interface", source), scope);
        if (file === undefined) throw new ExpressionFault(source, "The host knows no such table.");
        // An operator without a second argument never looks at it.
        return apply(file, known as W);
      };
    },
    type: (call) => {
      call.expect(0, ["text"]);
      named(call, call.interfaces, "interface", "接口", "interfaces/");
      if (how !== undefined) oneOf(call, 1, how.of);
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
