import type { Calendar } from "../calendar/calendar.ts";

/** What forms need to know of a pack. */
export interface FormContext {
  /** Decimals of the pack's first currency. */
  readonly minorUnits: number;
  /** Its code: `CNY`. */
  readonly currency: string;
  /** The pack's time zone. */
  readonly calendar: Calendar;
}

/** What rules hold of a field, by the names of expression types: minor units, a moment in ms since the epoch, a date, or a text. */
export type FormValue = number | string;

/**
 * How a field is written in a message where rules hold something else (`x-as` in a schema). What is written is read
 * back as the same value; amounts and moments have exactly one text each.
 */
export interface FieldForm {
  readonly holds: "integer" | "time" | "date" | "text";
  /** The value of a text; undefined for a text of another form. */
  read(text: string, context: FormContext): FormValue | undefined;
  /** The text of a value; undefined for a value that has none. */
  write(value: unknown, context: FormContext): string | undefined;
  /** What the form looks like, for people. */
  example(context: FormContext): string;
  /** Texts that look like it and are of another form. */
  nearMisses(context: FormContext): readonly string[];
}
