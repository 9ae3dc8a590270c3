import type { Meaning } from "../../core/pack/purpose.ts";
import type { Json } from "../../core/unit/unit.ts";
import { flatten } from "../generators/schema-source.ts";
import type { LocatedSchema } from "../generators/schema-source.ts";
import { momentText, written } from "../data/request-builder.ts";
import type { Given } from "../data/request-builder.ts";
import type { PackView } from "../pack-view.ts";
import type { Draft } from "../wire/draft.ts";
import { valueAt, withValueAt } from "./meant.ts";
import type { Asked } from "./meant.ts";
import { schemasAt } from "./schemas-at.ts";
import type { Money } from "./money-shape.ts";
import { moneyAt } from "./shown.ts";

/** What a request says at the field with this meaning. */
export function askedIn(pack: PackView, draft: Draft, meaning: Meaning): Json | undefined {
  for (const { part, path } of pack.meanings(draft.interface).asked(meaning)) {
    const found = valueAt(draft[part], [path]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The money that a request speaks of. */
export function moneyIn(pack: PackView, draft: Draft, meaning: Meaning = "amount"): Money | undefined {
  for (const { part, path } of pack.meanings(draft.interface).asked(meaning)) {
    const found = moneyAt(pack, draft.interface.request[part], path)?.read(valueAt(draft[part], [path]));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A copy of a request with other values at the fields of these meanings.
 *
 * @throws TypeError for a meaning that no field of the request has: the check would change nothing.
 */
export function withGiven(pack: PackView, draft: Draft, given: Given): Draft {
  let changed = draft;
  for (const [name, value] of Object.entries(given)) {
    const [place] = pack.meanings(draft.interface).asked(name as Meaning);
    if (place === undefined)
      throw new TypeError(`no field of ${draft.interface.id} is a ${name}; ask pack.meanings(...) before changing it`);
    const shape = moneyAt(pack, draft.interface.request[place.part], place.path);
    const json = value === undefined ? undefined : momentHere(pack, draft, place, written(value, shape, pack.currency));
    changed = { ...changed, [place.part]: withValueAt(changed[place.part], place.path, json) };
  }
  return changed;
}

/** A value as the field at a place of a request writes moments. */
function momentHere(pack: PackView, { interface: one }: Draft, { part, path }: Asked, value: Json): Json {
  const schema = one.request[part];
  const [found] = schema === undefined ? [] : schemasAt(schema, schema, path, pack.schemas);
  if (found === undefined) return value;
  return momentText(value, flatten(found as LocatedSchema, pack.schemas).schema, pack.schemas.forms);
}
