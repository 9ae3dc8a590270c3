import { expect, test } from "vitest";

import { failedRun } from "./testing/failed-run.ts";
import { hostileRun } from "./testing/hostile-run.ts";
import { judgeRun } from "../core/run/judge.ts";
import { rendered } from "./format.ts";
import { markdown } from "./markdown.ts";

test("Markdown escapes the texts of a log", () => {
  const text = rendered(markdown, hostileRun("x\n# heading\n| cell | [link](http://x.test) <b> `code` **bold**"));
  const outsideFences = text.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, "");
  expect(outsideFences).not.toMatch(/<b>|http:\/\/|^# heading|^\| cell|(?<!\\)\*\*bold|(?<!\\)\[link/m);
});

test("a Markdown finding names its requirement, and says what that demands", () => {
  const [first] = judgeRun(failedRun()).failures;
  expect(rendered(markdown, failedRun())).toMatch(
    new RegExp(`^### ${first?.requirement} \\(${first?.level}.*\\) .+\\n\\n> .+\\n`, "m"),
  );
});

test("a replay command stays inside its fence", () => {
  const text = rendered(markdown, hostileRun("a\n```\n# out"));
  expect(text).toContain("````sh\na\n```\n# out\n````");
});

test("waivers stand in the summary whatever became of them", () => {
  const text = rendered(markdown, failedRun());
  for (const part of ["in force", "expired, not applied", "not needed, remove it", "2026-02-28", "Row lock planned"])
    expect(text).toContain(part);
});
