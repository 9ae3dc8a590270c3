import { fileURLToPath } from "node:url";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";

/** Packs by name. Compiling one takes longer than most tests, and nothing of it changes: a test that wants another edits a copy. */
const compiled = new Map<string, Pack>();

/** The reference pack. */
export const cooperationPack = (): Pack => packNamed("cooperation");

/** A pack of other business, for which nothing was written but its own files. */
export const vocabularyPack = (): Pack => packNamed("vocabulary");

function packNamed(name: string): Pack {
  const pack =
    compiled.get(name) ?? compilePack(loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url))));
  compiled.set(name, pack);
  return pack;
}
