import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { FactStream } from "../core/facts/facts.ts";
import type { HeldFacts } from "../core/facts/facts.ts";
import type { RunEvent } from "../core/run/event.ts";
import { hostTurn } from "../core/runtime/live.ts";
import { failedRun } from "../reports/testing/failed-run.ts";
import { done, preflight } from "../reports/testing/sample-events.ts";
import type { Language } from "./language/language.ts";
import { followProgress } from "./progress.ts";

/** What a run writes to a stream of a kind. */
async function written(
  isTTY: boolean,
  events: readonly RunEvent[] = failedRun(),
  language: Language = "en",
): Promise<string> {
  let text = "";
  const stream = {
    isTTY,
    columns: 80,
    write: (piece: string) => {
      text += piece;
      return true;
    },
  };
  const progress = followProgress(stream as unknown as NodeJS.WriteStream, language);
  const left = events.values();
  const held: HeldFacts<RunEvent> = {
    reader: () => ({
      next: () => {
        const { done, value } = left.next();
        return done === true ? undefined : { fact: value };
      },
      close: () => {},
    }),
  };
  progress.watch(new FactStream(held, hostTurn));
  await progress.end();
  return text;
}

test.each([true, false])("checks with one reason are one line and a number (terminal: %s)", async (isTTY) => {
  const reason = { en: "the run was stopped before this check", zh: "运行在此检查之前被停止" };
  const events = Array.from({ length: 330 }, (_, index) => done(`SIG-01.${index}`, "inconclusive", { reason }));
  const lines = stripVTControlCharacters(await written(isTTY, events))
    .split("\n")
    .filter((line) => line.includes(reason.en));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("+329 more");
});

test("what was not tried is not shown as ok", async () => {
  const event = preflight("hooks", { en: "hooks clock, not tried", zh: "控制钩子 clock，未试用" });
  const text = stripVTControlCharacters(await written(false, [{ ...event, tried: false } as RunEvent]));
  expect(text).toBe("not tried hooks: hooks clock, not tried\n");
});

/** How a status line is wiped. */
const WIPED = "\r\u001b[2K";

test("in a pipe progress is one whole line a check, with no cursor movement", async () => {
  expect(await written(false)).not.toContain("\r");
  const text = stripVTControlCharacters(await written(false));
  expect(text.endsWith("\n")).toBe(true);
  const finished = failedRun().flatMap((event) => (event.type === "check.finished" ? [event] : []));
  for (const { check, verdict, requirement } of finished)
    expect(
      text
        .split("\n")
        .filter(
          (line) => line.startsWith(verdict.padEnd(12)) && line.includes(` ${check}`) && line.includes(requirement),
        ).length,
      check,
    ).toBeGreaterThan(0);
});

test("on a terminal one line shows progress, and the failures stay above it", async () => {
  const text = await written(true);
  expect(stripVTControlCharacters(text)).toMatch(/\d+\/\d+ judged, \d+ failed/);
  // What is left when each status line has been wiped.
  const left = stripVTControlCharacters(
    text
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf(WIPED) + 1))
      .join("\n"),
  );
  expect(left).not.toContain("judged,");
  expect(left).not.toMatch(/^pass /m);
  expect(left).toContain("IDM-05.race");
});

test("progress in Chinese has no English words of ours", async () => {
  const shown = await written(false, failedRun(), "zh");
  const text = stripVTControlCharacters(shown);
  expect(text).toContain("未通过");
  expect(text).not.toMatch(/^(?:ok|pass|fail|inconclusive|skipped|error) /m);
});
