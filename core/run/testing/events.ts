import type { RunEvent } from "../event.ts";

const title = { en: "text", zh: "文字" };

/** The shortest run that has a verdict, event by event, for tests of the log. */
export const HEAD: RunEvent = {
  type: "run.started",
  at: 1,
  run: "r1",
  liantiao: "0.1.0",
  role: "bank",
  sut: { name: "bank", baseUrl: "https://bank.test" },
  pack: { name: "cooperation", title, version: "1", digest: "d" },
  suites: { digest: "d" },
  statement: { digest: "d", file: "sut.json" },
  seed: 1,
  effort: "smoke",
  requirements: [],
  errors: [],
  waivers: [],
  plan: [],
};
export const PASS: Extract<RunEvent, { type: "check.finished" }> = {
  type: "check.finished",
  at: 2,
  check: "A-01.x",
  requirement: "A-01",
  level: "MUST",
  verdict: "pass",
  durationMs: 1,
};
export const END: RunEvent = { type: "run.finished", at: 3, partial: false };
