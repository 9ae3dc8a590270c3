import { ExpressionFault, describe } from "../fault.ts";
import { isDate } from "../../calendar/date.ts";
import { argument, held, strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import type { Expression } from "../../pack/types.ts";
import type { Value } from "../scope.ts";
import { BOOLEAN, INTEGER, optional, show, TEXT } from "../type.ts";

function sum(value: number, source: string): number {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${source} leaves the safe integers (±${Number.MAX_SAFE_INTEGER}).`);
  return value;
}

/** Orders two integers (times are integers), or two dates: `"9"` and `"10"` have no order here. */
function order(left: Value, right: Value, source: Expression): number {
  if (typeof left === "string" && typeof right === "string" && isDate(left) && isDate(right))
    return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "string" || typeof right === "string") {
    throw new ExpressionFault(
      source,
      `Only integers, times and dates have an order, but ${describe(left)} is compared with ${describe(right)}.`,
    );
  }
  return held("integer", left, "left", source) - held("integer", right, "right", source);
}

function comparison(name: string, holds: (order: number) => boolean): Operator {
  return {
    name,
    parameters: ["left", "right"],
    compile: (evaluators, source) => {
      const left = argument(evaluators, 0, source);
      const right = argument(evaluators, 1, source);
      return (scope) => holds(order(left(scope), right(scope), source));
    },
    type: (call) => {
      const left = call.expect(0, ["integer", "time", "date"]);
      const right = call.expect(1, ["integer", "time", "date"]);
      if (
        left.kind !== right.kind &&
        left.kind !== "unknown" &&
        right.kind !== "unknown" &&
        left.kind !== "text" &&
        right.kind !== "text"
      ) {
        call.problem(
          1,
          { en: `${show(left)} is compared with ${show(right)}.`, zh: `${show(left)} 与 ${show(right)} 比较。` },
          {
            en: "Compare integers with integers, times with times, dates with dates; for money use money.lt and its kin.",
            zh: "整数只与整数比较,时间与时间比较,日期与日期比较;金额请用 money.lt 等。",
          },
        );
      }
      return BOOLEAN;
    },
  };
}

export const INTEGERS: readonly Operator[] = [
  strict("add", ["left", "right"], ["integer", "integer"], INTEGER, ([left, right]) => sum(left + right, "The sum")),
  strict("sub", ["left", "right"], ["integer", "integer"], INTEGER, ([left, right]) =>
    sum(left - right, "The difference"),
  ),
  comparison("lt", (order) => order < 0),
  comparison("lte", (order) => order <= 0),
  comparison("gt", (order) => order > 0),
  comparison("gte", (order) => order >= 0),
  strict("text", ["integer"], ["integer"], TEXT, ([integer]) => String(integer)),
  // Missing for a text that is no integer as it is written here: no sign but a minus, no zeros ahead.
  strict("integer.parse", ["text"], ["text"], optional(INTEGER), ([text]) =>
    /^(?:0|-?[1-9]\d*)$/u.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined,
  ),
];
