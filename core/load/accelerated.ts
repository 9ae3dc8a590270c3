import type { Bilingual } from "../run/verdict.ts";

/** Business days that a SUT's clock was led through while a load ran in real time. */
export interface Accelerated {
  readonly days: number;
  /** Real seconds of all days together. */
  readonly seconds: number;
}

/** What every report and console line of such a load begins with. */
export function acceleratedLabel({ days, seconds }: Accelerated): Bilingual {
  const whole = seconds % 60 === 0;
  const [en, zh] = whole ? [`${seconds / 60} min`, `${seconds / 60} 分钟`] : [`${seconds} s`, `${seconds} 秒`];
  return {
    en: `accelerated: ${days} business ${days === 1 ? "day" : "days"} in ${en}`,
    zh: `加速：${zh}内经历 ${days} 个会计日`,
  };
}
