import { describe, expect, test } from "vitest";

import type { RunEvent } from "../core/run/event.ts";
import { judgeRun } from "../core/run/judge.ts";
import { failedRun } from "./testing/failed-run.ts";
import { hostileRun } from "./testing/hostile-run.ts";
import { passedRun, unreachableRun, waivedRun } from "./testing/runs.ts";
import { sampleHead } from "./testing/sample-events.ts";
import { rendered } from "./format.ts";
import { junit } from "./junit.ts";

const missedLevel: RunEvent = {
  type: "service-level.finished",
  at: 1,
  name: "p99",
  title: { en: "p99", zh: "p99" },
  target: "1 ms",
  seen: "2 ms",
  samples: 9,
  ok: false,
};

test.each<readonly [string, readonly RunEvent[]]>([
  ["failed", failedRun()],
  ["passed", passedRun()],
  ["waived", waivedRun()],
  ["unreachable", unreachableRun()],
  ["hostile", hostileRun("<x>")],
  ["crashed", failedRun().slice(0, 40)],
  ["empty plan", [sampleHead({})]],
  ["empty", []],
  ["service level", [...passedRun(), missedLevel]],
])("a JUnit case is red exactly when the exit code is above 0: %s", (_name, events) => {
  const [, failures, errors] = /failures="(\d+)" errors="(\d+)"/.exec(rendered(junit, events)) ?? [];
  expect(Number(failures) + Number(errors) > 0).toBe(judgeRun(events).exitCode !== 0);
});

function ids(events: readonly RunEvent[]): readonly string[] {
  return rendered(junit, events).match(/classname="[^"]*" name="[^"]*"/g) ?? [];
}

test("a JUnit case keeps its id when its title changes", () => {
  const renamed = passedRun().map((event): RunEvent =>
    event.type === "run.started"
      ? { ...event, plan: event.plan.map((entry) => ({ ...entry, title: { en: "other", zh: "其他" } })) }
      : event,
  );
  expect(ids(renamed)).toEqual(ids(passedRun()));
  expect(ids(passedRun())).toContain(`classname="IDM" name="IDM-01.only"`);
});

test("a waived fail is shown as skipped, with its owner, reason and end", () => {
  expect(rendered(junit, waivedRun())).toContain(
    `<skipped type="fail" message="WAIVED by acquiring team until 2026-06-30 (Gateway replaced in release 4.2)`,
  );
});

describe("XML", () => {
  test("JUnit escapes markup, quotes and line feeds in attributes", () => {
    const xml = rendered(junit, hostileRun('a<b>&"\n\t]]>'));
    expect(xml).toContain(`name="a&lt;b&gt;&amp;&quot;&#10;&#9;]]&gt;"`);
    expect(xml).not.toContain("<b>");
  });

  test("JUnit shows control characters by their code point", () => {
    expect(rendered(junit, hostileRun("\u0000\u001b"))).toContain("‹U+0000›‹U+001B›");
  });
});
