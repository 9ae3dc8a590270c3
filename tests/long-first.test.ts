import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { LONGEST, longestFirst } from "./long-first.ts";
import { ROOT } from "./sources.ts";

test("the files that begin first are there", () => {
  expect(LONGEST.filter((file) => !existsSync(ROOT + file))).toEqual([]);
});

test("long files begin first, and others keep their order", () => {
  const [longest = "", second = ""] = LONGEST;
  const files = ["core/b.test.ts", second, "core/a.test.ts", longest].map((file) => ({ moduleId: ROOT + file }));
  expect(longestFirst(files).map(({ moduleId }) => moduleId.slice(ROOT.length))).toEqual([
    longest,
    second,
    "core/b.test.ts",
    "core/a.test.ts",
  ]);
});
