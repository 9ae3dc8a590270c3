import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/long-first.ts";
import { ALL, SEED_VARIABLE, seedOf } from "./trials/sample.ts";

/** A test that is asked for by its name runs whether or not the sample of the day has it. */
const byName = process.argv.some((word) => /^(?:-t|--testNamePattern)/u.test(word));

const LIMIT_MS = 600_000;

// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    pool: "forks",
    // Tests of sockets, processes and races share the machine; more at once only makes them wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // The limits catch what hangs, and judge no speed: a machine may have other work. Tests have none of their own.
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    expect: { poll: { timeout: LIMIT_MS, interval: 50 } },
    // One date for all workers, also when midnight passes meanwhile.
    env: { [SEED_VARIABLE]: process.env[SEED_VARIABLE] ?? (byName ? ALL : seedOf(new Date())) },
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
  },
});
