import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * The files that take longest, longest first. One that began last would run alone, while the other workers have nothing
 * left. vitest knows how long a file took only where it ran before, and a fresh clone has run nothing.
 */
export const LONGEST: readonly string[] = [
  "cli/load-process.test.ts",
  "trials/drills.test.ts",
  "tests/package.test.ts",
  "examples/rival-platform/rival-platform.test.ts",
  "cli/command-line.test.ts",
  "trials/dialect.test.ts",
  "tests/rival-bank.test.ts",
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

/** The files in the order of `LONGEST`, and all others after them in their own order. */
export function longestFirst<File extends { readonly moduleId: string }>(files: readonly File[]): File[] {
  const rank = ({ moduleId }: File): number => {
    const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
    return at < 0 ? LONGEST.length : at;
  };
  return files.toSorted((left, right) => rank(left) - rank(right));
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files));
  }
}
