import { isDate } from "../calendar/date.ts";
import type { FieldForm } from "./form.ts";

/** A business date without hyphens (ISO 8601 basic format): `"20261130"`. */
export const compactDate: FieldForm = {
  holds: "date",
  read(text) {
    const [, year = "", month = "", day = ""] = /^(\d{4})(\d\d)(\d\d)$/u.exec(text) ?? [];
    const date = `${year}-${month}-${day}`;
    return isDate(date) ? date : undefined;
  },
  write: (value) => (typeof value === "string" && isDate(value) ? value.replaceAll("-", "") : undefined),
  example: () => "20261130",
  nearMisses: () => ["2026-11-30", "20260230", "261130", "1130", "20261130000000"],
};
