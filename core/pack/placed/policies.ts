import { INTEGER, object, optional, TEXT, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { escape } from "../../expression/typing.ts";
import type { Policies } from "../types.ts";
import type { FilePlacing, Placing } from "./placing.ts";
import { PARTY } from "./roots.ts";
import type { Roots } from "./roots.ts";

const BILINGUAL = object({ en: TEXT, zh: TEXT });

/** What a refusal is about: its code as declared, what was wrong where, and what helps in test mode. */
const REFUSAL: Roots = {
  error: object({ code: TEXT, status: INTEGER, class: TEXT, stage: TEXT, title: BILINGUAL, remedy: BILINGUAL }),
  detail: optional(object({ field: TEXT, issue: TEXT, location: TEXT })),
  hint: UNKNOWN,
  request: UNKNOWN,
  // The caller is not known before its signature is verified.
  party: optional(PARTY),
};

/** Places the expressions of `pack.json`: headers of answers, and the body of refusals. */
export function placePolicies(pack: Placing, { headers, refusal }: Policies): void {
  const file = pack.in("pack.json");
  placeHeaders(file, "/policies/headers", headers, { party: optional(PARTY) });
  file.place("/policies/refusal/body", refusal?.body, pack.environment(REFUSAL), optional(object({}, true)));
}

/** Places the values of headers: texts and whole numbers. */
export function placeHeaders(
  file: FilePlacing,
  pointer: string,
  headers: Policies["headers"],
  roots: Readonly<Record<string, Type>>,
): void {
  for (const [name, value] of Object.entries(headers ?? {}))
    file.place(`${pointer}/${escape(name)}`, value, file.pack.environment(roots), optional(TEXT));
}
