import type { Meaning, Outcome } from "../../core/pack/purpose.ts";
import type { Interface, Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import type { Fields } from "../wire/draft.ts";
import { valueAt } from "./meant.ts";
import { momentAt } from "./moment-at.ts";
import { moneyShape } from "./money-shape.ts";
import type { Money, MoneyShape } from "./money-shape.ts";
import { schemasAt } from "./schemas-at.ts";

/** What an answer shows of a resource, by what its fields are. */
export interface Shown {
  /** The body as it came. */
  readonly body: Fields;
  /** Whether the pack has a field with this meaning there. */
  shows(meaning: Meaning): boolean;
  readonly state: string | undefined;
  readonly outcome: Outcome | undefined;
  /** A text; undefined where the answer has none at a field with this meaning. */
  text(meaning: Meaning): string | undefined;
  /** Whatever stands there. */
  value(meaning: Meaning): Json | undefined;
  /** Money in minor units; undefined where it is absent or none. */
  money(meaning: Meaning): Money | undefined;
  /** Minor units; 0 where it is absent, since absent and zero say the same of a sum. */
  minor(meaning: Meaning): number;
  /** A moment in ms since the epoch; undefined where it is absent or none. */
  moment(meaning: Meaning): number | undefined;
}

export function shownIn(pack: PackView, one: Interface, body: Fields): Shown {
  return readBy(pack, one, body, one.response.body, (meaning) => pack.meanings(one).shown(meaning));
}

/** What a notification tells of a resource, by what the fields of its body are. */
export function toldIn(pack: PackView, one: Interface, body: Fields): Shown {
  return readBy(pack, one, body, one.request.body, (meaning) =>
    pack
      .meanings(one)
      .asked(meaning)
      .flatMap(({ part, path }) => (part === "body" ? [path] : [])),
  );
}

function readBy(
  pack: PackView,
  one: Interface,
  body: Fields,
  schema: Schema | undefined,
  places: (meaning: Meaning) => readonly (readonly string[])[],
): Shown {
  const value = (meaning: Meaning): Json | undefined => valueAt(body, places(meaning));
  const money = (meaning: Meaning): Money | undefined => {
    for (const path of places(meaning)) {
      const found = moneyAt(pack, schema, path)?.read(valueAt(body, [path]));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const state = value("state");
  return {
    body,
    shows: (meaning) => places(meaning).length > 0,
    state: typeof state === "string" ? state : undefined,
    outcome: pack.resources.about(one)?.resource?.outcome(state),
    value,
    money,
    text: (meaning) => {
      const found = value(meaning);
      return typeof found === "string" ? found : undefined;
    },
    minor: (meaning) => money(meaning)?.value ?? 0,
    moment: (meaning) => {
      for (const path of places(meaning)) {
        const found = momentAt(pack, schema, path, valueAt(body, [path]));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** How money is written at a place of a message. */
export function moneyAt(pack: PackView, schema: Schema | undefined, path: readonly string[]): MoneyShape | undefined {
  if (schema === undefined || typeof schema === "boolean") return undefined;
  return pack.schemas.remembered(`money at ${JSON.stringify(path)}`, schema, schema, () => {
    for (const found of schemasAt(schema, schema, path, pack.schemas)) {
      const shape = moneyShape(found.schema, found.document, pack.schemas, pack.currency);
      if (shape !== undefined) return shape;
    }
    return undefined;
  });
}
