import type { SealedAs, SealedPlace } from "../sealing/policy.ts";
import { fieldsOf } from "./annotated-fields.ts";
import type { PackSource, Schema } from "./types.ts";

/** The fields of a schema that messages carry sealed (`x-sealed`). */
export function sealedPlaces(
  source: Pick<PackSource, "messages">,
  schema: Schema | undefined,
  file: string,
): readonly SealedPlace[] {
  return fieldsOf(source, schema, file, "x-sealed").map(({ value, path }) => ({ ...(value as SealedAs), path }));
}
