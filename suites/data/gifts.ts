import { fieldSource } from "../../core/pack/field-source.ts";
import { meaningsOfInterface } from "../../core/pack/meaning.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import { alternatives, flatten } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { schemasAt } from "../resources/schemas-at.ts";

/** Meanings by which one thing is told from another. */
const TELLING: readonly Meaning[] = ["number", "id", "of", "account", "payee"];

/**
 * Names among what scenarios give under which numbers and ids go into requests: a field takes its value from there
 * (`x-from`) or has the name itself, and its meaning tells one thing from another.
 */
export function tellingGifts(pack: PackView): ReadonlySet<string> {
  const gifts = new Set(pack.source.scenarios.flatMap(({ gives }) => Object.keys(gives)));
  const named = pack.source.interfaces.flatMap((one) => {
    const { path, query, body } = meaningsOfInterface(pack.source, one);
    return Object.entries({ path, query, body }).flatMap(([part, places]) =>
      places
        .filter(({ meaning }) => TELLING.includes(meaning))
        .flatMap(({ path: place }) => [
          place.at(-1) ?? "",
          ...giftsAt(pack, one.request[part as "path" | "query" | "body"], place),
        ]),
    );
  });
  return new Set(named.filter((name) => gifts.has(name)));
}

/** The gift that a field takes its value from, by the annotation that stands at it or behind its reference. */
function giftsAt(
  pack: PackView,
  schema: Parameters<typeof schemasAt>[0] | undefined,
  place: readonly string[],
): readonly string[] {
  if (schema === undefined) return [];
  return schemasAt(schema, schema, place, pack.schemas).flatMap((found) =>
    alternatives(flatten(found as Parameters<typeof flatten>[0], pack.schemas), pack.schemas).flatMap((choice) => {
      const from = choice.schema["x-from"];
      const source = typeof from === "string" ? fieldSource(from) : undefined;
      return source?.kind === "scenario" ? [source.gift] : [];
    }),
  );
}

/** Whether a scenario's data are the second party's. */
export function isForeign({ source }: PackView, scenario: string): boolean {
  return source.scenarios.some(({ id, plays }) => id === scenario && plays?.some((each) => each.as === "foreign"));
}
