import { atPointer, tokensOf } from "../../core/json/pointer.ts";
import { quotation } from "../../core/text/quotation.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { RefusalForm } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";

/** A refusal as the suites see it, whatever form the pack gives refusals. */
export interface ReadRefusal {
  /** HTTP status; where the pack has one for all refusals, that of the code. */
  readonly status: number;
  /** The body, with `code` and `message` where the form has them. */
  readonly json: Json | undefined;
  readonly code: string | undefined;
}

const MOST_OF_A_CODE = 100;

/** The status of a refusal that has that of good answers, and no code of the pack: it is held to be the caller's fault. */
export const UNKNOWN_REFUSAL = 400;

/**
 * Reads the body of an answer as a refusal; undefined for an answer that is none. `marked`: a good answer has a body of
 * its own, in which the pack's success stands.
 */
export function readRefusal(
  status: number,
  written: Json | undefined,
  { policies: { refusal: form, success }, error }: Pick<PackView, "policies" | "error">,
  marked: boolean,
): ReadRefusal | undefined {
  const said = atPointer(written, form?.code ?? "/code");
  // No pack's code is as long as what a SUT may send in its place, and codes are quoted everywhere.
  const code = typeof said === "string" ? quotation(said, MOST_OF_A_CODE) : undefined;
  const known = code === undefined ? undefined : error(code);
  // Where refusals have the status of good answers, a member of the body or a code of the pack tells them apart.
  const shared =
    form?.status === status &&
    (success === undefined || !marked
      ? known !== undefined
      : atPointer(written, `/${success.field}`) !== success.value);
  if (status < 400 && !shared) return undefined;
  return {
    status: shared ? (known?.status ?? UNKNOWN_REFUSAL) : status,
    code,
    json:
      form === undefined || code === undefined
        ? written
        : {
            ...withoutHint(fieldsOf(written), form.hint),
            ...detailIn(written, form),
            code,
            message: messageIn(written, form, code),
          },
  };
}

/** The help of test mode is no part of what a refusal says. */
function withoutHint(fields: object, pointer: string | undefined): object {
  const [name = ""] = pointer === undefined ? [] : tokensOf(pointer);
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));
}

/** A form without a text for people has nothing to show but the code. */
function messageIn(written: Json | undefined, { message }: { readonly message?: string }, code: string): Json {
  return message === undefined ? code : (atPointer(written, message) ?? "");
}

/** What was wrong where, as the ordinary form of refusals has it; nothing where the pack's form has no place for it. */
function detailIn(written: Json | undefined, { field, location }: RefusalForm): object {
  return field === undefined || location === undefined
    ? {}
    : { detail: { field: atPointer(written, field), location: atPointer(written, location) } };
}

const fieldsOf = (json: Json | undefined): object =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
