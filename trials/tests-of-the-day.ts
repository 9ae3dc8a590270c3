import { describe, test } from "vitest";
import { sampled } from "./sample.ts";

/** Tests by name, of which `npm test` runs one in `days`, each day others, and `npm run trials` all. */
export function testsOfTheDay(what: string, days: number, tests: Readonly<Record<string, () => Promise<void>>>): void {
  const { items, note } = sampled(Object.entries(tests), days, () => "");
  describe(`${what} (${note})`, () => {
    // A few tests over many days leave days without one, which a reader of the results sees.
    if (items.length === 0) test.skip("none on this day", () => {});
    test.each(items)("%s", (_name, run) => run());
  });
}
