import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { textOf } from "./documents.ts";
import { ATTRIBUTION, FALSE_ALARMS, SOUNDNESS } from "./field-cases.ts";
import { ROOT } from "./sources.ts";

/** Texts between quotes, which names of tests and of rows are. */
const quoted = (source: string): readonly string[] => [
  ...[...source.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map(
    ([, plain, template]) => plain ?? template ?? "",
  ),
  // Keys of a table may stand without quotes of their own.
  ...source.split("\n").map((line) => line.trim()),
];

test.each([...FALSE_ALARMS, ...ATTRIBUTION, ...SOUNDNESS])(
  "a test holds the right answer where: $seen",
  ({ heldBy }) => {
    expect(heldBy.length).toBeGreaterThan(0);
    for (const [file, words] of heldBy) {
      expect(existsSync(`${ROOT}${file}`), file).toBe(true);
      expect(
        quoted(textOf(file)).some((text) => text.includes(words)),
        `${file} has no "${words}"`,
      ).toBe(true);
    }
  },
);

test("every lawful variant is named as a field case", () => {
  const named = FALSE_ALARMS.flatMap(({ heldBy }) => heldBy.map(([, words]) => words));
  const variants = [...textOf("trials/lawful-variants.ts").matchAll(/name: "([^"]+)"/g)].map(([, name = ""]) => name);
  expect(variants.length).toBeGreaterThan(8);
  expect(variants.filter((name) => !named.includes(name))).toEqual([]);
});
