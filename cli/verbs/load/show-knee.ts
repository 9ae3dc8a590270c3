import pc from "picocolors";
import type { RunJudgement } from "../../../core/run/judgement.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Language } from "../../language/language.ts";

const LIMITS: Readonly<Record<NonNullable<RunJudgement["knee"]>["limit"], Bilingual>> = {
  levels: { en: "the next step missed a level", zh: "下一级未达到服务水平" },
  generator: { en: "the generator was late in the next step", zh: "下一级负载发生器未能按时发出" },
  stopped: { en: "the load ended before the next step", zh: "负载在下一级之前结束" },
  none: { en: "every step held, so the knee is higher", zh: "各级均成立，拐点在此之上" },
};

/** The knee of a load that goes up by steps, and how each step fared; nothing for any other load. */
export function kneeLines({ knee }: RunJudgement, language: Language): readonly string[] {
  if (knee === undefined) return [];
  const { rate, limit, steps } = knee;
  const words = { en: { held: "held  ", broken: "BROKEN" }, zh: { held: "成立  ", broken: "未成立" } }[language];
  const found: Bilingual = {
    en: `Knee: ${shortly(rate)} journeys a second; ${LIMITS[limit].en}`,
    zh: `拐点：每秒 ${shortly(rate)} 次业务流程；${LIMITS[limit].zh}`,
  };
  return [
    "",
    found[language],
    ...steps.map(({ held, rate: each, p99Ms }) => {
      const latencies = Object.entries(p99Ms).map(([id, ms]) => `${id} p99 ${ms.toFixed(1)} ms`);
      return `  ${held ? pc.green(words.held) : pc.red(words.broken)} ${shortly(each).padStart(7)}/s  ${latencies.join("  ")}`;
    }),
  ];
}

const shortly = (rate: number): string => String(Number(rate.toFixed(2)));
