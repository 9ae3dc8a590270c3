import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import type { Fields } from "../wire/draft.ts";
import { valueAt } from "./meant.ts";
import { momentAt } from "./moment-at.ts";

/** A key as the interface that lists keys shows it; a member that is absent is an empty text or not a number. */
export interface ListedKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly publicPem: string;
  /** Milliseconds since the epoch. */
  readonly effectiveAt: number;
}

export function listedKeys(pack: PackView, one: Interface, body: Fields): readonly ListedKey[] {
  const { list, listed } = pack.meanings(one);
  const items = valueAt(body, [list ?? []]);
  const text = (item: Json, meaning: Meaning): string => {
    const found = valueAt(item, listed(meaning));
    return typeof found === "string" ? found : "";
  };
  return (Array.isArray(items) ? (items as readonly Json[]) : []).map((item) => ({
    serial: text(item, "serial"),
    algorithm: text(item, "algorithm"),
    publicPem: text(item, "public-key"),
    effectiveAt:
      listed("effective")
        .map((path) => momentAt(pack, one.response.body, [...(list ?? []), "*", ...path], valueAt(item, [path])))
        .find((ms) => ms !== undefined) ?? Number.NaN,
  }));
}
