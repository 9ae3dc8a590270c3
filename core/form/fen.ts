import type { FieldForm } from "./form.ts";

/** Minor units as a text of digits: 1234 is `"1234"`. */
export const fen: FieldForm = {
  holds: "integer",
  read(text) {
    const value = /^(?:0|-?[1-9]\d*)$/u.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  },
  write: (value) => (typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined),
  example: () => "1234",
  nearMisses: () => ["12.34", "1e2", "0123", "+12", "-12", "1,234"],
};
