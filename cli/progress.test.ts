import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { FactStream } from "../core/facts/facts.ts";
import type { HeldFacts } from "../core/facts/facts.ts";
import type { RunEvent } from "../core/run/event.ts";
import { hostTurn } from "../core/runtime/live.ts";
import { failedRun } from "../reports/testing/failed-run.ts";
import { followProgress } from "./progress.ts";

/** What a run writes to a stream of a kind. */
async function written(isTTY: boolean): Promise<string> {
  let text = "";
  const stream = {
    isTTY,
    columns: 80,
    write: (piece: string) => {
      text += piece;
      return true;
    },
  };
  const progress = followProgress(stream as unknown as NodeJS.WriteStream);
  const events = failedRun().values();
  const held: HeldFacts<RunEvent> = {
    reader: () => ({
      next: () => {
        const { done, value } = events.next();
        return done === true ? undefined : { fact: value };
      },
      close: () => {},
    }),
  };
  progress.watch(new FactStream(held, hostTurn));
  await progress.end();
  return text;
}

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
