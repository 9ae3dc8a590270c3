import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPack } from "../../../core/pack/load.ts";
import { drillFile, drillNames, readDrill } from "./read-drill.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-drill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const known = readDrill(drillFile("network-delay") ?? "");
if (!known.ok) throw new Error("the drill is sound");

/** What is said of a drill of one's own: place, and message. */
function problems(change: (drill: Record<string, unknown>) => unknown): readonly string[] {
  const file = join(folder, "mine.json");
  const changed = change(structuredClone(known.ok ? known.drill : {}) as unknown as Record<string, unknown>);
  writeFileSync(file, typeof changed === "string" ? changed : JSON.stringify(changed));
  const reading = readDrill(file);
  return reading.ok ? [] : reading.problems.map(({ pointer, message }) => `${pointer} ${message.en}`);
}

test.each(drillNames())("the drill %s is sound, and its requirement stands in the reference pack", (name) => {
  const reading = readDrill(drillFile(name) ?? "");
  expect(reading).toMatchObject({ ok: true, name });
  const { requirements } = loadPack(new URL("../../../specs/cooperation", import.meta.url).pathname);
  if (reading.ok) expect(requirements.map(({ id }) => id)).toContain(reading.drill.requirement);
});

describe("a drill of one's own", () => {
  test("is read from its file, and named as it is", () => {
    expect(problems((drill) => drill)).toEqual([]);
    const reading = readDrill(drillFile(join(folder, "mine.json")) ?? "");
    expect(reading).toMatchObject({ ok: true, name: "mine" });
  });

  test("says what it has too much, and what was meant", () => {
    expect(problems((drill) => ({ ...drill, recoverySecond: 3 }))).toEqual([
      expect.stringContaining('Did you mean "recoverySeconds"?'),
    ]);
  });

  test("says at which step a hook is none", () => {
    expect(
      problems((drill) => ({
        ...drill,
        method: [
          {
            type: "action",
            name: "a",
            title: { en: "a", zh: "a" },
            provider: { type: "hook", hook: "unplug" },
          },
        ],
      })),
    ).toEqual([expect.stringMatching(/^\/method\/0\/provider\/hook /)]);
  });

  test("says where a range holds for nothing", () => {
    expect(
      problems((drill) => {
        const hypothesis = drill["steady-state-hypothesis"] as { probes: { tolerance: { range: number[] } }[] };
        const [probe] = hypothesis.probes;
        if (probe !== undefined) probe.tolerance.range = [100, 95];
        return drill;
      }),
    ).toEqual([expect.stringMatching(/^\/steady-state-hypothesis\/probes\/0\/tolerance\/range /)]);
  });

  test("says where a probe stands ahead of any action", () => {
    expect(problems((drill) => ({ ...drill, method: (drill["method"] as unknown[]).slice(1) }))).toEqual([
      expect.stringMatching(/^\/method\/0 A probe stands ahead/),
    ]);
  });

  test("says where it is no JSON", () => {
    expect(problems(() => "{")).toEqual([expect.stringContaining("It is no JSON")]);
  });

  test("is none where the file is missing", () => {
    expect(drillFile(join(folder, "missing.json"))).toBeUndefined();
  });
});
