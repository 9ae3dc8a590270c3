import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { LONGEST, longestFirst } from "./long-first.ts";
import { ROOT } from "./sources.ts";

test("the files that begin first are there", () => {
  expect(LONGEST.filter((file) => !existsSync(ROOT + file))).toEqual([]);
});

test("long files begin first, and those that share a process last", () => {
  const [longest = "", second = ""] = LONGEST;
  const order = ["core/b.test.ts", second, "core/a.test.ts", "tests/c.test.ts", longest];
  const files = order.map((file) => ({
    moduleId: ROOT + file,
    project: { config: { isolate: !file.startsWith("core/") } },
  }));
  expect(longestFirst(files).map(({ moduleId }) => moduleId.slice(ROOT.length))).toEqual([
    longest,
    second,
    "tests/c.test.ts",
    "core/b.test.ts",
    "core/a.test.ts",
  ]);
});
