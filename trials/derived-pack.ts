import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SPECS = fileURLToPath(new URL("../specs", import.meta.url));

// oxlint-disable-next-line typescript/no-explicit-any -- files of a pack, edited as text is
type Editable = Record<string, any>;

/** Changes one file of the pack. */
export type Edit = (file: string, change: (content: Editable) => void) => void;

/** A folder with a pack of `specs`, changed; gone when the process ends. */
export function derivedPack(name: string, change: (edit: Edit) => void): string {
  const parent = mkdtempSync(join(tmpdir(), `liantiao-${name}-`));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, `${name}-derived`);
  cpSync(join(SPECS, name), folder, { recursive: true });
  // What a pack demands stands in a pack beside it.
  symlinkSync(join(SPECS, "cooperation"), join(parent, "cooperation"));
  change((file, edit) => {
    const content = JSON.parse(readFileSync(join(folder, file), "utf8")) as Editable;
    edit(content);
    writeFileSync(join(folder, file), JSON.stringify(content));
  });
  return folder;
}
