import type { OpeningFault } from "./envelope.ts";

/** A message that cannot be opened because of a header; `field` names it. */
export function headerFault(en: string, zh: string, field: string): OpeningFault {
  return { ok: false, stage: "signature", message: { en, zh }, field, location: "header" };
}
