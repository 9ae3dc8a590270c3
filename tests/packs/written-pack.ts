import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interfaceFile, lifecycleFile, messageFile, scenarioFile } from "../../core/pack/file.ts";
import type { PackSource } from "../../core/pack/types.ts";

/** A folder with the files of a pack that was changed in memory; gone when the process ends. */
export function writtenPack(source: PackSource): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-written-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(source.directory, folder, { recursive: true });
  const put = (file: string, value: unknown): void => writeFileSync(join(folder, file), JSON.stringify(value));
  put("pack.json", source.manifest);
  put("errors.json", { errors: source.errors });
  for (const one of source.interfaces) put(interfaceFile(one), one);
  for (const one of source.lifecycles) put(lifecycleFile(one), one);
  for (const one of source.scenarios) put(scenarioFile(one), one);
  for (const [name, schema] of Object.entries(source.messages)) put(messageFile(name), schema);
  return folder;
}
