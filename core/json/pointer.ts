import type { Json } from "../unit/unit.ts";

/** Tokens of a JSON Pointer (RFC 6901); of the empty pointer none. */
export const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

/** What a JSON Pointer leads to; undefined where it leads nowhere. Own members only. */
export function atPointer(value: Json | undefined, pointer: string): Json | undefined {
  let here = value;
  for (const token of tokensOf(pointer)) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, token)) return undefined;
    here = (here as Readonly<Record<string, Json>>)[token];
  }
  return here;
}
