import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

/*
 * A clone on its first day: without packages, with an older Node, without a registry, called from another folder.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(command: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      NO_COLOR: "1",
      INIT_CWD: undefined,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      ...env,
    },
  });
  return { code: status, out: stdout, err: stderr };
}

const DEPENDENCIES = { left: "1.0.0", kept: "1.0.0" };

/** A clone with one package, `left`, and no registry that could give it; `installed` has it already. */
function smallClone(installed: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-clone-"));
  folders.push(folder);
  for (const name of ["cli/clone.mjs", "scripts/install-missing.mjs"]) cpSync(join(root, name), join(folder, name));
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: object };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "liantiao", scripts, dependencies: DEPENDENCIES }),
  );
  const left = { version: "1.0.0", resolved: "http://127.0.0.1:9/left-1.0.0.tgz" };
  const lock = (packages: object): string =>
    JSON.stringify({
      name: "liantiao",
      lockfileVersion: 3,
      packages: { "": { dependencies: DEPENDENCIES }, ...packages },
    });
  writeFileSync(join(folder, "package-lock.json"), lock({ "node_modules/left": left, "node_modules/kept": left }));
  for (const name of ["kept", ...(installed ? ["left"] : [])]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
  }
  writeFileSync(
    join(folder, "node_modules/.package-lock.json"),
    lock({ "node_modules/kept": left, ...(installed ? { "node_modules/left": left } : {}) }),
  );
  return folder;
}

const NO_REGISTRY = { npm_config_registry: "http://127.0.0.1:9/" };

test("a clone without packages says in one line what installs them", () => {
  const folder = smallClone(true);
  const { code, err } = start(process.execPath, ["cli/clone.mjs", "explain"], folder);
  expect(err).toMatch(/^error: .* run `npm ci` in .*\n$/);
  expect(code).toBe(2);
});

test("an older Node says in one line which one is needed and how to get it", () => {
  const older = `data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.20.2" })`;
  const { code, err } = start(process.execPath, ["--import", older, "cli/clone.mjs", "explain"], root);
  expect(err).toMatch(/^error: liantiao needs Node 24 .* Node 20\.20\.2; start it with `npm run -s liantiao --`.*\n$/);
  expect(code).toBe(2);
});

test("the demo without a registry keeps what is installed and says what to do", () => {
  const folder = smallClone(false);
  const { code, err } = start("npm", ["run", "-s", "demo"], folder, NO_REGISTRY);
  expect(err).toMatch(/^error: .* what was there is untouched: let npm reach its registry/m);
  expect(existsSync(join(folder, "node_modules/kept/package.json"))).toBe(true);
  expect(code).not.toBe(0);
});

test("the demo asks no registry where every package is installed", () => {
  const folder = smallClone(true);
  const { code, err } = start(process.execPath, ["scripts/install-missing.mjs"], folder, NO_REGISTRY);
  expect([code, err]).toEqual([0, ""]);
});

test("file names count from the folder in which npm was called", () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-elsewhere-"));
  folders.push(folder);
  writeFileSync(join(folder, "mine.json"), "not JSON");
  const { err } = start(
    "npm",
    ["run", "-s", "--prefix", root, "liantiao", "--", "call", "echo", "--sut", "mine.json"],
    folder,
  );
  expect(err).toContain("not JSON");
});
