import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generated } from "./generated-regions.ts";

/**
 * Writes the tables of the documents that pack and registries already know, between `<!-- generated:NAME -->` and
 * `<!-- /generated -->`. `--check` writes nothing and fails when a document is stale.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
let stale = 0;
for (const { file, text } of generated(root)) {
  if (readFileSync(root + file, "utf8") === text) continue;
  stale += 1;
  if (check) console.error(`${file} is stale; run npm run docs`);
  else {
    writeFileSync(root + file, text);
    console.log(`${file} written`);
  }
}
if (check && stale > 0) process.exitCode = 1;
