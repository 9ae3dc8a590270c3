import type { RandomStream } from "../../../core/runtime/runtime.ts";
import type { Fields } from "../../wire/draft.ts";

/** How many of each kind are remembered; a later one takes the place of the oldest. */
const MOST = 1_000;

/** What earlier journeys have made, for those that ask about it or build on it. */
export class MadeBefore {
  readonly #made = new Map<string, { readonly kept: Fields[]; count: number }>();

  keep(interfaceId: string, fields: Fields): void {
    const made = this.#made.get(interfaceId) ?? { kept: [], count: 0 };
    this.#made.set(interfaceId, made);
    made.kept[made.count++ % MOST] = fields;
  }

  /** One of those that an interface has made; undefined where it has made none yet. */
  any(interfaceId: string, random: RandomStream): Fields | undefined {
    const kept = this.#made.get(interfaceId)?.kept ?? [];
    return kept.length === 0 ? undefined : kept[random.below(kept.length)];
  }
}
