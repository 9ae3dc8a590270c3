import { fieldForms } from "../../core/pack/field-forms.ts";
import { interfaceFile } from "../../core/pack/file.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";

/** An answer as rules hold it: amounts in minor units and moments in ms, whatever their form on the wire (`x-as`). */
export function heldValues(pack: PackView, one: Interface, answer: Json | undefined): Json | undefined {
  if (answer === undefined) return undefined;
  return fieldForms(pack.source, one.response.body, interfaceFile(one), pack.schemas.forms).read(answer);
}
