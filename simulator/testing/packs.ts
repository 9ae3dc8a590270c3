import { fileURLToPath } from "node:url";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";

/** The reference pack, compiled anew: packs are cheap enough not to be shared between test files. */
export const cooperationPack = (): Pack => packNamed("cooperation");

/** A pack of other business, for which nothing was written but its own files. */
export const vocabularyPack = (): Pack => packNamed("vocabulary");

function packNamed(name: string): Pack {
  return compilePack(loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url))));
}
