import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes a file whole or not at all: anew beside it, synced, then renamed. A full disk or a crash leaves what was there.
 * `mode` is the file's own: 0o600 where it holds secrets or people's data.
 *
 * @throws the error of the file system
 */
export function replaceFile(file: string, text: string, { mode = 0o644 }: { readonly mode?: number } = {}): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    rmSync(fresh, { force: true });
    const descriptor = openSync(fresh, "wx", mode);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, file);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw cause;
  }
}
