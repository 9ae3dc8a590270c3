import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generated, leftover } from "./generated-regions.ts";

/**
 * Writes what documents say that pack and code already know: the pages of `docs/catalogue`, and regions of other
 * documents. `--check` writes nothing and fails when a document is stale.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
let stale = 0;
mkdirSync(`${root}docs/catalogue`, { recursive: true });
for (const { file, text } of generated(root)) {
  if (existsSync(root + file) && readFileSync(root + file, "utf8") === text) continue;
  stale += 1;
  if (check) console.error(`${file} is stale; run npm run docs`);
  else {
    writeFileSync(root + file, text);
    console.log(`${file} written`);
  }
}
for (const file of leftover(root)) {
  stale += 1;
  if (check) console.error(`${file} is left over; run npm run docs`);
  else {
    rmSync(root + file);
    console.log(`${file} removed`);
  }
}
if (check && stale > 0) process.exitCode = 1;
