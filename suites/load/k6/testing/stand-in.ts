import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program that may stand for the user's k6 in `K6_BIN`; `settings` are those of `k6-stand-in.child.ts`. */
export function standIn(settings: Readonly<Record<string, string>> = {}): string {
  const program = fileURLToPath(new URL("./k6-stand-in.child.ts", import.meta.url));
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}='${value}'`);
  const run = `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' "$@"`;
  return shellProgram(mkdtempSync(join(tmpdir(), "liantiao-k6-")), [...exports, run].join("\n"));
}

/** A program of the shell in a folder. */
export function shellProgram(folder: string, text: string): string {
  const file = join(folder, "k6");
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o700 });
  return file;
}
