import { add, compare, decimal, fromDecimal, money, portion, subtract, zero } from "../../money/money.ts";
import { strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import type { ExpressionHost } from "../scope.ts";
import { BOOLEAN, INTEGER, MONEY, optional, TEXT } from "../type.ts";

function comparison(name: string, holds: (order: number) => boolean): Operator {
  return strict(name, ["left", "right"], ["money", "money"], BOOLEAN, ([left, right]) => holds(compare(left, right)));
}

/** Amounts of two currencies never combine: a fault, so a guard on the currency has to come first. */
export const MONIES: readonly Operator[] = [
  strict("money.of", ["value", "currency"], ["integer", "text"], MONEY, ([value, currency]) => money(value, currency)),
  strict("money.zero", ["like"], ["money"], MONEY, ([like]) => zero(like.currency)),
  strict("money.add", ["left", "right"], ["money", "money"], MONEY, ([left, right]) => add(left, right)),
  strict("money.sub", ["left", "right"], ["money", "money"], MONEY, ([left, right]) => subtract(left, right)),
  strict(
    "money.portion",
    ["money", "numerator", "denominator"],
    ["money", "integer", "integer"],
    MONEY,
    ([amount, numerator, denominator]) => portion(amount, numerator, denominator),
  ),
  comparison("money.eq", (order) => order === 0),
  comparison("money.lt", (order) => order < 0),
  comparison("money.lte", (order) => order <= 0),
  comparison("money.gt", (order) => order > 0),
  comparison("money.gte", (order) => order >= 0),
  strict("money.value", ["money"], ["money"], INTEGER, ([amount]) => amount.value),
  strict("money.currency", ["money"], ["money"], TEXT, ([amount]) => amount.currency),
  strict("money.yuan", ["money"], ["money"], TEXT, ([amount], { host }) =>
    decimal(amount, minorUnitsOf(amount.currency, host)),
  ),
  // Missing for a text that is no amount of the currency: more decimals than it has, a sign, an exponent, a blank.
  strict("money.parse", ["text", "currency"], ["text", "text"], optional(MONEY), ([text, currency], { host }) => {
    const value = fromDecimal(text, minorUnitsOf(currency, host));
    return value === undefined ? undefined : money(value, currency);
  }),
];

/** Throws `RangeError` for a currency that the pack does not have. */
function minorUnitsOf(code: string, { currencies }: ExpressionHost): number {
  const currency = currencies.find((one) => one.code === code);
  if (currency !== undefined) return currency.minorUnits;
  throw new RangeError(
    `The pack knows no currency ${code}, so its minor units are unknown. Declare it in pack.json under currencies.`,
  );
}
