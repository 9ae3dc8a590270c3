import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FAMILIES } from "../core/envelope/explanation/family.ts";
import { explained } from "../core/envelope/testing/explained.ts";
import type { Tally } from "../core/envelope/testing/explained.ts";
import { seededSenders } from "../core/envelope/testing/seeded-senders.ts";

/*
 * Measures how often an explained signature names the right cause: many seeded mistakes of each family and envelope. The
 * table stands in docs/explain.md and its translation, between marks that this command writes.
 */

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    "no-document": { type: "boolean" },
  },
});
const [count, first] = [Number(flags.seeds), Number(flags.seed)];
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(first))
  throw new Error(`--seeds and --seed must be whole numbers, not ${flags.seeds} and ${flags.seed}`);

/** Shares that must hold for each family of each envelope. */
const LEAST_RIGHT = 0.95;
const MOST_WRONG = 0.01;

const NONE = { en: "none (tampered)", zh: "无（篡改）" };

type Row = Tally & { readonly style: string };

const rows: Row[] = [];
for (const [style, senders] of seededSenders(() => true)) {
  if (flags.only !== undefined && flags.only !== style) continue;
  for (const tally of explained(senders, count, first)) {
    rows.push({ ...tally, style });
    console.log(
      `${style} ${tally.family}: ${tally.right} of ${tally.seeded} right, ${tally.wrong} wrong, ${tally.silent} silent`,
    );
    for (const miss of tally.misses) console.log(`  ${miss}`);
  }
}

const bad = rows.filter(
  ({ seeded, right, wrong }) => seeded < count || right < LEAST_RIGHT * seeded || wrong >= MOST_WRONG * seeded,
);

function table(language: "en" | "zh"): string {
  const head =
    language === "en"
      ? ["envelope", "family", "seeded", "named right", "named wrong", "not named"]
      : ["信封", "类别", "样本数", "原因正确", "原因错误", "未给出"];
  const lines = rows.map(({ style, family, seeded, right, wrong, silent }) => [
    `\`${style}\``,
    (family === "none" ? NONE : FAMILIES[family])[language],
    seeded,
    `${right} (${((100 * right) / seeded).toFixed(1)} %)`,
    wrong,
    silent,
  ]);
  return [head, head.map((_name, index) => (index < 2 ? "---" : "---:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

if (flags["no-document"] !== true && flags.only === undefined)
  for (const [file, language] of [
    ["docs/explain.md", "en"],
    ["docs/explain.zh-CN.md", "zh"],
  ] as const) {
    const path = new URL(`../${file}`, import.meta.url);
    const before = readFileSync(path, "utf8");
    const after = before.replace(
      /<!-- measured:explain -->[\s\S]*?<!-- \/measured -->/,
      `<!-- measured:explain -->\n\n${table(language)}\n\n<!-- /measured -->`,
    );
    if (after !== before) writeFileSync(path, after);
    console.log(`${file} ${after === before ? "is as it was" : "written"}`);
  }

if (bad.length > 0) {
  console.error(
    `below the mark (${count} seeded, ${LEAST_RIGHT * 100} % right, under ${MOST_WRONG * 100} % wrong): ${bad.map(({ style, family }) => `${style} ${family}`).join(", ")}`,
  );
  process.exitCode = 1;
}
