import { compactDate } from "./compact-date.ts";
import { compactDatetime } from "./compact-datetime.ts";
import { currencyYuan } from "./currency-yuan.ts";
import { fen } from "./fen.ts";
import type { FieldForm, FormContext } from "./form.ts";
import { gzipBase64 } from "./gzip-base64.ts";
import { localDatetime } from "./local-datetime.ts";
import { yuan } from "./yuan.ts";

/** The words of `x-as`, each a file of this folder. */
export const FORM_NAMES = [
  "yuan",
  "fen",
  "currency-yuan",
  "local-datetime",
  "compact-date",
  "compact-datetime",
  "gzip-base64",
] as const;
export type FormName = (typeof FORM_NAMES)[number];

const FORMS: Readonly<Record<FormName, FieldForm>> = {
  yuan,
  fen,
  "currency-yuan": currencyYuan,
  "local-datetime": localDatetime,
  "compact-date": compactDate,
  "compact-datetime": compactDatetime,
  "gzip-base64": gzipBase64,
};

/** A schema that may say a form, and the bounds of what the field holds. */
export type FormedSchema = { readonly [keyword: string]: unknown };

/** The form that a schema gives to a field; undefined for one that is written as it is held. */
export function formOf(schema: FormedSchema): FieldForm | undefined {
  return FORM_NAMES.flatMap((name) => (schema["x-as"] === name ? [FORMS[name]] : []))[0];
}

/** The bounds of an amount: those that stand beside `x-as`; without them it is not negative. */
export function boundsOf(schema: FormedSchema): { readonly least: number; readonly most: number } {
  const bound = (keyword: string, otherwise: number): number => {
    const value = schema[keyword];
    return typeof value === "number" ? value : otherwise;
  };
  return { least: bound("minimum", 0), most: bound("maximum", Number.MAX_SAFE_INTEGER) };
}

/** What is wrong with a text at a field of a form, in English and without the text; undefined where it fits. */
export function formProblem(schema: FormedSchema, text: string, context: FormContext): string | undefined {
  const form = formOf(schema);
  if (form === undefined) return undefined;
  const value = form.read(text, context);
  if (value === undefined) return `must be written as ${String(schema["x-as"])}, such as ${form.example(context)}`;
  if (form.holds !== "integer") return undefined;
  const { least, most } = boundsOf(schema);
  return typeof value === "number" && (value < least || value > most)
    ? `must be from ${form.write(least, context) ?? ""} to ${form.write(most, context) ?? ""}`
    : undefined;
}
