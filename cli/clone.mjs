// Starts the program in a clone. It is plain JavaScript of 2020, so that an older Node can read it and say what is missing.
import { existsSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const complaint = missing();
if (complaint === undefined) {
  // npm starts a script in the folder of its package.json, and tells here where it was called: file names count from there.
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  if (INIT_CWD !== undefined && npm_lifecycle_event !== undefined && existsSync(INIT_CWD)) process.chdir(INIT_CWD);
  keepCompiled();
  void import("./main.ts");
} else {
  console.error(complaint);
  process.exitCode = 2;
}

/** What keeps the program from starting, as one line with the way on. */
function missing() {
  if (!existsSync(`${root}node_modules/commander/package.json`))
    return `error: the clone has no packages yet; run \`npm ci\` in ${root} first (it brings Node 24 too)`;
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 24)
    return `error: liantiao needs Node 24 or later, and this is Node ${process.versions.node}; start it with \`npm run -s liantiao --\` in ${root}, which takes the clone's own`;
  return undefined;
}

/**
 * Keeps what Node has compiled for the next start, types stripped: the program starts sooner then, and what strips types
 * takes no memory. By the environment, because the threads that are started read it there.
 */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || `${root}node_modules/.cache/node`;
  if (module.enableCompileCache !== undefined) module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
