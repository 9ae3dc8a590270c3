/** The word for one check put to one SUT. `error` means the harness broke: never a fail of the SUT, never a pass. */
export type Verdict = "pass" | "fail" | "inconclusive" | "skipped" | "error";

export type Level = "MUST" | "SHOULD";

export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}
