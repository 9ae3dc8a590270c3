import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ErrorCode } from "../../core/pack/types.ts";
import type { PackFiles } from "./folder.ts";
import type { ReferenceParts } from "./reference-parts.ts";

/** The files of the smallest pack, that of docs/recipes/pack.md: a note that is left under a number, and read. */
export function smallestPack(name: string, { manifest, codes, requirements }: ReferenceParts): PackFiles {
  const { "errors.json": own, ...files } = noteFiles();
  return {
    "pack.json": {
      ...manifest,
      name,
      version: "0.1.0",
      title: { en: name, zh: name },
      description: {
        en: "A new pack: notes that are left under a number, and read. Put your own interfaces in their place.",
        zh: "新建的规范包：按编号留言与查询。请以自有接口替换。",
      },
      accounts: {},
      fees: {},
    },
    "errors.json": { errors: [...codes, ...(own as { readonly errors: readonly ErrorCode[] }).errors] },
    ...files,
    ...requirements,
  };
}

function noteFiles(): PackFiles {
  const folder = fileURLToPath(new URL("../../specs/presets/note/", import.meta.url));
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".json"))
      .toSorted()
      .map((path) => [path.replaceAll("\\", "/"), JSON.parse(readFileSync(folder + path, "utf8")) as unknown]),
  );
}
