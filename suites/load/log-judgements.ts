import { inBothLanguages } from "../run/in-both-languages.ts";
import type { RunLog } from "../../core/run/log.ts";
import type { Level } from "../../core/run/verdict.ts";
import type { RuleJudgement } from "./companion.ts";

interface Logging {
  /** Knows the requirements of the pack. */
  readonly scope: { readonly pack: { requirement(id: string): { readonly level: Level } | undefined } };
  readonly log: RunLog;
  readonly at: number;
  readonly seed: number;
  /** The command that repeats the load. */
  readonly replay: string;
}

/** Writes what was found of each rule to the event log, as a check's end. Rules that the pack does not cite are left out. */
export function logJudgements(judgements: readonly RuleJudgement[], { scope, log, at, seed, replay }: Logging): void {
  for (const [{ check, requirement }, { finding, ...rest }] of judgements) {
    const level = scope.pack.requirement(requirement)?.level;
    if (level === undefined) continue;
    log.append({ type: "check.started", at, check });
    log.append({
      type: "check.finished",
      at,
      check,
      requirement,
      level,
      durationMs: 0,
      ...rest,
      ...(finding === undefined
        ? {}
        : {
            finding: {
              summary: finding.summary,
              ...inBothLanguages(finding),
              requirement,
              level,
              check,
              evidence: [],
              seed,
              replay,
            },
          }),
    });
  }
}
