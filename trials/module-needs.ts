import { loadPack } from "../core/pack/load.ts";
import { PACK_FOLDER } from "./trial.ts";

const { modules = [] } = loadPack(PACK_FOLDER);

/** Names of the modules of the reference pack. */
export const MODULES: readonly string[] = modules.map(({ name }) => name);

/** Modules of the reference pack and all that they need, as a statement claims them. */
export function withNeeds(names: readonly string[]): readonly string[] {
  const needed = names.flatMap((name) => modules.find((one) => one.name === name)?.needs ?? []);
  return [...new Set([...names, ...(needed.length === 0 ? [] : withNeeds(needed))])];
}
