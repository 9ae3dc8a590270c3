import { defineConfig } from "vitest/config";

// oxlint-disable-next-line import/no-default-export -- vitest asks for one
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**"],
    pool: "forks",
    // Tests of sockets, processes and races share the machine; more at once only makes them wait for each other.
    maxWorkers: 2,
    // Real processes are started and keys are made; the limit catches what hangs, and judges no speed.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
  },
});
