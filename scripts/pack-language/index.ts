import { metaSchema } from "../../core/pack/meta-schema.ts";
import { code, table } from "../catalogue/table.ts";
import { exampleOf, packFiles } from "./example.ts";
import type { PackFiles } from "./example.ts";
import { LISTS } from "./listed.ts";
import { packLanguage, pathOf } from "./word.ts";
import type { Described, PackLanguage, Word } from "./word.ts";

/** A word of the language with what the page shows of it. */
export interface ShownWord extends Word {
  readonly part: string;
  readonly example: string | undefined;
}

/** Every word of the language of packs, with an example of a pack in use or of the meta-schema. */
export function shownWords(root: string): readonly ShownWord[] {
  const language = packLanguage();
  const files = packFiles(root);
  return [...language.parts.keys()].flatMap((part) => wordsOf(language, files, part));
}

function wordsOf(language: PackLanguage, files: PackFiles, part: string): readonly ShownWord[] {
  return (language.parts.get(part)?.words ?? []).map((word) => ({
    ...word,
    part,
    example: exampleOf(language, files, part, word),
  }));
}

/** The table of a part's words. */
function partTable(root: string, part: string): string {
  const language = packLanguage();
  const words = wordsOf(language, packFiles(root), part);
  return table(
    ["word", "says", "example"],
    words.map((word) => [nameOf(word), says(word), word.example === undefined ? "" : code(word.example)]),
  );
}

function nameOf({ steps, form, required }: ShownWord): string {
  const path = pathOf(steps);
  if (form !== undefined) return form.map(code).join(" ") + (path === "" ? "" : ` at ${code(path)}`);
  return `${code(path)}${required ? " *" : ""}`;
}

function says({ description, schema }: ShownWord): string {
  const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (allowed === undefined) return description;
  const list = allowed.map((value) => code(JSON.stringify(value))).join(", ");
  return `${description} ${allowed.length === 1 ? "Always" : "One of"} ${list}.`.trim();
}

/** The table of the words that a shared definition lists, such as the reasons of codes. */
function listed(name: string, root: string): string {
  return table(
    ["word", "means", "example"],
    listedWords(name, root).map(({ word, meaning, user }) => [
      code(word),
      meaning,
      user === undefined ? "" : code(user),
    ]),
  );
}

/** A word of a list, with what uses it in a pack of the project. */
export interface ListedWord {
  readonly word: string;
  readonly meaning: string;
  readonly user: string | undefined;
}

/** The words that a shared definition lists. */
export function listedWords(name: string, root: string): readonly ListedWord[] {
  const definition = (metaSchema("shared") as Described).$defs?.[name];
  const files = packFiles(root);
  return (definition?.enum ?? []).map((word, index) => ({
    word: String(word),
    meaning: definition?.enumDescriptions?.[index] ?? "",
    user: LISTS[name]?.(files, String(word)),
  }));
}

/** What the page shows between its marks, by the name of the region. */
export const PACK_LANGUAGE_REGIONS: Readonly<Record<string, (root: string) => string>> = {
  ...Object.fromEntries(
    [...packLanguage().parts.keys()].map((part) => [
      `pack-${part.toLowerCase()}`,
      (root: string) => partTable(root, part),
    ]),
  ),
  ...Object.fromEntries(Object.keys(LISTS).map((name) => [`pack-${name}s`, (root: string) => listed(name, root)])),
};
