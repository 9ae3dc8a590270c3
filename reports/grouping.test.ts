import { describe, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import { rendered } from "./format.ts";
import { findingGroups } from "./grouping.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import { AT, done, finding, preflight, sampleHead, titleOf } from "./testing/sample-events.ts";

/** What each check of a run saw. */
type Saw = readonly [check: string, expected: string, seen: string];

function runOf(saw: readonly Saw[]): readonly RunEvent[] {
  const plan = saw.map(([check]) => ({
    check,
    requirement: check.slice(0, 6),
    title: titleOf(check.slice(0, 6)),
  }));
  return [
    sampleHead({ plan }),
    preflight("profile", { en: "2 of 5 interfaces are claimed", zh: "声明实现 5 个接口中的 2 个" }),
    ...saw.map(([check, expected, seen]) =>
      seen === expected
        ? done(check, "pass")
        : done(check, "fail", {
            finding: finding(check, {
              summary: { en: `${check} was taken.`, zh: `${check} 被接受。` },
              expected,
              seen,
            }),
          }),
    ),
    { type: "run.finished", at: AT + 9_000, partial: false },
  ];
}

function groupsOf(saw: readonly Saw[]): readonly (readonly string[])[] {
  const judge = judging();
  for (const event of runOf(saw)) judge.event(event);
  return findingGroups(judge.judgement(false)).map(({ first, alike }) => [first, ...alike].map(({ check }) => check));
}

const REFUSED = "refused with SIGN_ERROR (HTTP 401)";
const SAW: readonly Saw[] = [
  ["SIG-01.absent", REFUSED, "HTTP 200 txn_0ZGL2BW0CWI2OG1GM56H5"],
  ["SIG-02.body", REFUSED, "HTTP 200 txn_1AAAA2BW0CWI2OG1GM999"],
  ["SIG-06.unknown", REFUSED, "HTTP 500"],
  ["IDM-01.retry", REFUSED, "HTTP 200 txn_0ZGL2BW0CWI2OG1GM56H5"],
  ["PAR-03.key", REFUSED, REFUSED],
];

describe("findings", () => {
  test("findings of one area that saw the same are one group, whatever their ids", () => {
    expect(groupsOf(SAW)).toEqual([["SIG-01.absent", "SIG-02.body"], ["SIG-06.unknown"], ["IDM-01.retry"]]);
  });

  test("findings that expected something else stand alone", () => {
    expect(
      groupsOf([
        ["SIG-01.absent", REFUSED, "HTTP 200"],
        ["SIG-02.body", "refused with PARAM_ERROR (HTTP 400)", "HTTP 200"],
      ]),
    ).toHaveLength(2);
  });

  test("the page and the summary show a group once, and name the others of it", () => {
    const page = rendered(html, runOf(SAW));
    expect(page.match(/class="alike"/g)).toHaveLength(1);
    expect(page).toContain("Seen alike in 1 more");
    expect(page).toContain("另有 1 项结果相同");
    // Folded away, and whole.
    for (const check of ["SIG-01.absent", "SIG-02.body"]) expect(page).toContain(`--only &#39;${check}&#39;`);
    const summary = rendered(markdown, runOf(SAW));
    expect(summary.match(/^### /gm)).toHaveLength(3);
    expect(summary).toMatch(/Seen alike in 1 more 另有 1 项结果相同: SIG-02\.body/);
  });

  test("report.json has every finding whole, grouped or not", () => {
    const report = JSON.parse(rendered(json, runOf(SAW))) as {
      readonly checks: readonly { readonly check: string; readonly finding?: unknown }[];
      readonly failures: readonly string[];
    };
    const failed = report.checks.filter(({ finding: found }) => found !== undefined);
    expect(failed.map(({ check }) => check).toSorted()).toEqual([...report.failures].toSorted());
    expect(failed).toHaveLength(4);
    for (const { check, finding: found } of failed)
      expect(found).toMatchObject({
        check,
        requirement: check.slice(0, 6),
        summary: { zh: `${check} 被接受。` },
        expected: REFUSED,
        seen: expect.stringMatching(/^HTTP/),
        evidence: [{ request: { method: "POST" }, response: { status: 200 } }],
        replay: expect.stringContaining(check),
      });
  });
});

test("what was expected and seen stands in Chinese where a check says it so", () => {
  const inChinese = { expected: "以签名错误（HTTP 401）拒绝", seen: "HTTP 204（无内容类型，0 字节）" };
  const events = runOf([["SIG-01.absent", REFUSED, "HTTP 204"]]).map((event) =>
    event.type === "check.finished" && event.finding !== undefined
      ? { ...event, finding: { ...event.finding, inChinese } }
      : event,
  );
  const page = rendered(html, events);
  for (const said of Object.values(inChinese)) {
    expect(page).toContain(`<span class="zh" lang="zh-Hans">${said}</span>`);
    expect(rendered(markdown, events)).toContain(said);
  }
});

describe("the box of the verdict", () => {
  const passed: readonly Saw[] = [["SIG-01.absent", REFUSED, REFUSED]];

  test.each([html, markdown])("the box of a pass says in $file what was not judged and claimed", (format) => {
    const text = rendered(format, runOf(passed));
    expect(text).toContain("Not judged: 14 of 15 MUST requirements.");
    expect(text).toContain("未判定：15 项必测要求中的 14 项。");
    expect(text).toContain("2 of 5 interfaces are claimed.");
    expect(text).toContain("声明实现 5 个接口中的 2 个。");
  });

  test("a run that judged nothing says nothing of what was left", () => {
    expect(rendered(html, runOf([]))).not.toContain("Not judged:");
  });
});
