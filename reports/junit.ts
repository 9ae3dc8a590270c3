import { isExcused } from "../core/run/judgement.ts";
import type { CheckJudgement, RunJudgement } from "../core/run/judgement.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { ReportFormat } from "./format.ts";
import { visible } from "../core/text/visible-text.ts";
import { clauseOf, REASON_WORDS, verdictSentence } from "./wording.ts";

/**
 * JUnit XML for CI servers. The classname is the area and the name is the check's id, so that a case keeps its history
 * whatever its title becomes. A case is red exactly when it keeps the run from exit code 0: a waived fail or the fail of
 * a SHOULD shows as skipped with its reason, because JUnit has no word for a warning. What the report says of a case
 * besides goes to `system-out`: the schema that Jenkins holds reports to knows properties of a suite only.
 */
export const junit: ReportFormat = {
  name: "junit",
  file: "junit.xml",
  begin: () => ({ render }),
};

function render(judgement: RunJudgement): string {
  const byArea = Map.groupBy(judgement.checks, (check) => check.area);
  const suites = [
    suiteOfRun(judgement),
    ...[...byArea].map(([area, checks]) => ({
      name: area,
      cases: checks.map((check) => caseOfCheck(check, clauseOf(judgement, check.requirement))),
    })),
  ];
  const cases = suites.flatMap((suite) => suite.cases);
  const { head } = judgement;
  const properties =
    head === undefined
      ? []
      : ([
          ["run", head.run],
          ["role", head.role],
          ["sut", head.sut.name],
          ["pack", `${head.pack.name} ${head.pack.version}`],
          ["pack.digest", head.pack.digest],
          ["suites.digest", head.suites.digest],
          ["statement.digest", head.statement.digest],
          ["seed", String(head.seed)],
          ["effort", head.effort],
        ] as const);
  const timestamp = head === undefined ? "" : ` timestamp="${new Date(head.at).toISOString().slice(0, 19)}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="liantiao" ${sums(cases)}>`,
    ...suites.flatMap((suite, index) => [
      `  <testsuite name="${attribute(suite.name)}" ${sums(suite.cases)} skipped="${countOf(suite.cases, "skipped")}"${timestamp}>`,
      ...(index === 0 ? propertiesXml(properties, "    ") : []),
      ...suite.cases.flatMap((testCase) => caseXml(suite.name, testCase)),
      `  </testsuite>`,
    ]),
    `</testsuites>`,
    ``,
  ].join("\n");
}

interface Result {
  readonly kind: "failure" | "error" | "skipped";
  readonly type: string;
  readonly message: string;
  readonly detail?: string;
}

interface Case {
  readonly name: string;
  readonly durationMs: number;
  /** Lines of `name: value`, shown when the case is opened. */
  readonly facts: readonly (readonly [string, string])[];
  readonly result?: Result;
}

/** What concerns the run as a whole; single checks stand under their areas. */
function suiteOfRun(judgement: RunJudgement): { readonly name: string; readonly cases: readonly Case[] } {
  const bare = { durationMs: 0, facts: [] };
  const held = (code: "no-head" | "partial" | "nothing-judged"): Pick<Case, "result"> =>
    judgement.reasons.some((reason) => reason.code === code)
      ? { result: { kind: "error", type: code, message: REASON_WORDS[code].en, detail: verdictSentence(judgement).en } }
      : {};
  return {
    name: "run",
    cases: [
      { ...bare, name: "head", ...held("no-head") },
      { ...bare, name: "complete", ...held("partial") },
      { ...bare, name: "judged", ...held("nothing-judged") },
      ...judgement.preflight.map(({ name, ok, tried, attribution, message, remedy }): Case => ({
        ...bare,
        name: `preflight.${name}`,
        ...(tried === false ? { result: { kind: "skipped", type: "not tried", message: message.en } } : {}),
        ...(ok
          ? {}
          : {
              result: {
                kind: "error",
                type: `preflight.${attribution ?? "unattributed"}`,
                message: message.en,
                detail: remedy?.en ?? "",
              },
            }),
      })),
      ...judgement.serviceLevels.map(({ level, met }): Case => ({
        durationMs: 0,
        name: `service-level.${level.name}`,
        facts: [
          ["title", `${level.title.en} / ${level.title.zh}`],
          ["target", level.target],
          ["seen", level.seen],
          ["samples", String(level.samples)],
          ...(level.burn === undefined
            ? []
            : [["alerts", String(level.burn.pairs.reduce((sum, { alertCount }) => sum + alertCount, 0))] as const]),
        ],
        ...(met
          ? {}
          : {
              result: {
                kind: "failure",
                type: "service-level",
                message: `${level.target} was not met: ${level.seen} over ${level.samples} samples`,
              },
            }),
      })),
    ],
  };
}

function caseOfCheck(check: CheckJudgement, clause: Bilingual | undefined): Case {
  const result = resultOf(check, clause);
  return {
    name: check.check,
    durationMs: check.durationMs,
    facts: [
      ["requirement", check.requirement],
      ["level", check.level],
      ["verdict", check.standing],
      ["title", `${check.title.en} / ${check.title.zh}`],
      ...(check.waiver === undefined
        ? []
        : [["waiver", `${check.waiver.owner}, until ${check.waiver.expires}: ${check.waiver.reason}`] as const]),
    ],
    ...(result === undefined ? {} : { result }),
  };
}

function resultOf(check: CheckJudgement, clause: Bilingual | undefined): Result | undefined {
  const reason = check.finding?.summary.en ?? check.reason?.en ?? check.error ?? "no reason recorded";
  const binding = check.level === "MUST";
  const green = (message: string): Result => ({ kind: "skipped", type: check.standing, message });
  switch (check.standing) {
    case "pass":
      return undefined;
    case "fail":
      if (check.waiver !== undefined) {
        return green(
          `WAIVED by ${check.waiver.owner} until ${check.waiver.expires} (${check.waiver.reason}): ${reason}`,
        );
      }
      return binding
        ? { kind: "failure", type: "MUST", message: reason, detail: detailOf(check, clause) }
        : green(`SHOULD not met: ${reason}`);
    case "error":
      return { kind: "error", type: "error", message: reason, detail: check.error ?? "" };
    case "skipped":
      return binding && !isExcused(check) ? { kind: "error", type: "skipped", message: reason } : green(reason);
    case "inconclusive":
      return binding ? { kind: "error", type: "inconclusive", message: reason } : green(`inconclusive: ${reason}`);
    case "unfinished":
      return { kind: "error", type: "unfinished", message: "planned, and not finished" };
  }
  return check.standing satisfies never;
}

function detailOf({ finding, requirement }: CheckJudgement, clause: Bilingual | undefined): string {
  if (finding === undefined) return "";
  return [
    finding.summary.zh,
    `requirement: ${requirement}${clause === undefined ? "" : ` ${clause.en} / ${clause.zh}`}`,
    `expected: ${finding.expected}`,
    `seen: ${finding.seen}`,
    ...(finding.likelyCause === undefined
      ? []
      : [`likely cause: ${finding.likelyCause.en} / ${finding.likelyCause.zh}`]),
    ...(finding.minimal === undefined
      ? []
      : [`minimal case: ${finding.minimal.description} ${JSON.stringify(finding.minimal.value)}`]),
    `seed: ${finding.seed}`,
    `replay: ${finding.replay}`,
  ].join("\n");
}

function sums(cases: readonly Case[]): string {
  const time = seconds(cases.reduce((sum, testCase) => sum + testCase.durationMs, 0));
  return `tests="${cases.length}" failures="${countOf(cases, "failure")}" errors="${countOf(cases, "error")}" time="${time}"`;
}

function countOf(cases: readonly Case[], kind: Result["kind"]): number {
  return cases.filter((testCase) => testCase.result?.kind === kind).length;
}

function caseXml(area: string, { name, durationMs, facts, result }: Case): readonly string[] {
  const open = `    <testcase classname="${attribute(area)}" name="${attribute(name)}" time="${seconds(durationMs)}"`;
  if (result === undefined && facts.length === 0) return [`${open}/>`];
  return [
    `${open}>`,
    ...(result === undefined
      ? []
      : [
          `      <${result.kind} type="${attribute(result.type)}" message="${attribute(result.message)}">${text(result.detail ?? "")}</${result.kind}>`,
        ]),
    ...(facts.length === 0
      ? []
      : [`      <system-out>${text(facts.map(([label, value]) => `${label}: ${value}`).join("\n"))}</system-out>`]),
    `    </testcase>`,
  ];
}

function propertiesXml(properties: readonly (readonly [string, string])[], indent: string): readonly string[] {
  if (properties.length === 0) return [];
  return [
    `${indent}<properties>`,
    ...properties.map(
      ([name, value]) => `${indent}  <property name="${attribute(name)}" value="${attribute(value)}"/>`,
    ),
    `${indent}</properties>`,
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function text(value: string): string {
  return visible(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A parser turns line feeds and tabs in attributes into spaces unless they are written as references. */
function attribute(value: string): string {
  return text(value).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
