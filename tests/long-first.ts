import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * The files that take longest, longest first. One that began last would run alone, while the other workers have nothing
 * left. vitest knows how long a file took only where it ran before, and a fresh clone has run nothing.
 */
export const LONGEST: readonly string[] = [
  "trials/any-pack.test.ts",
  "cli/load-process.test.ts",
  "trials/drills.test.ts",
  "tests/package.test.ts",
  "examples/rival-platform/rival-platform.test.ts",
  "cli/command-line.test.ts",
  "trials/dialect.test.ts",
  "tests/rival-bank.test.ts",
  "trials/fuzz.test.ts",
  "simulator/store/power-cut.test.ts",
  "trials/defects.test.ts",
  "trials/conforming.test.ts",
  "cli/serve-algorithm.test.ts",
  "cli/serve-overload.test.ts",
  "tests/canary.test.ts",
  "tests/determinism/determinism.test.ts",
  "suites/verify.test.ts",
  "trials/load-days.test.ts",
  "cli/serve-tls.test.ts",
  "simulator/kill.test.ts",
];

/** What is looked at of a file: where it is, and whether it has a process of its own. */
interface Ordered {
  readonly moduleId: string;
  readonly project: { readonly config: { readonly isolate: boolean } };
}

/**
 * The files in the order of `LONGEST`, all others after them in their own order, and those that share a process last: one
 * that stands between them would end the process that they share.
 */
export function longestFirst<File extends Ordered>(files: readonly File[]): File[] {
  const rank = ({ moduleId, project }: File): number => {
    const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
    return at >= 0 ? at : LONGEST.length + (project.config.isolate ? 0 : 1);
  };
  return files.toSorted((left, right) => rank(left) - rank(right));
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files));
  }
}
