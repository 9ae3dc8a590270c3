import { calendar } from "../calendar/calendar.ts";
import type { FieldForm, FormContext } from "../form/form.ts";
import { formOf } from "../form/forms.ts";
import type { Json } from "../unit/unit.ts";
import { fieldsOf } from "./annotated-fields.ts";
import type { PackSource, Schema } from "./types.ts";

/** The fields of one schema whose messages write them otherwise than rules hold them (`x-as`). */
export interface FieldForms {
  /** Whether there is none, so that a message says what rules hold. */
  readonly none: boolean;
  /** A message as rules hold it; a text of another form stays, for the schema to refuse. */
  read(message: Json): Json;
  /** What rules made as the message says it; a value without a text stays as it is. */
  write(value: Json): Json;
}

/** What the forms of a pack need to know of it. */
export function formContext({ manifest }: Pick<PackSource, "manifest">): FormContext {
  return {
    currency: manifest.currencies[0]?.code ?? "CNY",
    minorUnits: manifest.currencies[0]?.minorUnits ?? 2,
    calendar: calendar(manifest.timeZone, manifest.policies.cutover.at),
  };
}

const UNCHANGED: FieldForms = { none: true, read: (message) => message, write: (value) => value };

/** The forms of the fields of a schema that stands in `file`. */
export function fieldForms(
  source: Pick<PackSource, "messages">,
  schema: Schema | undefined,
  file: string,
  context: FormContext,
): FieldForms {
  const places = fieldsOf(source, schema, file, "x-as").flatMap(({ value, path }) => {
    const form = formOf({ "x-as": value });
    return form === undefined ? [] : [{ path, form }];
  });
  if (places.length === 0) return UNCHANGED;
  const through = (message: Json, change: (here: Json, form: FieldForm) => Json): Json =>
    places.reduce((whole, { path, form }) => changedAt(whole, path, (here) => change(here, form)), message);
  return {
    none: false,
    read: (message) =>
      through(message, (here, form) => (typeof here === "string" ? (form.read(here, context) ?? here) : here)),
    write: (value) => through(value, (here, form) => form.write(here, context) ?? here),
  };
}

/** The forms of several parts whose fields stand in one object. */
export function allOf(parts: readonly FieldForms[]): FieldForms {
  return {
    none: parts.every(({ none }) => none),
    read: (message) => parts.reduce((whole, part) => part.read(whole), message),
    write: (value) => parts.reduce((whole, part) => part.write(whole), value),
  };
}

/** A copy with what stands at a place changed; `*` steps into each item of a list. */
function changedAt(value: Json, [name, ...rest]: readonly string[], change: (here: Json) => Json): Json {
  if (name === undefined) return change(value);
  if (name === "*") return Array.isArray(value) ? value.map((item: Json) => changedAt(item, rest, change)) : value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return value;
  const fields = value as Readonly<Record<string, Json>>;
  return { ...fields, [name]: changedAt(fields[name] ?? null, rest, change) };
}
