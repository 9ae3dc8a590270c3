import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureReadmes, measureSources, measureSubjects, measureTestNames, typeScriptIn } from "./prose/measures.ts";
import type { Measure } from "./prose/measures.ts";

/**
 * Measures how we write (CONTRIBUTING.md), prints each rule with its worst places, and fails over a limit.
 * `--since REF` looks at the commits after a tag or commit only; `--all` prints every place.
 */
const WORST = 10;
const WIDTH = 160;
const root = fileURLToPath(new URL("..", import.meta.url));

const { values } = parseArgs({ options: { since: { type: "string" }, all: { type: "boolean", default: false } } });

function commitsSince(since: string | undefined): readonly { readonly id: string; readonly subject: string }[] {
  const range = since === undefined ? "HEAD" : `${since}..HEAD`;
  const log = spawnSync("git", ["log", "--no-merges", "--format=%h %s", range, "--"], {
    cwd: root,
    encoding: "utf8",
  });
  if (log.status !== 0) {
    console.error(
      `error: git shows no commits of ${range}: ${log.stderr.trim()}\n  next: give --since a tag or commit`,
    );
    process.exit(2);
  }
  return log.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ id: line.slice(0, line.indexOf(" ")), subject: line.slice(line.indexOf(" ") + 1) }));
}

function show(measures: readonly Measure[]): void {
  const rows = [
    ["", "rule", "found", "limit"],
    ...measures.map(({ name, found, limit, within }) => [within ? "" : "OVER", name, found, limit ?? "-"]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  for (const { name, places } of measures) {
    if (places.length === 0) continue;
    const shown = values.all ? places : places.slice(0, WORST);
    console.log(`\n${name}${shown.length < places.length ? ` (${shown.length} of ${places.length})` : ""}`);
    for (const { where, text } of shown) {
      const line = `  ${where}  ${text}`.trimEnd();
      console.log(line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`);
    }
  }
}

const sources = typeScriptIn(root);
const readmes = ["README.md", "README.zh-CN.md"].map((file) => ({ file, text: readFileSync(root + file, "utf8") }));
const measures = [
  ...measureTestNames(sources),
  ...measureSources(sources),
  ...measureReadmes(readmes),
  measureSubjects(commitsSince(values.since)),
];
show(measures);
if (measures.some(({ within }) => !within)) process.exitCode = 1;
