import { formatTime, parseTime } from "../calendar/time-form.ts";
import type { FieldForm } from "./form.ts";

const LOCAL = "yyyy-MM-dd HH:mm:ss";

/** A moment as local time of the pack's zone, to the second: `"2026-11-30 21:50:00"`. */
export const localDatetime: FieldForm = {
  holds: "time",
  read: (text, { calendar }) => parseTime(calendar, text, LOCAL),
  write: (value, { calendar }) =>
    typeof value === "number" && Number.isSafeInteger(value) ? formatTime(calendar, value, LOCAL) : undefined,
  example: () => "2026-11-30 21:50:00",
  nearMisses: () => [
    "2026-11-30T21:50:00+08:00",
    "2026-11-30T21:50:00",
    "2026-11-30 21:50",
    "2026-02-30 21:50:00",
    "20261130215000",
  ],
};
