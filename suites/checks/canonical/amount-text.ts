import { formatOf } from "../../../core/codec/codecs.ts";
import { formProblem } from "../../../core/form/forms.ts";
import type { Leaf } from "../../generators/fields.ts";
import { put } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";

/*
 * Amounts in formats whose values are all texts: a number is a text of digits there, without quotation marks.
 */

/** Whether values of an interface's body are texts on the wire. */
export const isTextual = ({ interface: one }: Draft): boolean => formatOf(one.request.representation)?.textual === true;

/** The bytes of a draft's body with this text in the place of a value, escaped as the format has it. */
export function bodyWithText({ pack }: Session, draft: Draft, path: readonly string[], text: string): Uint8Array {
  const codec = pack.codecOf(draft.interface.request.representation);
  if (codec === undefined) throw new TypeError(`${draft.interface.id} has no body`);
  return (codec.loosely ?? codec).encode(put(draft.body ?? {}, path, text));
}

/** Whether a text is one that the amount's form, or a whole number, never has. */
export function isWrongAmount({ pack }: Session, { schema }: Leaf, text: string): boolean {
  if (schema["x-as"] !== undefined) return formProblem(schema, text, pack.schemas.forms) !== undefined;
  if (schema["type"] === "integer") return !/^[1-9][0-9]*$/.test(text);
  const { pattern } = schema as { readonly pattern?: string };
  return pattern !== undefined && !new RegExp(pattern, "u").test(text);
}
