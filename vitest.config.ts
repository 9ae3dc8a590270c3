import { defineConfig } from "vitest/config";

const LIMIT_MS = 600_000;

// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    pool: "forks",
    // Tests of sockets, processes and races share the machine; more at once only makes them wait for each other.
    maxWorkers: 2,
    // The limits catch what hangs, and judge no speed: a machine may have other work. Tests have none of their own.
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    expect: { poll: { timeout: LIMIT_MS, interval: 50 } },
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
  },
});
