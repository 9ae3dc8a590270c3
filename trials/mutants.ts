import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadPack } from "../core/pack/load.ts";
import { seededStream } from "../suites/random.ts";
import { glob } from "../suites/glob.ts";
import { apart, apartFigures } from "./mutants/apart.ts";
import { judgeMutant } from "./mutants/judge.ts";
import type { MutantVerdict } from "./mutants/judge.ts";
import { matrix } from "./mutants/matrix.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { MUTATORS } from "./mutants/mutators/index.ts";

/*
 * Breaks the pack in one place at a time, serves each such bank or platform and judges it by the pack as it is: what
 * survives is what the suites do not see. docs/recipes/mutant.md
 */

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** How many of the mutants are tried; all without it. */
    sample: { type: "string" },
    /** A glob over ids, `payment.create*`, or over names of mutators, `guards`. */
    only: { type: "string" },
    role: { type: "string" },
    list: { type: "boolean", default: false },
    /** Those too that are the same party, or show in nothing (mutants/apart.ts). */
    unseen: { type: "boolean", default: false },
    /** How many are under way at once. */
    together: { type: "string", default: "4" },
    /** `1/2`: the first half. */
    shard: { type: "string", default: "1/1" },
    /** Results, one JSON document a line; what stands there already is not judged again. */
    log: { type: "string" },
    effort: { type: "string", default: "standard" },
    /** Whose mutants: the name of a pack in specs/. */
    pack: { type: "string", default: "cooperation" },
  },
});

const packFolder = fileURLToPath(new URL(`../specs/${flags.pack}`, import.meta.url));
const wanted =
  flags.only === undefined
    ? (): boolean => true
    : ({ id, mutator }: Mutant): boolean => glob(flags.only ?? "")(id) || glob(flags.only ?? "")(mutator);
const seed = Number(flags.seed);
const [shard = 1, shards = 1] = flags.shard.split("/").map(Number);
const source = loadPack(packFolder);
const made = MUTATORS.flatMap((mutator) => mutator.mutants(source)).filter(
  (one) => wanted(one) && (flags.role === undefined || flags.role === one.role),
);
const all = flags.unseen ? made : made.filter((one) => apart(source, one) === undefined);
const drawn = shuffled(all, seed)
  .slice(0, flags.sample === undefined ? all.length : Number(flags.sample))
  .filter((_mutant, index) => index % shards === shard - 1);

if (flags.list) {
  for (const one of all) console.log(`${one.mutator.padEnd(12)} ${one.role.padEnd(9)} ${one.id}${noteOf(one)}`);
  console.log(`${all.length} mutants`);
} else {
  const judged: MutantVerdict[] =
    flags.log !== undefined && existsSync(flags.log)
      ? readFileSync(flags.log, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as MutantVerdict)
      : [];
  const known = new Set(judged.map(({ id, mutator }) => `${mutator} ${id}`));
  const queue = drawn.filter(({ id, mutator }) => !known.has(`${mutator} ${id}`));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const one = await judgeMutant(
        next,
        seed,
        flags.effort === "smoke" ? "smoke" : flags.effort === "exhaustive" ? "exhaustive" : "standard",
        packFolder,
      );
      judged.push(one);
      if (flags.log !== undefined) appendFileSync(flags.log, `${JSON.stringify(one)}\n`);
      console.log(
        `${one.outcome.padEnd(9)} ${one.id}${one.by === undefined ? "" : `  ${one.by.requirement}${one.crashed ? " (crashed)" : ""}  ${one.by.check}`}${one.outcome === "undecided" || one.outcome === "invalid" ? `  ${one.undecided[0] ?? ""}` : ""}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(flags.together) }, work));
  console.log(matrix(judged));
  if (made.length > all.length)
    console.log(
      `\nOf ${made.length} mutants ${all.length} can be told from the pack, of which ${drawn.length} were drawn. Left out (--unseen tries them too):\n${apartFigures(made.flatMap((one) => apart(source, one) ?? []))}`,
    );
  process.exitCode = judged.some(({ outcome }) => outcome === "survived" || outcome === "undecided") ? 1 : 0;
}

/** Why a mutant is set apart, for the list. */
function noteOf(one: Mutant): string {
  const found = apart(source, one);
  return found === undefined ? "" : `  (${found.kind}: ${found.why})`;
}

function shuffled(list: readonly Mutant[], from: number): readonly Mutant[] {
  const stream = seededStream(from, "mutants");
  const rest = [...list];
  return list.map(() => rest.splice(stream.below(rest.length), 1)[0] as Mutant);
}
