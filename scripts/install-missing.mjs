// Installs the packages of a clone where some are missing, and touches nothing where all are there: `npm ci` would delete
// them before it asks the registry. It is plain JavaScript, because the clone's own Node may be missing too.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** npm's own would try a registry that is not there for minutes. */
const PATIENCE = "--fetch-retries=2 --fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=3000";

const root = fileURLToPath(new URL("..", import.meta.url));
const words = installation();
if (words !== undefined) {
  // One word, because npm is a script that Windows starts through a shell only.
  const { status } = spawnSync(`npm ${words} --no-audit --no-fund --loglevel=error ${PATIENCE}`, {
    cwd: root,
    shell: true,
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error(
      `error: npm could not install what is missing in ${root}node_modules; what was there is untouched: let npm reach its registry, then run the same again`,
    );
    process.exitCode = 2;
  }
}

/** What npm is to do; undefined where every package of the lock file is there. */
function installation() {
  const installed = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return "ci";
  const [wanted, present] = [`${root}package-lock.json`, installed].map(
    (file) => JSON.parse(readFileSync(file, "utf8")).packages,
  );
  const missing = Object.entries(wanted).some(
    ([name, { version, optional }]) =>
      name !== "" &&
      optional !== true &&
      (present[name]?.version !== version || !existsSync(`${root}${name}/package.json`)),
  );
  // `npm install` keeps what is there until what is new has arrived, and puts it back when that fails.
  return missing ? "install --no-save" : undefined;
}
