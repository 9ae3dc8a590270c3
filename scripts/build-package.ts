import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Builds what `npm pack` puts into the package: JavaScript, because Node refuses to strip types under `node_modules`.
 * Nothing else in the repository needs a build.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;
rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}tsconfig.build.json`], {
  stdio: "inherit",
});
const entry = `${dist}/cli/main.js`;
if (!readFileSync(entry, "utf8").startsWith("#!/usr/bin/env node"))
  throw new Error("cli/main.ts must begin with #!/usr/bin/env node, or the package's command cannot be run");
chmodSync(entry, 0o755);
// `dist` has the shape of the repository, so that code finds its data in the same place in both.
cpSync(`${root}specs`, `${dist}/specs`, { recursive: true });
// The script that k6 is given is JavaScript in the repository too.
cpSync(`${root}suites/load/k6/script/load.js`, `${dist}/suites/load/k6/script/load.js`);
cpSync(`${root}package.json`, `${dist}/package.json`);
