import { formatTime, parseTime } from "../calendar/time-form.ts";
import type { FieldForm } from "./form.ts";

const COMPACT = "yyyyMMddHHmmss";

/** A moment as the digits of local time of the pack's zone, to the second: `"20261130215000"`. */
export const compactDatetime: FieldForm = {
  holds: "time",
  read: (text, { calendar }) => parseTime(calendar, text, COMPACT),
  write: (value, { calendar }) =>
    typeof value === "number" && Number.isSafeInteger(value) ? formatTime(calendar, value, COMPACT) : undefined,
  example: () => "20261130215000",
  nearMisses: () => [
    "2026-11-30 21:50:00",
    "2026-11-30T21:50:00+08:00",
    "202611302150",
    "20260230215000",
    "20261130245000",
  ],
};
