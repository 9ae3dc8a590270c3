import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interfaceFile, lifecycleFile, messageFile, scenarioFile } from "../core/pack/file.ts";
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
  // Views are put in when a pack is read, so they stand in the rules themselves from here on.
  rmSync(join(folder, "views.json"), { force: true });
  const reference = loadPack(PACK_FOLDER);
  const source = otherForms === true ? inOtherForms(reference) : reference;
  const words = otherWords(source, chosen);
  const told = retell(source, words);
  writePack(folder, {
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
  });
  return folder;
}

function writePack(folder: string, told: PackSource): void {
  const put = (file: string, value: unknown): void =>
    writeFileSync(join(folder, file), JSON.stringify(value, undefined, 2));
  put("pack.json", told.manifest);
  put("errors.json", { errors: told.errors });
  for (const one of told.interfaces) put(interfaceFile(one), one);
  for (const one of told.lifecycles) put(lifecycleFile(one), one);
  for (const one of told.scenarios) put(scenarioFile(one), one);
  for (const [name, schema] of Object.entries(told.messages)) put(messageFile(name), schema);
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
