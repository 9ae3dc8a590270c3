import type { PackView } from "../pack-view.ts";
import { numberIn } from "../data/history.ts";
import { shownIn } from "../resources/shown.ts";
import type { Fields } from "../wire/draft.ts";
import type { Pieces } from "./pieces.ts";
import type { Seen } from "./scope.ts";

/** Says what of the pack an answer of the SUT has shown to work: its interface, and the state of what it is about. */
export function coverAnswer(pieces: Pieces, pack: PackView, one: Seen): void {
  const called = pack.interface(one.interface);
  if (!pack.succeeds(called, one.status)) return;
  pieces.cover({ called: called.id });
  const about = pack.resources.about(called);
  if (about?.resource === undefined || typeof one.json !== "object" || one.json === null || Array.isArray(one.json))
    return;
  const shown = shownIn(pack, called, one.json as Fields);
  const number = shown.text("number") ?? shown.text("id") ?? numberIn(pack, called, one.fields);
  if (shown.state === undefined || number === undefined) return;
  pieces.showed(about.resource.name, `${one.party} ${number}`, shown.state, about.verb === "creates");
}
