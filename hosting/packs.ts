import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compilePack } from "../core/pack/compile.ts";
import type { Pack } from "../core/pack/compile.ts";
import { loadPack } from "../core/pack/load.ts";
import { PackProblems } from "../core/pack/problem.ts";
import type { PackSource } from "../core/pack/types.ts";
import { nearName } from "../core/names/near-name.ts";
import { UserError } from "./user-error.ts";

const specsFolder = (): string => fileURLToPath(new URL("../specs/", import.meta.url));

/** Names of the packs that come with the project. */
export function packNames(): readonly string[] {
  const folder = specsFolder();
  return readdirSync(folder)
    .filter((name) => existsSync(`${folder}${name}/pack.json`))
    .toSorted();
}

/** The folder of a pack given by name, or by a folder relative to `base`. @throws UserError */
export function packFolder(pack: string, base: string, where: string): string {
  const named = packNames();
  if (named.includes(pack)) return specsFolder() + pack;
  const folder = resolve(base, pack);
  if (existsSync(`${folder}/pack.json`)) return folder;
  throw new UserError(
    { en: `there is no pack "${pack}"`, zh: `没有规范包“${pack}”` },
    {
      where,
      allowed: {
        en: `${named.join(", ")}, or a folder with a pack.json`,
        zh: `${named.join("、")}，或含有 pack.json 的目录`,
      },
      near: nearName(pack, named),
      next: pack.includes("/")
        ? { en: `${folder} holds no pack.json; correct the path`, zh: `${folder} 中没有 pack.json；请更正路径` }
        : {
            en: "give a name of the list or the folder of your own pack",
            zh: "请给出上列名称之一，或自有规范包的目录",
          },
    },
  );
}

/** Reads a pack. @throws UserError with everything that is wrong with it. */
export function readPack(pack: string, base: string, where: string): PackSource {
  const folder = packFolder(pack, base, where);
  return explained(() => loadPack(folder));
}

/** Reads and compiles a pack. @throws UserError with everything that is wrong with it. */
export function openPack(pack: string, base: string, where: string): Pack {
  return compileRead(readPack(pack, base, where));
}

/** Compiles a pack that was read. @throws UserError with everything that is wrong with it. */
export function compileRead(source: PackSource): Pack {
  return explained(() => compilePack(source));
}

function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof PackProblems)) throw cause;
    throw new UserError(cause.said, {
      next: {
        en: "correct the files named, then see that `liantiao pack check` finds nothing",
        zh: "请更正所列文件，再以 `liantiao pack check` 确认无误",
      },
      cause,
    });
  }
}

/** How a statement written anywhere names this pack: its name, or else its absolute folder. */
export function packReference(pack: string): string {
  return packNames().includes(pack) ? pack : resolve(pack);
}
