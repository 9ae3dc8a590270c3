import { afterAll, describe, inject, test } from "vitest";
import { openLog } from "../../core/run/log.ts";
import { openRun } from "../run/open.ts";
import type { Job } from "../run/open.ts";
import { runPlanned } from "../run/runner.ts";

/*
 * The file that vitest runs: one test for each planned line. What a check finds goes to the event log; the state of the
 * vitest test itself says only whether the harness survived.
 */

declare module "vitest" {
  interface ProvidedContext {
    readonly liantiao: Job;
  }
}

const job = inject("liantiao");
const log = openLog(job.logFile, { existing: "append" });
const run = await openRun(job, "checks", (event) => log.append(event));

afterAll(() => {
  run.close();
  log.close();
});

describe("conformance", () => {
  for (const line of run.plan) {
    // The runner keeps the check's own time limit; this one only catches a harness that hangs.
    test(line.id, { timeout: (run.statement.limits.checkTimeoutSeconds + 120) * 1000 }, async ({ signal }) => {
      await runPlanned(line, { scope: run.scope, stop: signal, deadline: job.deadline });
    });
  }
});
