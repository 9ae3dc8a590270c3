import type { Command } from "commander";
import pc from "picocolors";
import type { Difference } from "../../../core/load/difference.ts";
import { visibleJsonLine } from "../../../core/text/visible-text.ts";
import { compareLoads, isLost } from "../../../suites/load/compare/compare-loads.ts";
import type { Compared, Comparison } from "../../../suites/load/compare/compare-loads.ts";
import { examples } from "../../examples.ts";
import { languageOf } from "../../language/language.ts";
import type { Language } from "../../language/language.ts";
import { mendable } from "./mendable.ts";

const EXIT_CODES: Readonly<Record<Comparison["outcome"], number>> = { "no-worse": 0, worse: 1, nothing: 3 };

/** Adds the verb that compares two loads. */
export function addCompareLoads(load: Command): void {
  load
    .command("compare")
    .summary("tell whether a later load is better or worse than an earlier one")
    .description(
      "Compares the latencies of each interface and each service level, interval by interval. A difference counts where the\nMann-Whitney test (p < 0.01), its effect (Cliff's delta 0.33) and the median (10 %) all show it.\nExit code: 0 nothing is worse; 1 something is worse; 2 not comparable; 3 too few intervals to compare.",
    )
    .argument("<before>", "folder of the earlier load")
    .argument("<after>", "folder of the later load")
    .option("--json", "print the comparison as one JSON document, and nothing else")
    .addHelpText("after", examples("load compare runs/load-20261101T120000 runs/load-20261122T120000"))
    .action(compare);
}

async function compare(
  before: string,
  after: string,
  { json }: { readonly json?: true },
  self: Command,
): Promise<void> {
  const comparison = await mendable(
    Promise.resolve().then(() => compareLoads(before, after)),
    before,
  );
  process.exitCode = EXIT_CODES[comparison.outcome];
  const language = languageOf(self);
  console.log(
    json === true
      ? visibleJsonLine(comparison)
      : [...comparison.compared.map((one) => lineOf(one, language)), OUTCOMES[comparison.outcome][language]].join("\n"),
  );
}

const OUTCOMES: Readonly<Record<Comparison["outcome"], Readonly<Record<Language, string>>>> = {
  "no-worse": { en: "Nothing is worse.", zh: "没有变差。" },
  worse: { en: "Something is worse.", zh: "有所变差。" },
  nothing: {
    en: "There are too few intervals to compare: make both loads longer.",
    zh: "可比的时段过少：请延长两次负载。",
  },
};

const WORDS: Readonly<Record<Difference["what"], Readonly<Record<Language, string>>>> = {
  better: { en: "better", zh: "变好" },
  worse: { en: "WORSE", zh: "变差" },
  none: { en: "no difference shown", zh: "未见差异" },
  "too-few": { en: "too few", zh: "样本过少" },
};

function lineOf({ kind, name, difference, met }: Compared, language: Language): string {
  const { what, medians, p, delta, counts } = difference;
  const shown = medians.map((value) =>
    value === undefined ? "-" : kind === "latency" ? `${value.toFixed(1)} ms` : `${(100 * value).toFixed(2)} %`,
  );
  const lost = isLost(met) ? { en: "  (met before, missed now)", zh: "（此前达标，现未达标）" }[language] : "";
  const of = kind === "latency" ? "" : { en: " not good", zh: " 未达要求" }[language];
  const word = WORDS[lost === "" ? what : "worse"][language];
  const test = p === undefined || delta === undefined ? "" : `  p ${p.toPrecision(2)}, delta ${delta.toFixed(2)}`;
  const painted = what === "worse" || lost !== "" ? pc.red(word) : what === "better" ? pc.green(word) : word;
  return `  ${name.padEnd(30)} ${shown.join(" -> ")}${of}  ${painted}${lost}${pc.dim(`${test}, n ${counts.join("/")}`)}`;
}
