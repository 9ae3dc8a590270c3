import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { asJson } from "../../core/text/alike.ts";
import { equal } from "../data/comparison.ts";
import type { PackView } from "../pack-view.ts";
import type { Fields } from "../wire/draft.ts";
import { shownIn } from "./shown.ts";

/** Who, what and how much: fields of an answer that stay as they were first answered, whatever the resource goes through. */
export const STANDING: readonly Meaning[] = ["number", "id", "of", "account", "amount"];

/** The first standing field about which two answers of an interface disagree. */
export function standingDifference(
  pack: PackView,
  one: Interface,
  first: Fields,
  other: Fields,
): { readonly meaning: Meaning; readonly first: Bilingual; readonly other: Bilingual } | undefined {
  const [left, right] = [shownIn(pack, one, first), shownIn(pack, one, other)];
  const meaning = STANDING.find((each) => !equal(left.value(each), right.value(each)));
  return meaning === undefined
    ? undefined
    : {
        meaning,
        first: asJson(left.value(meaning)),
        other: asJson(right.value(meaning)),
      };
}
