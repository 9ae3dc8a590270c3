import { add, compare, decimal, money, subtract, zero } from "../../money/money.ts";
import { strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import { BOOLEAN, INTEGER, MONEY, TEXT } from "../type.ts";

function comparison(name: string, holds: (order: number) => boolean): Operator {
  return strict(name, ["left", "right"], ["money", "money"], BOOLEAN, ([left, right]) => holds(compare(left, right)));
}

/** Amounts of two currencies never combine: a fault, so a guard on the currency has to come first. */
export const MONIES: readonly Operator[] = [
  strict("money.of", ["value", "currency"], ["integer", "text"], MONEY, ([value, currency]) => money(value, currency)),
  strict("money.zero", ["like"], ["money"], MONEY, ([like]) => zero(like.currency)),
  strict("money.add", ["left", "right"], ["money", "money"], MONEY, ([left, right]) => add(left, right)),
  strict("money.sub", ["left", "right"], ["money", "money"], MONEY, ([left, right]) => subtract(left, right)),
  comparison("money.eq", (order) => order === 0),
  comparison("money.lt", (order) => order < 0),
  comparison("money.lte", (order) => order <= 0),
  comparison("money.gt", (order) => order > 0),
  comparison("money.gte", (order) => order >= 0),
  strict("money.value", ["money"], ["money"], INTEGER, ([amount]) => amount.value),
  strict("money.currency", ["money"], ["money"], TEXT, ([amount]) => amount.currency),
  strict("money.yuan", ["money"], ["money"], TEXT, ([amount], { host }) => {
    const currency = host.currencies.find(({ code }) => code === amount.currency);
    if (currency === undefined) {
      throw new RangeError(
        `The pack knows no currency ${amount.currency}, so its minor units are unknown. Declare it in pack.json under currencies.`,
      );
    }
    return decimal(amount, currency.minorUnits);
  }),
];
