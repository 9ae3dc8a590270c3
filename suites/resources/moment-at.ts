import { parseTime } from "../../core/calendar/time-form.ts";
import { formOf } from "../../core/form/forms.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { flatten } from "../generators/schema-source.ts";
import type { LocatedSchema } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { schemasAt } from "./schemas-at.ts";

/** A moment at a place of a message, in ms since the epoch: in the form of the place (`x-as`), else RFC 3339. */
export function momentAt(
  pack: Pick<PackView, "schemas" | "calendar">,
  schema: Schema | undefined,
  path: readonly string[],
  said: Json | undefined,
): number | undefined {
  if (typeof said !== "string") return undefined;
  for (const found of schema === undefined ? [] : schemasAt(schema, schema, path, pack.schemas)) {
    const form = formOf(flatten(found as LocatedSchema, pack.schemas).schema);
    const value = form?.holds === "time" ? form.read(said, pack.schemas.forms) : undefined;
    if (typeof value === "number") return value;
    if (form !== undefined) return undefined;
  }
  return parseTime(pack.calendar, said, "rfc3339");
}
