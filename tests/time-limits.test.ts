import { expect, test } from "vitest";
import { sourcesOf, withoutComments } from "./sources.ts";
import type { Source } from "./sources.ts";

/*
 * A busy machine needs several times as long. A test that has a time limit of its own fails there though nothing is
 * wrong, so the one limit of all tests stands in vitest.config.ts, and only ends what hangs.
 */

const FOLDERS = [
  "bench",
  "cli",
  "core",
  "examples",
  "hosting",
  "reports",
  "scripts",
  "simulator",
  "suites",
  "tests",
  "trials",
];

/** How a test, a hook or a wait is given a limit. */
const LIMITS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["the option timeout", /\{\s*timeout: [\d_]+\s*\}/u],
  ["a limit as the last argument", /^ *\}, [\d_]{4,}\);$|^ +[\d_]{5,},?\n *\);$/mu],
  ["vi.waitFor, which gives up after a second; take expect.poll", /\bvi\.waitFor\b/u],
  ["vi.waitUntil, which gives up after a second; take expect.poll", /\bvi\.waitUntil\b/u],
];

/** Files that show such limits as data. */
const SHOWING = ["scripts/prose/test-names.test.ts", "tests/time-limits.test.ts"];

const limited = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ file }) => file.endsWith(".test.ts") && !SHOWING.includes(file))
    .flatMap(({ file, text }) =>
      LIMITS.filter(([, pattern]) => pattern.test(withoutComments(text))).map(([what]) => `${file}: ${what}`),
    );

test("tests leave time limits to vitest.config.ts", () => {
  const sources = sourcesOf(FOLDERS, { tests: true });
  expect(sources.filter(({ file }) => file.endsWith(".test.ts")).length).toBeGreaterThan(100);
  expect(limited(sources)).toEqual([]);
});

test.each([
  'test("x", { timeout: 60_000 }, async () => {});',
  'test(\n  "x",\n  async () => {},\n  60_000,\n);',
  'test("x", async () => {\n  await run();\n}, 60_000);',
  "beforeAll(async () => {\n}, 9000);",
  'test("x", () => vi.waitFor(() => done()));',
  "await vi.waitUntil(done);",
])("a limit is seen: %j", (text) => {
  expect(limited([{ file: "core/a.test.ts", text }])).toHaveLength(1);
});
