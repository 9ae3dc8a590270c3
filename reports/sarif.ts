import type { CheckJudgement, RunJudgement } from "../core/run/judgement.ts";
import type { ReportFormat } from "./format.ts";
import { visible, visibleJson } from "../core/text/visible-text.ts";

/**
 * SARIF 2.1.0 for code-scanning pages. A finding has no place in source code, so its location is logical: the
 * requirement. GitHub still demands a file for each result; the statement's file is given. Waived fails are results with a
 * suppression, SARIF's form for an accepted finding.
 */
export const sarif: ReportFormat = {
  name: "sarif",
  file: "report.sarif",
  begin: () => ({ render }),
};

function render(judgement: RunJudgement): string {
  const { head, requirements, failures, outcome } = judgement;
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "liantiao",
            ...(head === undefined ? {} : { version: head.liantiao }),
            rules: requirements.map(({ row }) => ({
              id: row.id,
              shortDescription: { text: visible(row.title.en) || row.id },
              fullDescription: { text: visible(row.text.en) || row.id },
              defaultConfiguration: { level: row.level === "MUST" ? "error" : "warning" },
              properties: { area: row.area, source: row.source },
            })),
          },
        },
        // True only where the harness did its work: a fail is a successful execution with results.
        invocations: [
          { executionSuccessful: outcome === "passed" || outcome === "failed" || outcome === "service-level" },
        ],
        results: failures.map((check) => result(check, head?.statement.file)),
      },
    ],
  };
  return visibleJson(document);
}

function result(check: CheckJudgement, statement: string | undefined): object {
  const { finding, waiver } = check;
  const summary = finding?.summary ?? check.reason;
  const said = summary === undefined ? check.check : `${summary.en}\n${summary.zh}`;
  const detail =
    finding === undefined ? "" : `\nExpected: ${finding.expected}\nSeen: ${finding.seen}\nReplay: ${finding.replay}`;
  return {
    ruleId: check.requirement,
    level: check.level === "MUST" ? "error" : "warning",
    message: { text: visible(said + detail) },
    locations: [
      {
        ...(statement === undefined
          ? {}
          : { physicalLocation: { artifactLocation: { uri: fileReference(statement) }, region: { startLine: 1 } } }),
        logicalLocations: [{ name: check.check, fullyQualifiedName: `${check.area}/${check.check}`, kind: "member" }],
      },
    ],
    partialFingerprints: { "check/v1": check.check },
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: "external",
              status: "accepted",
              justification: visible(`${waiver.owner}, until ${waiver.expires}: ${waiver.reason}`),
            },
          ],
        }),
  };
}

/** A file name as a URI reference; relative to the root of the repository, as code-scanning pages expect it. */
function fileReference(file: string): string {
  const parts = visible(file)
    .replaceAll("\\", "/")
    .replace(/^(\.\/)+/, "")
    .split("/");
  return parts.map((part) => encodeURIComponent(part)).join("/");
}
