import { appendFileSync, existsSync, readFileSync } from "node:fs";

/*
 * Many trials with many seeds take hours. A log keeps those that have passed, so that a command that was stopped goes on
 * where it ended: npm run trials -- conforming --seeds 20 --log conforming.log
 */

/** The file of the log. Without it nothing is kept, and everything is held. */
export const LOG_VARIABLE = "LIANTIAO_TRIALS_LOG";

const file = (): string | undefined => process.env[LOG_VARIABLE];

/** The trials that the log does not have. */
export function notPassedBefore<Trial>(trials: readonly Trial[], nameOf: (trial: Trial) => string): readonly Trial[] {
  const log = file();
  if (log === undefined || !existsSync(log)) return trials;
  const passed = new Set(readFileSync(log, "utf8").split("\n"));
  return trials.filter((trial) => !passed.has(nameOf(trial)));
}

/** Keeps in the log that a trial has passed. */
export function keepPassed(name: string): void {
  const log = file();
  if (log !== undefined) appendFileSync(log, `${name}\n`);
}
