import type { Operator } from "./operator.ts";
import { HOSTED } from "./operators/host.ts";
import { INTEGERS } from "./operators/integer.ts";
import { LISTS } from "./operators/list.ts";
import { LOGIC } from "./operators/logic.ts";
import { MONIES } from "./operators/money.ts";
import { TEXTS } from "./operators/text.ts";
import { TIMES } from "./operators/time.ts";

/** The closed list of operators. Another one is another entry in a file of `operators/`, with its type. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [...LOGIC, ...INTEGERS, ...MONIES, ...TEXTS, ...TIMES, ...LISTS, ...HOSTED].map((operator) => [
    operator.name,
    operator,
  ]),
);
