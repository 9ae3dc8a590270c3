import type { Manifest } from "./types.ts";

/** Words of a pack and what they mean; each kind on its own, since a code may read like anything. */
export interface Words {
  readonly fields: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, string>;
  readonly codes: ReadonlyMap<string, string>;
}

export function wordsOf({ means }: Pick<Manifest, "means">): Words {
  const map = (words: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> =>
    new Map(Object.entries(words ?? {}).filter(([word, meaning]) => word !== meaning));
  return { fields: map(means?.fields), states: map(means?.states), codes: map(means?.codes) };
}

export const none = ({ fields, states, codes }: Words): boolean => fields.size + states.size + codes.size === 0;

/** A field of the suites as the pack has it. */
export const fieldWord = (words: Words, meaning: string): string => reversed(words.fields).get(meaning)?.[0] ?? meaning;

/** From a meaning to the words that have it; several where interfaces call one thing by different names. */
export function reversed(words: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [word, meaning] of words) found.set(meaning, [...(found.get(meaning) ?? []), word]);
  return found;
}

/** Names within a text that is no prose: an expression, a pointer, a template. */
export const NAME = /[\p{L}_][\p{L}\p{N}_]*/gu;
