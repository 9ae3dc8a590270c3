import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/long-first.ts";
import { TimeReporter } from "./tests/time/time-reporter.ts";
import { ALL, SEED_VARIABLE, seedOf } from "./trials/sample.ts";

/** A test that is asked for by its name runs whether or not the sample of the day has it. */
const byName = process.argv.some((word) => /^(?:-t|--testNamePattern)/u.test(word));

const LIMIT_MS = 20 * 60_000;

// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    pool: "forks",
    // Long tests wait for timers and processes more than they compute: three keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // The limits catch what hangs, and judge no speed: a machine may have other work. Tests have none of their own.
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    expect: { poll: { timeout: LIMIT_MS, interval: 50 } },
    env: {
      // One date for all workers, also when midnight passes meanwhile.
      [SEED_VARIABLE]: process.env[SEED_VARIABLE] ?? (byName ? ALL : seedOf(new Date())),
      // The program is started hundreds of times, and half of that is compiling it.
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)),
    },
    setupFiles: ["tests/time/processor-time.ts"],
    reporters: ["default", "json", new TimeReporter()],
    outputFile: { json: "coverage/vitest.json" },
  },
});
