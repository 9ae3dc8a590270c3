import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packNames } from "../packs.ts";
import { UserError } from "../user-error.ts";

/** Files of a pack by their paths in its folder, `/` between parts. */
export type PackFiles = Readonly<Record<string, unknown>>;

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MOST_CHARACTERS = 64;

/** @throws UserError where no new pack can have this name in the folder `parent`. */
export function refuseName(name: string, parent: string): void {
  if (!NAME.test(name) || name.length > MOST_CHARACTERS)
    throw new UserError(
      { en: `a pack cannot be called "${name}"`, zh: `规范包不能命名为“${name}”` },
      {
        where: "NAME",
        allowed: {
          en: `kebab-case, at most ${MOST_CHARACTERS} characters: small letters, digits and single hyphens, a letter first`,
          zh: `短横线连接的小写名称，不超过 ${MOST_CHARACTERS} 个字符：小写字母、数字与单个连字符，以字母开头`,
        },
        next: { en: "give a name such as our-bank", zh: "请给出如 our-bank 的名称" },
      },
    );
  if (packNames().includes(name))
    throw new UserError(
      {
        en: `there is a pack "${name}" already, which comes with liantiao`,
        zh: `liantiao 自带的规范包已使用名称“${name}”`,
      },
      { where: "NAME", next: { en: "give another name", zh: "请改用其他名称" } },
    );
  const folder = join(parent, name);
  if (existsSync(folder))
    throw new UserError(
      { en: `${folder} exists already, and is left as it is`, zh: `${folder} 已存在，未作改动` },
      {
        where: "NAME",
        next: { en: "give another name, or another place with --out", zh: "请改用其他名称，或以 --out 另选位置" },
      },
    );
}

/** Writes a pack's folder whole or not at all, and gives it. @throws UserError where the place cannot be written. */
export function writePack(name: string, parent: string, files: PackFiles): string {
  const folder = join(parent, name);
  let staged: string | undefined;
  try {
    mkdirSync(parent, { recursive: true });
    staged = mkdtempSync(join(parent, `.${name}.`));
    writeFiles(staged, files);
    chmodSync(staged, 0o755);
    renameSync(staged, folder);
    return folder;
  } catch (cause) {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new UserError(
      { en: `${folder} cannot be written: ${cause.message}`, zh: `无法写入 ${folder}：${cause.message}` },
      {
        where: "--out",
        next: { en: "give a folder that can be written", zh: "请给出可写的目录" },
        cause,
      },
    );
  }
}

function writeFiles(folder: string, files: PackFiles): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
}
