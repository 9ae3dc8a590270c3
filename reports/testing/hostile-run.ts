import type { RequirementRow, RunEvent } from "../../core/run/event.ts";
import type { WireExchange } from "../../core/run/finding.ts";
import { AT, sampleHead } from "./sample-events.ts";

/** A run in which every text that the SUT may choose tries to break out of its document. */
export function hostileRun(text: string): readonly RunEvent[] {
  const both = { en: text, zh: text };
  const message = { headers: [[text, text]] as const, body: text, bodyEncoding: "utf8" as const };
  const exchange: WireExchange = {
    label: text,
    request: { ...message, method: text, url: text },
    response: { ...message, status: 200 },
    startedAt: AT,
    durationMs: 1,
  };
  const requirement: RequirementRow = { id: text, area: text, level: "MUST", title: both, text: both, source: text };
  return [
    {
      ...sampleHead({}),
      run: text,
      only: text,
      sut: { name: text, baseUrl: text },
      pack: { name: text, title: both, version: text, digest: text },
      suites: { digest: text },
      statement: { digest: text, file: text },
      requirements: [requirement, { ...requirement, id: `${text}2` }, { ...requirement, id: `${text}3` }],
      errors: [{ code: text, status: 400, title: both }],
      waivers: [{ requirement: text, owner: text, reason: text, expires: "2026-12-31" }],
      plan: [{ check: text, requirement: text, title: both }],
    },
    { type: "preflight.finished", at: AT, name: text, ok: false, attribution: "harness", message: both, remedy: both },
    { type: "exchange", at: AT, check: text, interface: text, code: text, exchange },
    { type: "exchange", at: AT, check: text, interface: text, code: `${text}!`, exchange },
    ...hostileChecks(text, exchange),
    {
      type: "service-level.finished",
      at: AT,
      name: text,
      title: both,
      target: text,
      seen: text,
      samples: 1,
      ok: false,
    },
    { type: "run.finished", at: AT, partial: true, reason: text },
  ];
}

function hostileChecks(text: string, exchange: WireExchange): readonly RunEvent[] {
  const both = { en: text, zh: text };
  return [
    {
      type: "check.finished",
      at: AT,
      check: text,
      requirement: text,
      level: "MUST",
      verdict: "fail",
      durationMs: 1,
      reason: both,
      finding: {
        requirement: text,
        level: "MUST",
        check: text,
        summary: both,
        expected: text,
        seen: text,
        likelyCause: both,
        seed: 1,
        replay: text,
        minimal: { description: text, value: { [text]: text }, reproduced: { tries: 2, failures: 1 } },
        evidence: [exchange],
      },
    },
    {
      type: "check.finished",
      at: AT,
      check: `${text}2`,
      requirement: `${text}2`,
      level: "MUST",
      verdict: "skipped",
      durationMs: 1,
      reason: both,
    },
    {
      type: "check.finished",
      at: AT,
      check: `${text}3`,
      requirement: `${text}3`,
      level: "MUST",
      verdict: "error",
      durationMs: 1,
      error: text,
    },
  ];
}
