import { fileURLToPath } from "node:url";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";

/** The reference pack, compiled anew: packs are cheap enough not to be shared between test files. */
export function cooperationPack(): Pack {
  return compilePack(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));
}
