import { expect, test } from "vitest";
import { measureReadmes, measureSources, measureTestNames, typeScriptIn } from "../scripts/prose/measures.ts";
import type { Measure } from "../scripts/prose/measures.ts";
import { textOf } from "./documents.ts";
import { ROOT } from "./sources.ts";

const files = typeScriptIn(ROOT);
const readmes = ["README.md", "README.zh-CN.md"].map((file) => ({ file, text: textOf(file) }));
const limited = [...measureTestNames(files), ...measureSources(files), ...measureReadmes(readmes)].filter(
  ({ limit }) => limit !== undefined,
);
/** What is over its limit, with the worst places, as `npm run -s prose` shows it. */
const over = ({ found, limit, within, places }: Measure): unknown =>
  within ? undefined : { found, limit, worst: places.slice(0, 10).map(({ where, text }) => `${where} ${text}`) };

test("there is prose to measure", () => {
  expect(limited.length).toBeGreaterThan(3);
  expect(files.length).toBeGreaterThan(100);
});

test.each(limited)("keeps to the limit: $name", (measure) => {
  expect(over(measure)).toBeUndefined();
});
