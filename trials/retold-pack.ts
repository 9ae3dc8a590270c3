import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { loadPack } from "../core/pack/load.ts";
import type { Lifecycle, PackSource, Transition } from "../core/pack/types.ts";
import { inOtherForms } from "./other-forms.ts";
import { otherWords } from "./other-words.ts";
import { retell } from "./retell.ts";
import type { Words } from "./retell.ts";
import { PACK_FOLDER } from "./trial.ts";

/** How another bank tells the reference pack. */
export interface Retelling {
  /** Its words for some of the pack's; all others are made up. */
  readonly words: { readonly [kind in keyof Words]?: Readonly<Record<string, string>> };
  /** Its addresses. */
  readonly paths: Readonly<Record<string, string>>;
  /** Whether its amounts are texts of yuan, and its times local. */
  readonly otherForms?: true;
}

/** Writes the reference pack in other words and gives its folder. */
export function retoldPack({ paths, words: chosen, otherForms }: Retelling): string {
  const folder = join(mkdtempSync(join(tmpdir(), "liantiao-dialect-")), "gateway");
  cpSync(PACK_FOLDER, folder, { recursive: true });
  const reference = loadPack(PACK_FOLDER);
  const source = otherForms === true ? inOtherForms(reference) : reference;
  const words = otherWords(source, chosen);
  const told = retell(source, words);
  const dialect: PackSource = {
    ...told,
    manifest: { ...told.manifest, name: "gateway" },
    interfaces: told.interfaces.map((one) => ({
      ...one,
      http: {
        ...one.http,
        path: Object.entries(paths).reduce((path, [from, to]) => path.replace(from, to), one.http.path),
      },
    })),
    lifecycles: told.lifecycles.map((one) => ({
      ...one,
      transitions: one.transitions.map((transition) => keyed(one, transition, words)),
    })),
  };
  writeOver(folder, dialect, words);
  return folder;
}

/** Writes a pack over the files of another that it is told after, each part into the file, and the module, that had it. */
function writeOver(folder: string, told: PackSource, { codes }: Words): void {
  const tellers: Readonly<Record<string, (name: string, written: unknown) => unknown>> = {
    interfaces: (name) => told.interfaces.find(({ id }) => id === name),
    lifecycles: (name) => told.lifecycles.find(({ resource }) => resource.replaceAll("_", "-") === name),
    scenarios: (name) => told.scenarios.find(({ id }) => id === name),
    messages: (name) => told.messages[name],
    "errors.json": (_name, written) => ({
      errors: (written as { readonly errors: readonly { readonly code: string }[] }).errors.map((error) =>
        told.errors.find(({ code }) => code === (codes.get(error.code) ?? error.code)),
      ),
    }),
    "pack.json": () => told.manifest,
  };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    // Views are put in when a pack is read, so they stand in the rules themselves from here on.
    if (entry.name === "views.json") rmSync(file);
    const tell = tellers[entry.name] ?? tellers[basename(entry.parentPath)];
    if (!entry.isFile() || tell === undefined) continue;
    const part = tell(basename(entry.name, ".json"), JSON.parse(readFileSync(file, "utf8")));
    if (part === undefined) throw new TypeError(`the retold pack has nothing for ${file}`);
    writeFileSync(file, JSON.stringify(part, undefined, 2));
  }
}

/**
 * The key of a row that an operator makes is made of the fields of what the operator says. A row's party keeps the
 * engine's name, so where a message has another the key says which is which.
 */
function keyed(lifecycle: Lifecycle, transition: Transition, { fields }: Words): Transition {
  if (
    !("operator" in transition.on) ||
    transition.on.input === undefined ||
    transition.key !== undefined ||
    !transition.from.includes(lifecycle.initial)
  )
    return transition;
  return {
    ...transition,
    key: Object.fromEntries(lifecycle.key.map((name) => [name, `$request.${fields.get(name) ?? name}`])),
  };
}
