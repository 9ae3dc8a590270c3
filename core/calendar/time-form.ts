import { isDate } from "./date.ts";
import type { Calendar } from "./calendar.ts";

/** How a moment is written: with its offset (RFC 3339), or as local time of the pack's zone. To the second when written. */
export const TIME_FORMS = ["rfc3339", "yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss", "yyyy-MM-ddTHH:mm:ss"] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export const isTimeForm = (value: unknown): value is TimeForm =>
  typeof value === "string" && (TIME_FORMS as readonly string[]).includes(value);

const READS: Readonly<Record<TimeForm, RegExp>> = {
  rfc3339: /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/u,
  "yyyy-MM-dd HH:mm:ss": /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/u,
  "yyyy-MM-ddTHH:mm:ss": /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/u,
  yyyyMMddHHmmss: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/u,
};

/** The moment as a text. Throws `RangeError` for one that is no whole millisecond or outside the years 0000 to 9999. */
export function formatTime(calendar: Calendar, timeMs: number, form: TimeForm): string {
  if (form === "rfc3339") return calendar.rfc3339(timeMs);
  const local = calendar.localTime(timeMs);
  if (form === "yyyy-MM-ddTHH:mm:ss") return local;
  return form === "yyyyMMddHHmmss" ? local.replaceAll(/[-T:]/gu, "") : local.replace("T", " ");
}

/** The moment that a text names, in ms since the epoch; undefined for another form, or for a time that does not exist. */
export function parseTime(calendar: Calendar, text: string, form: TimeForm): number | undefined {
  const match = READS[form].exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  if (!isDate(`${year}-${month}-${day}`) || hour > "23" || minute > "59" || second > "59") return undefined;
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (form !== "rfc3339") return calendar.timeOfLocal(wall);
  const [, , , , , , , fraction = "", sign = "+", hours = "0", minutes = "0"] = match;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return wall + Number(fraction.padEnd(3, "0").slice(0, 3)) - (sign === "-" ? -offset : offset);
}
