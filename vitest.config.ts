import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LONGEST, LongestFirst } from "./tests/long-first.ts";
import { TimeReporter } from "./tests/time/time-reporter.ts";
import { ALL, SEED_VARIABLE, seedOf } from "./trials/sample.ts";

/** A test that is asked for by its name runs whether or not the sample of the day has it. */
const byName = process.argv.some((word) => /^(?:-t|--testNamePattern)/u.test(word));

const LIMIT_MS = 20 * 60_000;

const NO_TESTS = ["**/node_modules/**", "dist/**"];

/**
 * Folders whose test files share the process of a worker, one after the other: its start, what it imports and the schemas
 * that it compiles take more than most of them.
 */
const SHARING = ["core", "hosting", "reports", "scripts", "simulator", "suites"];

/** Files there that put other modules in place of real ones, look at what their process takes, or take long. */
const ALONE = [
  "core/runtime/signing-threads.test.ts",
  "simulator/store/failing-disk.test.ts",
  "simulator/store/sqlite-log.test.ts",
  "suites/run/memory.test.ts",
  "suites/verify-in-time.test.ts",
  ...LONGEST.filter((file) => SHARING.some((folder) => file.startsWith(`${folder}/`))),
];

// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "sharing",
          include: [`{${SHARING.join(",")}}/**/*.test.ts`],
          exclude: [...NO_TESTS, ...ALONE],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["*.test.ts", `!(${SHARING.join("|")})/**/*.test.ts`, ...ALONE],
          exclude: NO_TESTS,
        },
      },
    ],
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
