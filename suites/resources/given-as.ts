import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import { flatten } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { schemasAt } from "./schemas-at.ts";

/** The name under which a scenario gives the value of a request's field; undefined where no scenario does. */
export function givenAs(pack: PackView, one: Interface, meaning: Meaning): string | undefined {
  for (const { part, path } of pack.meanings(one).asked(meaning)) {
    const schema = one.request[part];
    if (schema === undefined) continue;
    for (const found of schemasAt(schema, schema, path, pack.schemas)) {
      const from = flatten(found as Parameters<typeof flatten>[0], pack.schemas).schema["x-from"];
      if (typeof from === "string" && from.startsWith("scenario.")) return from.slice("scenario.".length);
    }
  }
  return undefined;
}
