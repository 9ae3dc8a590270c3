import type { PreflightFinished } from "../../core/run/event.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";

export type Attribution = NonNullable<PreflightFinished["attribution"]>;

/** One thing looked at before any check. */
export interface Probe {
  readonly name: string;
  /** What the probe expects, for the catalogue of probes. */
  readonly title: Bilingual;
  look(scope: RunScope, session: Session): Promise<Finding>;
}

/** What it saw; anything not ok ends the run before the SUT is judged. */
export type Finding = Omit<PreflightFinished, "type" | "at" | "name">;

export function fine(en: string, zh: string): Finding {
  return { ok: true, message: { en, zh } };
}

/** Nothing to try, or no way to: the run goes on, and is not told that all is well. */
export function untried(en: string, zh: string): Finding {
  return { ...fine(en, zh), tried: false };
}

export function wrong(
  attribution: Attribution,
  message: readonly [en: string, zh: string],
  remedy: readonly [en: string, zh: string],
): Finding {
  return {
    ok: false,
    attribution,
    message: { en: message[0], zh: message[1] },
    remedy: { en: remedy[0], zh: remedy[1] },
  };
}
