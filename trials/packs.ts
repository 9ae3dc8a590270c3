import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { judgeVaried, shrunk } from "./packs/judge.ts";
import type { Subject } from "./packs/judge.ts";

/*
 * Our own simulator passes its own judge on any pack that `pack check` accepts: variations of a pack are drawn, served
 * and judged. docs/recipes/variation.md
 */

const { values: flags } = parseArgs({
  options: {
    /** The first seed; the others follow it. */
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    /** The name of a pack in specs/. */
    pack: { type: "string", default: "vocabulary" },
    role: { type: "string", default: "bank" },
    effort: { type: "string", default: "smoke" },
    /** How many are under way at once. */
    together: { type: "string", default: "2" },
    /** Finds the variations that an alarm needs. */
    shrink: { type: "boolean", default: false },
  },
});

const first = Number(flags.seed);
const queue = Array.from({ length: Number(flags.count) }, (_, index) => first + index);
let alarming = 0;

async function judged(seed: number): Promise<void> {
  const subject: Subject = {
    packFolder: fileURLToPath(new URL(`../specs/${flags.pack}`, import.meta.url)),
    role: flags.role === "platform" ? "platform" : "bank",
    seed,
    effort: flags.effort === "exhaustive" ? "exhaustive" : flags.effort === "standard" ? "standard" : "smoke",
  };
  const { variations, passed, alarms, undecided } = await judgeVaried(subject);
  const word = alarms.length > 0 ? "ALARM" : undecided.length > 0 ? "open " : "ok   ";
  console.log(`${word} seed ${seed}: ${variations.join(", ") || "(nothing)"}; ${passed} passed`);
  for (const line of [...alarms, ...undecided]) console.log(`      ${line}`);
  if (alarms.length === 0) return;
  alarming += 1;
  if (flags.shrink) console.log(`      needs: ${(await shrunk(subject, variations)).join(", ") || "nothing"}`);
}

async function work(): Promise<void> {
  for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) await judged(seed);
}

await Promise.all(Array.from({ length: Number(flags.together) }, work));
console.log(`${alarming} of ${flags.count} packs raised an alarm (from seed ${first}, ${flags.pack}, ${flags.role})`);
process.exitCode = alarming > 0 ? 1 : 0;
