import { fieldSource } from "../../core/pack/field-source.ts";
import type { Interface } from "../../core/pack/types.ts";
import { leaves } from "../generators/fields.ts";
import type { PackView } from "../pack-view.ts";

/** Whether a request must name what it builds on by an id that the provider has made, and not by the caller's number. */
export function namesMadeId(pack: PackView, one: Interface): boolean {
  return leaves(one.request.body, pack.schemas).some(({ path, schema, required }) => {
    const from = fieldSource(String(schema["x-from"] ?? ""));
    if (!required || from?.kind !== "prior" || !pack.hasInterface(from.interface)) return false;
    const place = from.field ?? path.join("/");
    return pack
      .meanings(pack.interface(from.interface))
      .shown("id")
      .some((shown) => shown.join("/") === place);
  });
}
