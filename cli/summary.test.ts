import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { judgeRun } from "../core/run/judge.ts";
import { hostileRun } from "../reports/testing/hostile-run.ts";
import { summaryLines } from "./summary.ts";

const HOSTILE = "x\u202e\u001b]52;c;eA==\u0007\n::error::y";

/** What acts on a terminal or in the log of a CI system. */
// oxlint-disable-next-line no-control-regex -- finding control characters is the point
const ACTS = /\u202e|\u001b|\u0007|^\s*::error/mu;

test.each(["en", "zh"] as const)("what a run quotes does nothing in its summary (%s)", (language) => {
  const lines = summaryLines(judgeRun(hostileRun(HOSTILE)), language).map(stripVTControlCharacters);
  expect(lines.join("\n")).toContain("‹U+202E›");
  expect(lines.filter((line) => ACTS.test(line))).toEqual([]);
});
