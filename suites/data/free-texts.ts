import { arbitrary } from "../generators/arbitrary.ts";
import { isFreeText, leaves } from "../generators/fields.ts";
import type { Session } from "../session.ts";
import type { Fields } from "../wire/draft.ts";
import { sample } from "./fresh.ts";

/** A text of the pack's own making for every free text of a request. */
export function freeTexts(session: Session, id: string): Fields {
  const source = session.pack.schemas;
  const texts = leaves(session.pack.interface(id).request.body, source).filter(
    (leaf) => isFreeText(leaf) && leaf.path.length === 1,
  );
  return Object.fromEntries(
    texts.map((leaf) => [leaf.path[0] ?? "", sample(arbitrary(leaf.schema, source, leaf.document), session.random)]),
  ) as Fields;
}
