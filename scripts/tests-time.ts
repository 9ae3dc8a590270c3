import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { TIME_FILE } from "../tests/time/time-reporter.ts";
import type { FileTime, RunTime } from "../tests/time/time-reporter.ts";

/*
 * What the last run of vitest took, by folder and by file: npm run tests:time
 */

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How many files are listed. */
    files: { type: "string", default: "20" },
  },
});

const run = JSON.parse(readFileSync(positionals[0] ?? TIME_FILE, "utf8")) as RunTime;
const processorMs = ({ ownMs, programsMs }: FileTime): number => ownMs + programsMs;
const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(8);
const total = (files: readonly FileTime[], of: (file: FileTime) => number): number =>
  files.reduce((sum, file) => sum + of(file), 0);

const line = (what: string, files: readonly FileTime[]): string =>
  [
    seconds(total(files, processorMs)),
    seconds(total(files, ({ programsMs }) => programsMs)),
    seconds(total(files, ({ wallMs }) => wallMs)),
    `  ${what}`,
  ].join(" ");

const groups = [...Map.groupBy(run.files, ({ file }) => file.split("/")[0] ?? "")].toSorted(
  ([, one], [, other]) => total(other, processorMs) - total(one, processorMs),
);
const longest = run.files.toSorted((one, other) => processorMs(other) - processorMs(one)).slice(0, Number(flags.files));

console.log(
  [
    "Seconds of a processor, those of started programs among them, and wall time:",
    line(`all ${run.files.length} files`, run.files),
    `${seconds(run.mainMs)}                     the process that hands out the files`,
    `                  ${seconds(run.wallMs)}   the whole run`,
    ...groups.map(([folder, files]) => line(`${folder}: ${files.length} files`, files)),
    "",
    ...longest.map((file) => line(file.file, [file])),
  ].join("\n"),
);
