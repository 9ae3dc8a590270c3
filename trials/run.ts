import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";
import type { TestCase } from "vitest/node";
import { LOG_VARIABLE } from "./passed-before.ts";
import { ALL, SEED_VARIABLE, SEEDS_VARIABLE } from "./sample.ts";

/*
 * All trials, of which `npm test` holds a sample: npm run trials -- --help
 */

const HELP = `Runs every trial, or a part of them.

  npm run trials                                  all
  npm run trials -- trials/defects.test.ts        those of the files whose path has this in it
  npm run trials -- -t replay                     those whose name has this in it
  npm run trials -- --seed 2026-11-30             the sample that npm test drew on that day
  npm run trials -- conforming --seeds 20         every conforming variant with twenty seeds
  npm run trials -- conforming --seeds 20 --log F and what has passed is in F, and is not tried again
`;

const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: ALL },
    seeds: { type: "string", default: "1" },
    /** Names of conforming variants that have passed, one a line. */
    log: { type: "string" },
    testNamePattern: { type: "string", short: "t" },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) console.log(HELP);
else {
  process.env[SEED_VARIABLE] = flags.seed;
  process.env[SEEDS_VARIABLE] = flags.seeds;
  if (flags.log !== undefined) process.env[LOG_VARIABLE] = resolve(flags.log);
  const vitest = await startVitest(
    "test",
    files.length > 0 ? files : ["trials", "examples/rival-platform", "tests/rival-bank"],
    {
      run: true,
      reporters: ["default", { onTestCaseResult: told }],
      ...(flags.testNamePattern === undefined ? {} : { testNamePattern: flags.testNamePattern }),
    },
  );
  await vitest.close();
}

/** A line for each trial when it ends: a file of them may take hours. */
function told(trial: TestCase): void {
  const { state, errors = [] } = trial.result();
  if (state === "skipped") return;
  console.log(`${state} ${((trial.diagnostic()?.duration ?? 0) / 1000).toFixed(1)} s  ${trial.name}`);
  for (const { message, diff = "" } of errors) console.log(`  ${message}\n${diff}`);
}
