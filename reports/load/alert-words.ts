import type { LevelBurn } from "../../core/load/burn.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { clock } from "./pictures.ts";

/** How many alerts on its burn rate a level would have raised, and when the first; undefined where none. */
export function alertWords(burn: LevelBurn | undefined): Bilingual | undefined {
  const raised = burn?.pairs.filter(({ alertCount }) => alertCount > 0) ?? [];
  const [first] = raised
    .flatMap(({ factor, alerts }) => alerts.map(({ atSecond }) => ({ factor, atSecond })))
    .toSorted((one, other) => one.atSecond - other.atSecond);
  if (first === undefined) return undefined;
  const count = raised.reduce((sum, { alertCount }) => sum + alertCount, 0);
  const at = `${clock(first.atSecond)}, ${first.factor}×`;
  return {
    en: `${count} ${count === 1 ? "alert" : "alerts"} on its burn rate, the first at ${at}`,
    zh: `燃烧率告警 ${count} 次，首次于 ${at}`,
  };
}
