import type { Json, PackFiles } from "./example.ts";

type Fields = Readonly<Record<string, Json>>;

/** Finds what uses a word of a list in the packs, by the name that a reader knows it by; undefined where nothing does. */
export type UserOf = (files: PackFiles, word: string) => string | undefined;

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object in a document, with the name of the member that holds it. */
function objectsIn(value: Json, name: string): readonly { readonly name: string; readonly fields: Fields }[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => objectsIn(item, name));
  if (!isFields(value)) return [];
  return [{ name, fields: value }, ...Object.entries(value).flatMap(([member, held]) => objectsIn(held, member))];
}

/** The member whose object says `key: word`, in files of some kinds. */
const memberWith =
  (kinds: readonly string[], keys: readonly string[]): UserOf =>
  (files, word) => {
    const found = kinds
      .flatMap((kind) => files.get(kind) ?? [])
      .flatMap((document) => objectsIn(document, ""))
      .find(({ fields }) => keys.some((key) => fields[key] === word));
    if (found === undefined) return undefined;
    // A column is an item of a list, and has its name within.
    const own = found.fields["name"] ?? found.fields["code"];
    return typeof own === "string" ? own : found.name;
  };

/** The lists of words, and what uses a word of each. */
export const LISTS: Readonly<Record<string, UserOf>> = {
  meaning: memberWith(["message", "interface"], ["x-is", "is"]),
  outcome: memberWith(["lifecycle"], ["outcome"]),
  reason: memberWith(["errors"], ["reason"]),
  part: (files, word) => {
    const scenario = (files.get("scenario") ?? []).find((one) =>
      objectsIn(one, "").some(({ name, fields }) => name === "plays" && fields["as"] === word),
    );
    return isFields(scenario) && typeof scenario["id"] === "string" ? scenario["id"] : undefined;
  },
};
