import { decimal, fromDecimal } from "../money/money.ts";
import type { FieldForm } from "./form.ts";

/** Minor units as a decimal text with all decimals of the currency: 1234 is `"12.34"`. */
export const yuan: FieldForm = {
  holds: "integer",
  read(text, { minorUnits }) {
    const value = fromDecimal(text, minorUnits);
    return value !== undefined && written(value, minorUnits) === text ? value : undefined;
  },
  write: (value, { minorUnits }) => (isWhole(value) ? written(value, minorUnits) : undefined),
  example: ({ minorUnits }) => written(1234, minorUnits),
  nearMisses: ({ minorUnits }) =>
    minorUnits === 0
      ? ["12.0", "1e2", "012", "+12"]
      : [`12.${"3".repeat(minorUnits - 1)}`, `12.${"3".repeat(minorUnits + 1)}`, "12", "1e2", "012.34", "-1.00"],
};

const written = (value: number, minorUnits: number): string => decimal({ value, currency: "" }, minorUnits);

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}
