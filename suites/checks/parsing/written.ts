import type { Session } from "../../session.ts";
import { bodyOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";

/** The text of a draft's body, as the interface's format writes it. */
export function written({ pack }: Session, draft: Draft): string {
  return new TextDecoder().decode(bodyOf(draft, pack.codecOf));
}
