import type { ServiceLevelFinished } from "../../core/run/event.ts";
import type { RunJudgement } from "../../core/run/judgement.ts";
import { both, label } from "./bilingual.ts";
import { markup } from "./markup.ts";
import type { Content } from "./markup.ts";

/** What each service level asks, and what was seen. Empty where the run had none. */
export function serviceLevelsTable(judgement: RunJudgement): Content {
  if (judgement.serviceLevels.length === 0) return "";
  return markup`<table class="fold"><thead><tr><th scope="col">${label("Level", "指标")}</th><th scope="col">${label("Target", "目标")}</th><th scope="col">${label("Seen", "实际")}</th><th scope="col" class="n">n</th><th scope="col">${label("Met", "是否达标")}</th></tr></thead><tbody>${judgement.serviceLevels.map(({ level, met }) => markup`<tr><th scope="row" class="stack">${both(level.title)}<span class="mono quiet">${level.name}</span></th><td class="stack">${levelInBoth(level, "target")}</td><td class="stack">${levelInBoth(level, "seen")}</td><td class="n">${level.samples}</td><td><span class="chip ${met ? "t-pass" : "t-fail"}">${met ? label("✓ met", "达标") : label("✕ missed", "未达标")}</span></td></tr>`)}</tbody></table>`;
}

/** One part of a level; once where it is said in one language alone. */
function levelInBoth({ inChinese, ...level }: ServiceLevelFinished, part: "target" | "seen"): Content {
  return inChinese === undefined ? level[part] : both({ en: level[part], zh: inChinese[part] });
}
