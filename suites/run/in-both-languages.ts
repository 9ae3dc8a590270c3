import type { Finding } from "../../core/run/finding.ts";
import type { Failure } from "../outcome.ts";

/** What a finding keeps in English, and in Chinese where that differs. */
export function inBothLanguages({
  expected,
  seen,
  minimal,
}: Pick<Failure, "expected" | "seen" | "minimal">): Pick<Finding, "expected" | "seen" | "inChinese" | "minimal"> {
  const said = [expected, seen, ...(minimal === undefined ? [] : [minimal.description])];
  const inChinese = {
    expected: expected.zh,
    seen: seen.zh,
    ...(minimal === undefined ? {} : { minimal: minimal.description.zh }),
  };
  return {
    expected: expected.en,
    seen: seen.en,
    ...(said.every(({ en, zh }) => en === zh) ? {} : { inChinese }),
    ...(minimal === undefined ? {} : { minimal: { ...minimal, description: minimal.description.en } }),
  };
}
