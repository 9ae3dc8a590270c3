import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

/** What a test file took. */
export interface FileTime {
  /** Its path in the repository. */
  readonly file: string;
  /** Milliseconds of a processor, of its own process and of the programs that it started. */
  readonly ownMs: number;
  readonly programsMs: number;
  /** Milliseconds from its start to its end. */
  readonly wallMs: number;
}

export interface RunTime {
  readonly files: readonly FileTime[];
  /** Milliseconds of a processor in the process that hands out the files, and reads their sources for them. */
  readonly mainMs: number;
  readonly wallMs: number;
}

/** Where a run leaves what it took; `npm run tests:time` prints it. */
export const TIME_FILE = "coverage/time.json";

/** Keeps what each file took. */
export class TimeReporter implements Reporter {
  readonly #began = performance.now();

  onTestRunEnd(modules: readonly TestModule[]): void {
    const { user, system } = process.cpuUsage();
    const run: RunTime = {
      files: modules.map(timeOf),
      mainMs: (user + system) / 1_000,
      wallMs: performance.now() - this.#began,
    };
    mkdirSync(dirname(TIME_FILE), { recursive: true });
    writeFileSync(TIME_FILE, JSON.stringify(run));
  }
}

function timeOf(module: TestModule): FileTime {
  const { ownMs = 0, programsMs = 0 } = module.meta();
  const { prepareDuration, environmentSetupDuration, setupDuration, collectDuration, duration } = module.diagnostic();
  return {
    file: module.relativeModuleId,
    ownMs,
    programsMs,
    wallMs: prepareDuration + environmentSetupDuration + setupDuration + collectDuration + duration,
  };
}
