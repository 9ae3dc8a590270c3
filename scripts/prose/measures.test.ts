import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LIMITS, measureReadmes, measureSources, measureSubjects, measureTestNames, typeScriptIn } from "./measures.ts";

const testsNamed = (...names: readonly string[]): readonly { readonly file: string; readonly text: string }[] => [
  {
    file: "core/x.test.ts",
    text: `import { test } from "vitest";\n${names.map((name) => `test(${JSON.stringify(name)}, () => {});`).join("\n")}`,
  },
];
const verdicts = (measures: readonly { readonly within: boolean }[]): readonly boolean[] =>
  measures.map(({ within }) => within);

test("a test name of 80 characters is within the limit, and one of 81 is over it", () => {
  const name = "a".repeat(LIMITS.testNameCharacters);
  expect(measureTestNames(testsNamed(name))[0]).toMatchObject({ within: true, places: [] });
  expect(measureTestNames(testsNamed("short", `${name}a`))[0]).toMatchObject({
    within: false,
    found: "1 of 2 (50.0 %)",
    places: [{ where: "core/x.test.ts:3", text: `81: ${name}a` }],
  });
});

test("one negated test name in five is within the limit, and two are over it", () => {
  const fine = ["takes a note", "knots are tied", "another one", "refuses the second"];
  expect(measureTestNames(testsNamed(...fine, "does not answer"))[1]?.within).toBe(true);
  expect(measureTestNames(testsNamed(...fine.slice(1), "is never sent", "doesn't answer"))[1]).toMatchObject({
    within: false,
    found: "2 of 5 (40.0 %)",
  });
});

test("riddles are counted in sources and their comments, and left alone in tests", () => {
  const text = "// Whoever asks, nobody knows.\n".repeat(8);
  expect(measureSources([{ file: "core/x.ts", text }])[0]).toMatchObject({ within: false, found: "16" });
  expect(
    measureSources([
      { file: "core/x.test.ts", text },
      { file: "core/testing/x.ts", text },
    ])[0],
  ).toMatchObject({ within: true, found: "0" });
});

test("a README of 200 lines is within the limit, and one of 201 is over it", () => {
  const file = (lines: number): { readonly file: string; readonly text: string } => ({
    file: "README.md",
    text: "line\n".repeat(lines),
  });
  expect(verdicts(measureReadmes([file(200), file(201)]))).toEqual([true, false]);
});

test("long lines and long commit subjects inform, and fail no run", () => {
  expect(measureSources([{ file: "core/x.ts", text: "x".repeat(121) }])[1]).toMatchObject({
    within: true,
    places: [{ where: "core/x.ts:1" }],
  });
  expect(measureSubjects([{ id: "1a2b3c4", subject: "x".repeat(73) }])).toMatchObject({
    within: true,
    places: [{ where: "1a2b3c4" }],
  });
});

test("reads the TypeScript of the work tree, and leaves libraries out", () => {
  const files = typeScriptIn(fileURLToPath(new URL("../..", import.meta.url))).map(({ file }) => file);
  expect(files).toContain("scripts/prose/measures.ts");
  expect(files).toContain("vitest.config.ts");
  expect(files.filter((file) => file.includes("node_modules"))).toEqual([]);
});
