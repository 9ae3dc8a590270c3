import { nextDate } from "../../core/calendar/date.ts";
import { boundsOf, formOf } from "../../core/form/forms.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/** Another text of the same form (`x-as`), for a value nearby; undefined for a field without a form, or a text of another. */
export function otherText(text: string, schema: SchemaObject, { forms }: SchemaSource): string | undefined {
  const form = formOf(schema);
  const value = form?.read(text, forms);
  if (form === undefined || value === undefined) return undefined;
  if (typeof value === "string") return form.write(form.holds === "date" ? nextDate(value) : `${value}.`, forms);
  if (form.holds === "time") return form.write(value + 1000, forms);
  const { most } = boundsOf(schema);
  return form.write(value < most ? value + 1 : value - 1, forms);
}
