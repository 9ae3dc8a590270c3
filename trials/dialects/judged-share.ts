import { readFileSync } from "node:fs";
import { loadPack } from "../../core/pack/load.ts";
import { PACK_FOLDER } from "../trial.ts";

/** How much of what the reference demands of a bank a run has judged. */
export interface JudgedShare {
  readonly judged: number;
  /** MUSTs of a bank that checks can judge: not those that only a load shows, or nothing at all. */
  readonly demanded: number;
  /** Requirements of which the run said nothing. */
  readonly open: readonly string[];
}

export function judgedOfReference(eventLog: string): JudgedShare {
  const demanded = loadPack(PACK_FOLDER)
    .requirements.filter(
      ({ level, role, judgedBy, unobservable }) =>
        level === "MUST" && role !== "platform" && judgedBy === undefined && unobservable?.bank === undefined,
    )
    .map(({ id }) => id);
  const judged = new Set<string>();
  for (const line of readFileSync(eventLog, "utf8").split("\n")) {
    if (line === "") continue;
    const { type, requirement, verdict } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (type === "check.finished" && (verdict === "pass" || verdict === "fail")) judged.add(String(requirement));
  }
  const open = demanded.filter((id) => !judged.has(id));
  return { judged: demanded.length - open.length, demanded: demanded.length, open };
}
