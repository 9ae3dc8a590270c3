import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-package-"));
const path = (process.env["PATH"] ?? "").split(delimiter);
/**
 * npm as the machine has it set up: under a Node from `node_modules` it would look for its settings beside that one.
 */
const machine = { ...process.env, PATH: path.filter((folder) => !folder.includes("node_modules")).join(delimiter) };
/** The Node that runs the tests comes first, as on a machine that has Node 24. */
const env = { ...process.env, NO_COLOR: "1", PATH: [dirname(process.execPath), ...path].join(delimiter) };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name));
}

test("the packed package runs its demo from an empty folder and finds the race", () => {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    env: machine,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [archive] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", join(folder, archive ?? "")], {
    cwd: folder,
    env: machine,
    stdio: ["ignore", "ignore", "inherit"],
  });
  // Documents that messages and help lines name must be in the package.
  const installed = join(folder, "node_modules/liantiao");
  const named = ["cli", "core", "hosting", "suites"]
    .flatMap((name) => sourcesIn(join(root, name)))
    .flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/(?<!\.\.\/)docs\/(?:(?:catalogue|recipes)\/)?[\w-]+\.md/g)].map(
        ([one]) => one,
      ),
    );
  expect(named.length).toBeGreaterThan(0);
  expect([...new Set(named)].filter((one) => !existsSync(join(installed, one)))).toEqual([]);
  const demo = spawnSync("npx", ["--no-install", "liantiao", "demo", "--quick"], {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: 19 * 60_000,
  });
  expect(demo.stdout, demo.stderr).toContain("as expected: the conforming bank passes");
  expect(demo.stdout).toMatch(/^as expected: the race is found/m);
  expect(demo.status, demo.stdout).toBe(0);
});
