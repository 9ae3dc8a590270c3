import { hasBurned } from "../../core/load/burn.ts";
import type { LevelBurn } from "../../core/load/burn.ts";
import type { Level, LevelResult } from "../../core/load/level.ts";
import type { Bilingual } from "../../core/run/verdict.ts";

const percent = (share: number): string => `${Number((100 * share).toFixed(4))} %`;

/** What a level asks, and where its figure comes from. */
export function targetWords({ target, good: { withinMs }, failsOnBurn, source }: Level): Bilingual {
  const strict = failsOnBurn === true;
  return {
    en: `>= ${percent(target)}${withinMs === undefined ? "" : ` within ${withinMs} ms`}${strict ? ", and no alert" : ""} (${source})`,
    zh: `≥ ${percent(target)}${withinMs === undefined ? "" : `，${withinMs} 毫秒内`}${strict ? "，且无告警" : ""}（${source}）`,
  };
}

/** What was seen of a level, and how fast it burned where that misses it. */
export function seenWords({ share, budgetUsed }: LevelResult, burn: LevelBurn, burned: boolean): Bilingual {
  if (share === undefined) return { en: "no call", zh: "没有调用" };
  const { en, zh } = burned ? burnedWords(burn) : { en: "", zh: "" };
  return {
    en: `${percent(share)}, ${percent(budgetUsed)} of the error budget used${en}`,
    zh: `${percent(share)}，错误预算已用 ${percent(budgetUsed)}${zh}`,
  };
}

const burnedWords = (burn: LevelBurn): Bilingual =>
  hasBurned(burn)
    ? { en: ", fast enough for an alert", zh: "，速度已达告警水平" }
    : { en: "; the load was too short to look for alerts", zh: "；负载过短，无法观察告警" };
