import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interfaceFile, lifecycleFile, messageFile, scenarioFile } from "../core/pack/file.ts";
import { loadPack } from "../core/pack/load.ts";
import type { Lifecycle, Meanings, Transition } from "../core/pack/types.ts";
import { wordsOf } from "../core/pack/words.ts";
import { retell } from "../suites/dialect/retell.ts";
import { PACK_FOLDER } from "./trial.ts";

/** A dialect of the reference pack: what another bank writes, by what it means. */
export interface Retelling extends Required<Meanings> {
  /** Addresses, which mean nothing to the suites. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Writes the reference pack in other words and gives its folder. `silent`: without saying what they mean. */
export function retoldPack({ paths, ...words }: Retelling, silent = false): string {
  const folder = join(mkdtempSync(join(tmpdir(), "liantiao-dialect-")), "gateway");
  cpSync(PACK_FOLDER, folder, { recursive: true });
  const told = retell(loadPack(PACK_FOLDER), wordsOf({ means: words }));
  const put = (file: string, value: unknown): void =>
    writeFileSync(join(folder, file), JSON.stringify(value, undefined, 2));
  const turned = (kind: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(kind).map(([meaning, word]) => [word, meaning]));
  const means: Meanings = { fields: turned(words.fields), states: turned(words.states), codes: turned(words.codes) };
  put("pack.json", { ...told.manifest, name: "gateway", ...(silent ? {} : { means }) });
  put("errors.json", { errors: told.errors });
  for (const one of told.interfaces)
    put(interfaceFile(one), {
      ...one,
      http: {
        ...one.http,
        path: Object.entries(paths).reduce((path, [from, to]) => path.replace(from, to), one.http.path),
      },
    });
  for (const one of told.lifecycles)
    put(lifecycleFile(one), {
      ...one,
      transitions: one.transitions.map((transition) => keyed(one, transition, words)),
    });
  for (const one of told.scenarios) put(scenarioFile(one), one);
  for (const [name, schema] of Object.entries(told.messages)) put(messageFile(name), schema);
  return folder;
}

/** The key of a row that an operator makes is made of the fields of what the operator says, which are called otherwise now. */
function keyed(lifecycle: Lifecycle, transition: Transition, { fields }: Required<Meanings>): Transition {
  if (
    !("operator" in transition.on) ||
    transition.on.input === undefined ||
    transition.key !== undefined ||
    !transition.from.includes(lifecycle.initial)
  )
    return transition;
  return {
    ...transition,
    key: Object.fromEntries(lifecycle.key.map((name) => [name, `$request.${fields[name] ?? name}`])),
  };
}
