import { calendar } from "../calendar/calendar.ts";
import { parseTimestampSeconds } from "./timestamp.ts";
import { TIME_FORMS, formatTime, parseTime } from "../calendar/time-form.ts";

/** How a message writes the time of its signing: since the Unix epoch, or as `core/calendar` writes moments. */
export const TIMESTAMP_FORMS = ["seconds", "milliseconds", ...TIME_FORMS] as const;
export type TimestampForm = (typeof TIMESTAMP_FORMS)[number];

/** Writes and reads the time of signing; each moment has one text. */
export interface Times {
  readonly form: TimestampForm;
  /** The text of a moment, given in milliseconds since the epoch. */
  write(ms: number): string;
  /** The whole seconds since the epoch that a text names; undefined for a text of another form. */
  read(text: string): number | undefined;
}

/** `timeZone` is that of the pack: forms without an offset are local times. */
export function timesOf(form: TimestampForm = "seconds", timeZone = "UTC"): Times {
  if (form === "seconds") return SECONDS;
  if (form === "milliseconds") return MILLISECONDS;
  const zone = calendar(timeZone, "00:00:00");
  return {
    form,
    write: (ms) => formatTime(zone, Math.floor(ms / 1000) * 1000, form),
    read: (text) => seconds(parseTime(zone, text, form)),
  };
}

export const SECONDS: Times = {
  form: "seconds",
  write: (ms) => String(Math.floor(ms / 1000)),
  read: parseTimestampSeconds,
};

const MILLISECONDS: Times = {
  form: "milliseconds",
  write: (ms) => String(Math.floor(ms)),
  read: (text) => (/^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Math.floor(Number(text) / 1000) : undefined),
};

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.floor(ms / 1000));
