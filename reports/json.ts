import type { ReportFormat } from "./format.ts";
import { exclusionsFor } from "./exclusions.ts";
import { latencyMeter } from "./latency.ts";
import type { Latency } from "./latency.ts";
import { loadDocument } from "./load/load-document.ts";
import { loadWitness } from "./load/load-evidence.ts";
import type { LoadEvidence } from "./load/load-evidence.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { visibleJson } from "../core/text/visible-text.ts";
import { limitsOfVerdict, verdictSentence } from "./wording.ts";

/** The judgement of a run as one JSON document for other programs: fields are added, never renamed. */
export const json: ReportFormat = {
  name: "json",
  file: "report.json",
  begin(reading) {
    const meter = latencyMeter();
    const load = loadWitness(reading);
    return {
      event: (event) => {
        meter.event(event);
        load.event(event);
      },
      render: (judgement) => render(judgement, meter.latencies(), load.evidence()),
    };
  },
};

function render(judgement: RunJudgement, latencies: readonly Latency[], load: LoadEvidence): string {
  const { head, outcome, exitCode, reasons, ...rest } = judgement;
  const { requirements: _requirements, errors: _errors, waivers: _waivers, plan: _plan, ...run } = head ?? {};
  const document = {
    format: "liantiao-report",
    formatVersion: 1,
    outcome,
    exitCode,
    sentence: verdictSentence(judgement),
    reasons,
    doesNotProve: limitsOfVerdict(judgement),
    exclude: exclusionsFor(judgement),
    run: head === undefined ? null : run,
    ...rest,
    // Checks stand once, in their own list; requirements and failures name them.
    requirements: rest.requirements.map(({ row, standing, waived, checks }) => ({
      ...row,
      standing,
      waived,
      checks: checks.map(({ check }) => check),
    })),
    failures: rest.failures.map(({ check }) => check),
    latency: latencies.map(({ samplesMs: _samplesMs, ...latency }) => latency),
    load: loadDocument(load),
  };
  return visibleJson(document);
}
