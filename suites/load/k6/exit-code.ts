import type { Bilingual } from "../../../core/run/verdict.ts";

/** What k6 says by the codes with which it did not come to an end of its own. */
const MEANINGS: Readonly<Record<number, Bilingual>> = {
  97: { en: "the cloud run failed", zh: "云端运行失败" },
  98: { en: "the cloud run's progress could not be followed", zh: "无法获取云端运行进度" },
  100: { en: "setup took too long", zh: "setup 超时" },
  101: { en: "teardown took too long", zh: "teardown 超时" },
  103: { en: "it was stopped over its REST API", zh: "经 REST API 停止" },
  104: { en: "its configuration is wrong", zh: "配置有误" },
  105: { en: "it was aborted by a signal", zh: "被信号中止" },
  106: { en: "its REST API could not begin", zh: "REST API 无法启动" },
  107: { en: "the script threw an exception", zh: "脚本抛出异常" },
  108: { en: "the script aborted it", zh: "被脚本中止" },
  109: { en: "it panicked", zh: "k6 内部崩溃" },
};

/** Codes after which the load ran to its end: 0, thresholds that were missed, and a test that the script failed. */
const RAN: readonly number[] = [0, 99, 110];

/** Why nothing was measured, by the code or signal with which k6 ended; undefined where it ran to its end. */
export function notMeasured(code: number | null, signal: string | null): Bilingual | undefined {
  if (code !== null && RAN.includes(code)) return undefined;
  if (code === null)
    return {
      en: `k6 was ended by ${signal ?? "a signal"}: not measured`,
      zh: `k6 被 ${signal ?? "信号"} 终止：未测得`,
    };
  const meaning = MEANINGS[code] ?? { en: "a code that k6 does not document", zh: "k6 未说明的退出码" };
  return {
    en: `k6 ended with ${code} (${meaning.en}): not measured`,
    zh: `k6 以 ${code} 退出（${meaning.zh}）：未测得`,
  };
}
