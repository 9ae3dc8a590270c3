import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPack } from "../../core/pack/load.ts";
import type { ErrorCode, Scenario } from "../../core/pack/types.ts";
import { FURTHER_MODULES, PACK_FOLDER, PAYMENT_MODULES } from "../trial.ts";

let payments: string | undefined;

/**
 * The folder of a pack of specs/. Of the reference pack it has the modules of payments alone: a varied pack is judged by
 * all that it has, and twenty of them a day have to be quick.
 */
export function folderOf(name: string): string {
  if (name !== "cooperation") return fileURLToPath(new URL(`../../specs/${name}`, import.meta.url));
  payments ??= withoutFurtherModules();
  return payments;
}

function withoutFurtherModules(): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-payments-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const made = join(folder, "cooperation");
  const folders = new Set(FURTHER_MODULES.map((name) => join(PACK_FOLDER, name)));
  cpSync(PACK_FOLDER, made, { recursive: true, filter: (file) => !folders.has(file) });
  const { interfaces, lifecycles, scenarios } = loadPack(made);
  const known = new Set(interfaces.map(({ id }) => id));
  for (const at of ["", ...PAYMENT_MODULES]) {
    edited(join(made, at, "errors.json"), ({ errors, ...rest }: { readonly errors: readonly ErrorCode[] }) => ({
      ...rest,
      errors: errors.map((error) => withoutWays(error, known)),
    }));
    for (const { id } of scenarios)
      edited(join(made, at, "scenarios", `${id}.json`), ({ plays, ...rest }: Scenario) =>
        plays === undefined
          ? rest
          : { ...rest, plays: plays.filter((one) => lifecycles.some(({ resource }) => resource === one.resource)) },
      );
  }
  return made;
}

/** Writes a file anew, where it is there. */
function edited(file: string, change: (content: never) => unknown): void {
  if (existsSync(file)) writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as never)));
}

/** A code without the ways to provoke it that lead through interfaces which are not there. */
function withoutWays({ provoke, ...error }: ErrorCode, known: ReadonlySet<string>): ErrorCode {
  const left = provoke?.filter((way) =>
    [way.in, ...(way.after ?? []).map(({ call }) => call)].every((id) => known.has(id)),
  );
  return left === undefined || left.length === 0 ? error : { ...error, provoke: left };
}
