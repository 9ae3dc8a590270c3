import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { drawnSubject } from "./packs/drawn-subject.ts";
import { judgeVaried, shrunk } from "./packs/judge.ts";
import type { Judged, Subject } from "./packs/judge.ts";
import { folderOf } from "./packs/pack-folder.ts";

/*
 * Our own simulator passes its own judge on any pack that `pack check` accepts: variations of packs are drawn, served
 * and judged. docs/recipes/variation.md
 */

const { values: flags } = parseArgs({
  options: {
    /** The first seed; the others follow it. */
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    /** The name of a pack in specs/, and a role; by default each seed draws them. */
    pack: { type: "string" },
    role: { type: "string" },
    effort: { type: "string", default: "smoke" },
    /** How many are under way at once. */
    together: { type: "string", default: "2" },
    /** Finds the variations that an alarm needs. */
    shrink: { type: "boolean", default: false },
    /** Results, one JSON document a line; a seed that stands there is not judged again. */
    log: { type: "string" },
  },
});

/** What is kept of a seed: a line of the log. */
interface Line {
  readonly seed: number;
  readonly pack: string;
  readonly role: string;
  readonly alarms: number;
  readonly undecided: number;
}

const known = new Map<number, Line>(
  flags.log !== undefined && existsSync(flags.log)
    ? readFileSync(flags.log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line)
        .map((line) => [line.seed, line])
    : [],
);
const first = Number(flags.seed);
const seeds = Array.from({ length: Number(flags.count) }, (_, index) => first + index);
const queue = seeds.filter((seed) => !known.has(seed)).values();

function subjectOf(seed: number): Subject & { readonly pack: string } {
  const drawn = drawnSubject(seed);
  const pack = flags.pack ?? drawn.pack;
  // A pack that is named is played as a bank, unless the role is named too.
  const role = flags.role ?? (flags.pack === undefined ? drawn.role : "bank");
  return {
    pack,
    packFolder: folderOf(pack),
    role: role === "platform" ? "platform" : "bank",
    seed,
    effort: flags.effort === "exhaustive" ? "exhaustive" : flags.effort === "standard" ? "standard" : "smoke",
  };
}

async function judged(seed: number): Promise<void> {
  const { pack, ...subject } = subjectOf(seed);
  const { variations, passed, alarms, undecided } = await judgeVaried(subject).catch((cause: unknown): Judged => ({
    variations: [],
    passed: 0,
    alarms: [`the trial itself failed: ${String(cause)}`],
    undecided: [],
  }));
  const word = alarms.length > 0 ? "ALARM" : undecided.length > 0 ? "open " : "ok   ";
  console.log(
    `${word} seed ${seed}: ${pack} ${subject.role}: ${variations.join(", ") || "(nothing)"}; ${passed} passed`,
  );
  for (const line of [...alarms, ...undecided]) console.log(`      ${line}`);
  if (alarms.length > 0 && flags.shrink)
    console.log(`      needs: ${(await shrunk(subject, variations)).join(", ") || "nothing"}`);
  const kept: Line = {
    seed,
    pack,
    role: subject.role,
    alarms: alarms.length,
    undecided: undecided.length,
  };
  known.set(seed, kept);
  if (flags.log !== undefined) appendFileSync(flags.log, `${JSON.stringify(kept)}\n`);
}

async function work(): Promise<void> {
  for (const seed of queue) await judged(seed);
}

await Promise.all(Array.from({ length: Number(flags.together) }, work));
const ended = seeds.flatMap((seed) => known.get(seed) ?? []);
const alarming = ended.filter(({ alarms }) => alarms > 0);
const open = ended.filter(({ alarms, undecided }) => alarms === 0 && undecided > 0);
const listed = (some: readonly Line[]): string =>
  some.length === 0 ? "" : ` (${some.map(({ seed }) => seed).join(", ")})`;
console.log(
  `seeds ${first} to ${seeds.at(-1) ?? first}: ${ended.length} packs; ${alarming.length} raised an alarm${listed(alarming)}, ${open.length} left something undecided${listed(open)}`,
);
process.exitCode = alarming.length > 0 ? 1 : 0;
