import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { interfaceFile, lifecycleFile, messageFile, requirementFile, scenarioFile } from "../file.ts";
import type { PackSource } from "../types.ts";

/** A folder with the files of a pack that was made or changed in memory; gone when the process ends. */
export function writtenPack(source: PackSource): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-written-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writePack(source, folder);
  return folder;
}

/** Writes the files of a pack that was made or changed in memory into a folder. */
export function writePack(source: PackSource, folder: string): void {
  const put = (file: string, value: unknown): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), JSON.stringify(value));
  };
  put("pack.json", source.manifest);
  put("errors.json", { errors: source.errors });
  for (const one of source.interfaces) put(interfaceFile(one), one);
  for (const one of source.lifecycles) put(lifecycleFile(one), one);
  for (const one of source.scenarios) put(scenarioFile(one), one);
  for (const [name, schema] of Object.entries(source.messages)) put(messageFile(name), schema);
  for (const [area, requirements = []] of Object.entries(Object.groupBy(source.requirements, (one) => one.area)))
    put(requirementFile({ area }), { requirements });
}
