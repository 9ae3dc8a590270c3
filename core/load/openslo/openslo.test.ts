import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { loadPack } from "../../pack/load.ts";
import type { Level } from "../level.ts";
import { packLevels } from "../pack-levels.ts";
import { ENDINGS } from "../sample.ts";
import { readOpenSlo } from "./read.ts";
import { openSloOf, openSloYaml } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-openslo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a text as a file of a name. */
function reading(text: string, name = "slo.yaml") {
  const file = join(folder, name);
  writeFileSync(file, text);
  return readOpenSlo([file]);
}

const levelsOf = (text: string, name?: string): readonly Level[] => {
  const read = reading(text, name);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.levels;
};

/** What is wrong with a text: line, pointer and words. */
const wrongIn = (text: string): readonly string[] => {
  const read = reading(text);
  return read.ok
    ? []
    : read.problems.map(({ file, pointer, message }) => `${file.split(":").at(-1) ?? ""} ${pointer} ${message.en}`);
};

const DOCUMENT = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: answered
  displayName: Calls are answered
spec:
  service: bank
  indicator:
    spec:
      ratioMetric:
        good:
          metricSource: { type: liantiao, spec: { endings: [success], withinMs: 500 } }
        total:
          metricSource: { type: liantiao }
  budgetingMethod: Occurrences
  objectives:
    - target: 0.999
`;

const LEVEL: Level = {
  name: "answered",
  title: { en: "Calls are answered", zh: "Calls are answered" },
  source: "its file names no source",
  good: { endings: ["success"], withinMs: 500 },
  target: 0.999,
};

describe("an OpenSLO document", () => {
  test("is read as a level", () => {
    expect(levelsOf(DOCUMENT)).toEqual([LEVEL]);
  });

  test("is read from JSON, one or a list of them", () => {
    const documents = openSloOf([LEVEL, { ...LEVEL, name: "second" }], "bank");
    expect(levelsOf(JSON.stringify(documents[0]), "one.json")).toEqual([LEVEL]);
    expect(levelsOf(JSON.stringify(documents), "two.json").map(({ name }) => name)).toEqual(["answered", "second"]);
  });

  test("has a target in percent just as well", () => {
    expect(levelsOf(DOCUMENT.replace("target: 0.999", "targetPercent: 99.95"))[0]?.target).toBe(0.9995);
  });

  test("refers to an indicator of its own file or another", () => {
    const indicator = DOCUMENT.slice(DOCUMENT.indexOf("    spec:"), DOCUMENT.indexOf("  budgetingMethod")).replace(
      /^ {4}/gm,
      "",
    );
    const sli = `apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: in-time }\n${indicator}`;
    const slo = `${DOCUMENT.slice(0, DOCUMENT.indexOf("  indicator:"))}  indicatorRef: in-time\n${DOCUMENT.slice(DOCUMENT.indexOf("  budgetingMethod"))}`;
    expect(levelsOf(`${sli}---\n${slo}`)).toEqual([LEVEL]);
    expect(wrongIn(slo)[0]).toContain(`8 /spec/indicatorRef No SLI is called "in-time". Given: none.`);
  });

  test("makes a level of each of its objectives", () => {
    const text = DOCUMENT.replace("    - target: 0.999", "    - { target: 0.9, displayName: Most }\n    - target: 0.5");
    expect(levelsOf(text).map(({ name, title, target }) => [name, title.en, target])).toEqual([
      ["answered-1", "Most", 0.9],
      ["answered-2", "Calls are answered", 0.5],
    ]);
  });
});

test.each<[string, string, string, readonly string[]]>([
  [
    "an unknown field",
    "  service: bank",
    "  sevice: bank",
    ["7 /spec It must have required property 'service'", `7 /spec There is no "sevice" here. Did you mean "service"?`],
  ],
  [
    "another kind",
    "kind: SLO",
    "kind: AlertPolicy",
    ["2 /kind A load reads nothing of a AlertPolicy. Allowed: SLO, SLI."],
  ],
  ["no kind", "kind: SLO\n", "", ["1 /kind Its kind is nothing. Allowed: SLO, SLI."]],
  ["another version", "openslo/v1", "openslo/v2", [`1 /apiVersion It must be "openslo/v1".`]],
  [
    "another metric source",
    "type: liantiao, spec",
    "type: Prometheus, spec",
    [`12 /spec/indicator/spec/ratioMetric/good/metricSource/type It must be "liantiao".`],
  ],
  [
    "an unknown ending",
    "[success]",
    "[succes]",
    [
      "12 /spec/indicator/spec/ratioMetric/good/metricSource/spec/endings/0 It must be equal to one of the allowed values",
    ],
  ],
  ["a share that is none", "0.999", "1", ["17 /spec/objectives/0/target It must be < 1."]],
  [
    "two targets",
    "target: 0.999",
    "{ target: 0.9, targetPercent: 90 }",
    ["17 /spec/objectives/0 Give `target` or `targetPercent`, one of them."],
  ],
  [
    "slices without their length",
    "Occurrences",
    "Timeslices",
    ["17 /spec/objectives/0 `timeSliceTarget` and `timeSliceWindow` belong to Timeslices"],
  ],
  [
    "shares of different calls",
    "total:\n          metricSource: { type: liantiao }",
    "total:\n          metricSource: { type: liantiao, spec: { interface: a } }",
    ["9 /spec/indicator `good` and `total` name different interfaces"],
  ],
  [
    "a misspelt annotation",
    "  displayName: Calls are answered",
    "  annotations: { liantiao.dev/sorce: x }",
    [`5 /metadata/annotations There is no annotation "liantiao.dev/sorce".`],
  ],
  [
    "a key that stands twice",
    "kind: SLO",
    "kind: SLO\nkind: SLO",
    ["3  It cannot be read as YAML or JSON: Map keys must be unique"],
  ],
  ["nothing", DOCUMENT, "", ["slo.yaml  It is empty."]],
])("%s is refused with its place", (_name, from, to, expected) => {
  const text = DOCUMENT.replace(from, to);
  expect(text).not.toBe(DOCUMENT);
  const wrong = wrongIn(text).map((one) => one.replace(folder, "").replace(/^.*\/slo/, "slo"));
  expect(wrong).toHaveLength(expected.length);
  for (const [index, part] of expected.entries()) expect(wrong[index]).toContain(part);
});

test("a bomb of aliases is refused", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdefgh".split("").map((name, index) => {
      const before = "abcdefgh"[index] ?? "a";
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`;
    }),
  ].join("\n");
  expect(wrongIn(bomb)[0]).toContain("Its aliases cannot be resolved");
});

test("two levels of one name are refused", () => {
  expect(wrongIn(`${DOCUMENT}---\n${DOCUMENT}`)[0]).toContain(`Two service levels are called "answered".`);
});

const text = fc.string({ minLength: 1, maxLength: 40 });
const share = fc.integer({ min: 1, max: 999_999 }).map((millionths) => millionths / 1_000_000);
const level = fc.record(
  {
    name: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
    title: fc.record({ en: text, zh: text }),
    source: text,
    interface: text,
    good: fc.record(
      { endings: fc.subarray([...ENDINGS], { minLength: 1 }), withinMs: fc.integer({ min: 1, max: 3_600_000 }) },
      { requiredKeys: ["endings"] },
    ),
    target: share,
    slices: fc.record({ seconds: fc.integer({ min: 1, max: 86_400 }), target: share }),
    period: fc.constantFrom("1d", "30d", "4w", "1M"),
    failsOnBurn: fc.boolean(),
  },
  { requiredKeys: ["name", "title", "source", "good", "target"] },
);

test("levels that are exported and read again are the same", () => {
  fc.assert(
    fc.property(fc.uniqueArray(level, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }), (levels) => {
      expect(levelsOf(openSloYaml(levels, "bank"))).toEqual(levels);
      expect(levelsOf(JSON.stringify(openSloOf(levels, "bank")), "slo.json")).toEqual(levels);
    }),
    { seed: 20261201, numRuns: 60 },
  );
});

test("the levels of the pack survive export and reading", () => {
  const { loads } = loadPack(fileURLToPath(new URL("../../../specs/cooperation", import.meta.url)));
  const levels = loads === undefined ? [] : packLevels(loads);
  expect(levels.length).toBeGreaterThan(0);
  expect(levelsOf(openSloYaml(levels, "bank"))).toEqual(levels);
});

describe("the presets", () => {
  const presets = fileURLToPath(new URL("../../../specs/presets/slo/", import.meta.url));
  const files = readdirSync(presets);

  test.each(files)("%s is read, and each of its levels names its source", (file) => {
    const read = readOpenSlo([join(presets, file)]);
    expect(read).toMatchObject({ ok: true });
    for (const { source, title } of read.ok ? read.levels : []) {
      expect(source).toMatch(/:|project default, not a quotation/);
      expect(title.zh).not.toBe(title.en);
    }
  });

  test("those of Google are its published figures", () => {
    const read = readOpenSlo([join(presets, "google-standard-payments.yaml")]);
    expect(read.ok && read.levels.map(({ target, good, period }) => [target, good.withinMs, period])).toEqual([
      [0.999, 7_000, "1d"],
      [0.95, 5_000, "1h"],
      [0.9, 3_000, "1h"],
    ]);
  });
});
