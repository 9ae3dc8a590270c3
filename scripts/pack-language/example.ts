import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileKind } from "../../core/pack/meta-schema.ts";
import type { PackLanguage, Steps, Word } from "./word.ts";

/** A JSON value. */
export type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** The files of the packs that come with the project, as they are written, by the kind of file. */
export type PackFiles = ReadonlyMap<string, readonly Json[]>;

const PACKS = ["cooperation", "vocabulary", "wechat-v3", "unionpay-acp"];
const BY_NAME: Readonly<Record<string, FileKind>> = {
  "pack.json": "manifest",
  "module.json": "module",
  "errors.json": "errors",
  "views.json": "views",
  "loads.json": "loads",
};
const BY_FOLDER: Readonly<Record<string, FileKind | "message">> = {
  interfaces: "interface",
  lifecycles: "lifecycle",
  scenarios: "scenario",
  requirements: "requirements",
  messages: "message",
};

/** Reads the packs of the repository at `root`. */
export function packFiles(root: string): PackFiles {
  const found = new Map<string, Json[]>();
  for (const pack of PACKS) {
    for (const name of readdirSync(`${root}specs/${pack}`, { recursive: true, encoding: "utf8" }).toSorted()) {
      const kind = BY_NAME[basename(name)] ?? BY_FOLDER[basename(dirname(name))];
      if (kind === undefined || !name.endsWith(".json")) continue;
      const document = JSON.parse(readFileSync(join(root, "specs", pack, name), "utf8")) as Json;
      found.set(kind, [...(found.get(kind) ?? []), document]);
    }
  }
  return found;
}

/** Every value that stands where the steps lead. */
function valuesAt(value: Json, steps: Steps): readonly Json[] {
  return steps.reduce<readonly Json[]>(
    (values, step) =>
      values.flatMap((one) => {
        if (typeof one !== "object" || one === null) return [];
        if (step === "[]") return Array.isArray(one) ? (one as readonly Json[]) : [];
        if (Array.isArray(one)) return [];
        const fields = one as Readonly<Record<string, Json>>;
        return step === "*" ? Object.values(fields) : Object.hasOwn(fields, step) ? [fields[step] as Json] : [];
      }),
    [value],
  );
}

/** Every value that the packs write for a part of the language, shared parts wherever they stand. */
function valuesOfPart(
  language: PackLanguage,
  files: PackFiles,
  part: string,
  seen: readonly string[] = [],
): readonly Json[] {
  if (seen.includes(part)) return [];
  const documents = files.get(part);
  if (documents !== undefined) return documents;
  return (language.sites.get(part) ?? []).flatMap((site) =>
    valuesOfPart(language, files, site.part, [...seen, part]).flatMap((value) => valuesAt(value, site.steps)),
  );
}

/**
 * An example of a word: the shortest that a pack in use writes, or the one of the meta-schema; undefined where there is
 * none.
 */
export function exampleOf(language: PackLanguage, files: PackFiles, part: string, word: Word): string | undefined {
  const values = valuesOfPart(language, files, part).flatMap((value) => valuesAt(value, word.steps));
  const fitting =
    word.form === undefined
      ? values
      : values.filter(
          (value) =>
            typeof value === "object" && value !== null && word.form?.every((name) => Object.hasOwn(value, name)),
        );
  // What says something comes before an empty list or a bare `true`.
  const telling = fitting.filter((value) => !["{}", "[]"].includes(JSON.stringify(value)));
  const all = telling.length > 0 ? telling : ((word.schema.examples ?? []) as readonly Json[]);
  return all
    .toSorted((left, right) => JSON.stringify(left).length - JSON.stringify(right).length)
    .map((value) => shown(value))[0];
}

const ROOM = 110;
/** Characters of a text that are shown. */
const TEXT_ROOM = 60;

/** A value on one line: what is too long for it has its inner parts left out. */
function shown(value: Json): string {
  for (const depth of [8, 3, 2, 1]) {
    const text = written(value, depth);
    if (text.length <= ROOM) return text;
  }
  const [opening, closing] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  let text = opening;
  for (const part of partsOf(value, 1)) {
    if (text.length + part.length > ROOM) break;
    text += `${part}, `;
  }
  return `${text}…${closing}`;
}

function written(value: Json, depth: number): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > TEXT_ROOM ? `${value.slice(0, TEXT_ROOM)}…` : value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = partsOf(value, depth);
  const list = Array.isArray(value);
  if (depth === 0 && parts.length > 0) return list ? "[…]" : "{…}";
  if (list && parts.length > 2 && parts.every((part) => part === "{…}")) return "[{…}, …]";
  return list ? `[${parts.join(", ")}]` : `{${parts.join(", ")}}`;
}

function partsOf(value: Json, depth: number): readonly string[] {
  if (typeof value !== "object" || value === null || depth < 0) return [];
  return Array.isArray(value)
    ? (value as readonly Json[]).map((item) => written(item, depth - 1))
    : Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${written(member as Json, depth - 1)}`);
}
