import type { PackSource } from "../core/pack/types.ts";
import type { Words } from "./retell.ts";

/** What every pack calls so: the members of money, and the default form of refusals. */
const KEPT = new Set(["value", "currency", "code", "message", "detail", "hint", "field", "issue", "location"]);
const ENGINE_STATES = new Set(["ABSENT", "*"]);

/**
 * Another word for every field, state and code of a pack: the one that `chosen` has, else its letters moved on by
 * thirteen places (`out_trade_no` is `bhg_genqr_ab`), so that none of the pack's own is left.
 */
export function otherWords(
  source: PackSource,
  chosen: { readonly [kind in keyof Words]?: Readonly<Record<string, string>> } = {},
): Words {
  const others = (kind: keyof Words, words: Iterable<string>): ReadonlyMap<string, string> =>
    new Map([...new Set(words)].map((word) => [word, chosen[kind]?.[word] ?? moved(word)]));
  const columns = source.interfaces.flatMap(({ response }) => response.table?.columns.map(({ name }) => name) ?? []);
  const fields = [
    ...propertiesIn([source.messages, source.interfaces, source.lifecycles]),
    ...columns,
    ...source.lifecycles.flatMap(({ fields: held }) => Object.keys(held)),
    ...source.scenarios.flatMap(({ gives }) => Object.keys(gives)),
  ];
  const states = source.lifecycles.flatMap(({ states: all }) => Object.keys(all));
  return {
    fields: others(
      "fields",
      fields.filter((name) => !KEPT.has(name)),
    ),
    states: others(
      "states",
      states.filter((name) => !ENGINE_STATES.has(name)),
    ),
    codes: others(
      "codes",
      source.errors.map(({ code }) => code),
    ),
  };
}

const A = { lower: "a".charCodeAt(0), upper: "A".charCodeAt(0) };

function moved(word: string): string {
  return word.replace(/[A-Za-z]/gu, (letter) => {
    const first = letter >= "a" ? A.lower : A.upper;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

/** Names of properties in a schema, or in anything that holds schemas. */
function propertiesIn(part: unknown): readonly string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) => [
    ...(name === "properties" && typeof inner === "object" && inner !== null ? Object.keys(inner) : []),
    ...propertiesIn(inner),
  ]);
}
