import { verifyCommand } from "../core/run/command.ts";
import { STANDINGS } from "../core/run/judgement.ts";
import type { CheckJudgement, Outcome, RequirementJudgement, RunJudgement, Standing } from "../core/run/judgement.ts";
import type { ReportFormat } from "./format.ts";
import { exclusionsBlock } from "./exclusions.ts";
import { families, findingGroups, inShort, openGroups, skipGroups } from "./grouping.ts";
import type { FindingGroup, SkipGroup } from "./grouping.ts";
import { both, label } from "./html/bilingual.ts";
import { latencyFigure } from "./html/latency-figure.ts";
import { moduleTable } from "./html/module-coverage.ts";
import { loadSection } from "./html/load-section.ts";
import { markup, raw } from "./html/markup.ts";
import type { Content, Markup } from "./html/markup.ts";
import { serviceLevelsTable } from "./html/service-levels.ts";
import { STYLE } from "./html/style.ts";
import { wireFigures } from "./html/wire.ts";
import { toDo } from "./to-do.ts";
import { latencyMeter } from "./latency.ts";
import type { Latency } from "./latency.ts";
import { loadWitness } from "./load/load-evidence.ts";
import type { LoadEvidence } from "./load/load-evidence.ts";
import { painter } from "./load/painter.ts";
import {
  ATTRIBUTION_NAMES,
  COVERAGE_WORDS,
  headline,
  limitsOfVerdict,
  noticesAhead,
  neverBegan,
  OUTCOME_WORDS,
  reachOfVerdict,
  reasonSentence,
  reasonsToSay,
  STANDING_WORDS,
  WAIVER_WORDS,
} from "./wording.ts";

const SIGNS: Readonly<Record<Standing, string>> = {
  pass: "✓",
  fail: "✕",
  error: "!",
  inconclusive: "?",
  unfinished: "…",
  skipped: "–",
  untested: " ",
};

const TONES: Readonly<Record<Outcome, string>> = {
  passed: "t-pass",
  failed: "t-fail",
  undecided: "t-warn",
  configuration: "t-warn",
  "service-level": "t-warn",
};

/**
 * The report for people: one file that loads nothing and runs no script (its content policy forbids both), in both
 * languages, on a screen or on paper, where it ends with room for both sides to sign.
 */
export const html: ReportFormat = {
  name: "html",
  file: "report.html",
  begin(reading) {
    const meter = latencyMeter();
    const load = loadWitness(reading);
    return {
      event: (event) => {
        meter.event(event);
        load.event(event);
      },
      render: (judgement) => render(judgement, { latencies: meter.latencies(), load: load.evidence() }),
    };
  },
};

/** What the page tells beyond the judgement. */
interface Measured {
  readonly latencies: readonly Latency[];
  readonly load: LoadEvidence;
}

function render(judgement: RunJudgement, measured: Measured): string {
  const { head } = judgement;
  const stopped = neverBegan(judgement);
  const sections = sectionsOf(judgement, measured).filter(({ content }) => content !== "");
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${OUTCOME_WORDS[judgement.outcome].en} ${OUTCOME_WORDS[judgement.outcome].zh} · ${head?.sut.name ?? "no run"}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="page">
<div class="bar-top"><span>Liantiao 联调 · ${label("conformance report", "一致性测试报告")}</span>
<fieldset class="switch"><legend>Language 语言</legend><input type="radio" name="show" id="show-both" checked><label for="show-both">Both 双语</label><input type="radio" name="show" id="show-en"><label for="show-en">English</label><input type="radio" name="show" id="show-zh"><label for="show-zh">中文</label></fieldset></div>
<main>
<h1>${head?.sut.name ?? label("No run", "没有测试记录")}</h1>
${head === undefined ? "" : markup`<p class="quiet">${both(head.pack.title)} ${head.pack.version} · ${head.role === "bank" ? label("in the role of the bank", "作为银行方") : label("in the role of the platform", "作为平台方")} · <time datetime="${iso(head.at)}">${iso(head.at).slice(0, 16).replace("T", " ")} UTC</time></p>`}
<section class="verdict ${TONES[judgement.outcome]}" aria-label="Verdict"><div class="word">${both(OUTCOME_WORDS[judgement.outcome])}</div>${noticesAhead(judgement).map((notice) => markup`<p><strong>${both(notice)}</strong></p>`)}<p>${both(headline(judgement))}</p>${reachOfVerdict(judgement).map((reach) => markup`<p class="reach">${both(reach)}</p>`)}
<ul class="reasons">${reasonsToSay(judgement).map((reason) => markup`<li>${both(reasonSentence(reason, judgement))} ${subjectsOf(reason.subjects)}</li>`)}<li>${label("Exit code", "退出码")} <code>${judgement.exitCode}</code></li></ul>${toDoList(judgement)}</section>
${stopped ? preflightSection(judgement) : ""}
${stopped ? "" : contents(sections)}
${
  stopped
    ? ""
    : markup`<div class="two"><section><h2 class="plain">${label("Requirements at a glance", "要求总览")}</h2>${mapFigure(judgement)}</section>
<section><h2 class="plain">${label("What this verdict does not prove", "本结论不能证明的")}</h2><ul class="limits">${limitsOfVerdict(judgement).map((limit) => markup`<li>${both(limit)}</li>`)}</ul></section></div>`
}
${sections.map(({ content }) => content)}
${stopped ? "" : SIGN_OFF}
</main>
</div>
</body>
</html>
`;
  return page.markup;
}

function toDoList(judgement: RunJudgement): Content {
  const lines = toDo(judgement);
  const block = exclusionsBlock(judgement);
  return lines.length === 0
    ? ""
    : markup`<p><strong>${label("To do for a verdict", "为得出判定请")}</strong></p><ol class="reasons">${lines.map((line) => markup`<li>${both(line)}</li>`)}</ol>${block === undefined ? "" : markup`<pre>${block}</pre>`}`;
}

/** The most checks of one reason that are listed one by one. */
const FEW = 5;

/** Room for both sides to sign; left out of a run that judged nothing. */
const SIGN_OFF = markup`<h2>${label("Sign-off", "签署")}</h2><table class="sign"><thead><tr><th scope="col">${label("Side", "签署方")}</th><th scope="col">${label("Name", "姓名")}</th><th scope="col">${label("Signature", "签名")}</th><th scope="col">${label("Date", "日期")}</th></tr></thead><tbody><tr><th scope="row">${label("Bank", "银行")}</th><td></td><td></td><td></td></tr><tr><th scope="row">${label("Platform", "平台")}</th><td></td><td></td><td></td></tr></tbody></table>`;

/** A part of the page that the contents name. */
interface Section {
  readonly id: string;
  readonly title: Markup;
  readonly count?: number;
  readonly content: Content;
}

/** The sections of the page: findings first, then what was left untested, then what held. */
function sectionsOf(judgement: RunJudgement, { latencies, load }: Measured): readonly Section[] {
  const { checks, requirements, waivers, codes } = judgement;
  const open = checks.filter(
    ({ standing }) => standing === "error" || standing === "inconclusive" || standing === "unfinished",
  );
  const untested = requirements.filter(({ standing }) => standing === "untested");
  const skipped = checks.filter(({ standing }) => standing === "skipped").length;
  // A run that the preflight ended has judged nothing, so listing what was left untested adds nothing.
  if (neverBegan(judgement))
    return [section("reproduce", label("Run it again", "重新运行"), reproduceTable(judgement))];
  return [
    section("findings", label("Findings", "发现的问题"), findingsOf(judgement), findingGroups(judgement).length),
    section(
      "load",
      label("Load", "负载"),
      loadSection(judgement, load, load.reading === undefined ? undefined : painter()),
    ),
    section("undecided", label("Not decided", "未能判定"), undecided(judgement), open.length),
    section("waivers", label("Waivers", "豁免"), waiversTable(judgement), waivers.length),
    section("not-tested", label("Not tested", "未测内容"), notTested(judgement, untested), untested.length + skipped),
    section(
      "requirements",
      label("Requirements judged", "已判定的要求"),
      requirementsTables(judgement),
      requirements.length - untested.length,
    ),
    section("modules", label("Modules covered", "模块覆盖"), moduleTable(judgement), judgement.modules.length),
    section("codes", label("Error codes", "错误码覆盖"), codesTable(judgement), codes.length),
    section(
      "latency",
      label("Latency", "时延"),
      latencies.length === 0
        ? ""
        : markup`<p class="quiet">${label("Solid line p50, dashed p90, dotted p99; all by nearest rank, in milliseconds.", "实线 p50，虚线 p90，点线 p99；最近秩法，单位毫秒。")}</p>${latencyFigure(latencies)}`,
    ),
    section("service-levels", label("Service levels", "服务水平"), serviceLevelsTable(judgement)),
    section("preflight", label("Preflight", "预检"), preflightTable(judgement)),
    section("reproduce", label("Run it again", "重新运行"), reproduceTable(judgement)),
  ];
}

function section(id: string, title: Markup, content: Content, count?: number): Section {
  if (content === "") return { id, title, content };
  const number = count === undefined || count === 0 ? "" : markup` <span class="quiet">${count}</span>`;
  return {
    id,
    title,
    ...(count === undefined ? {} : { count }),
    content: markup`<section id="${id}"><h2>${title}${number}</h2>${content}</section>`,
  };
}

function contents(sections: readonly Section[]): Markup {
  return markup`<nav class="contents" aria-label="Contents">${sections.map(({ id, title, count }) => markup`<a href="#${id}">${title}${count === undefined || count === 0 ? "" : markup` <span class="quiet">${count}</span>`}</a>`)}</nav>`;
}

/** What a reason is about: a few names, and how many more. */
function subjectsOf(subjects: readonly string[]): Content {
  if (subjects.length === 0) return "";
  const { shown, rest } = inShort(subjects);
  return markup`<span class="mono">${shown.join(", ")}</span>${rest === 0 ? "" : markup` <span class="quiet">${label(`and ${rest} more`, `等另外 ${rest} 项`)}</span>`}`;
}

/** The colour of a requirement. Red is for what fails the run; a failed SHOULD is a warning, a waived fail is muted. */
function toneOf({ standing, waived, row }: RequirementJudgement): string {
  if (standing !== "fail") return `t-${standing}`;
  if (waived) return "t-mute";
  return row.level === "MUST" ? "t-fail" : "t-warn";
}

function chip(standing: Standing, waived = false, tone = `t-${standing}`): Markup {
  return markup`<span class="chip ${tone}"><span aria-hidden="true">${SIGNS[standing]}</span> ${both(STANDING_WORDS[standing])}${waived ? markup` · ${label("waived", "已豁免")}` : ""}</span>`;
}

function byArea(judgement: RunJudgement): readonly (readonly [string, readonly RequirementJudgement[]])[] {
  return [...Map.groupBy(judgement.requirements, (requirement) => requirement.row.area)];
}

/** Anchors are numbered, because an id from a pack may hold anything. */
function anchor(judgement: RunJudgement, requirement: RequirementJudgement): string {
  return `requirement-${judgement.requirements.indexOf(requirement) + 1}`;
}

function mapFigure(judgement: RunJudgement): Markup {
  const { MUST, SHOULD } = judgement.counts;
  return markup`<div class="map">${byArea(judgement).map(
    ([area, requirements]) =>
      markup`<span class="mono">${area}</span><span class="cells">${requirements.map((requirement) => {
        const said = `${requirement.row.id} ${requirement.row.level}: ${STANDING_WORDS[requirement.standing].en} ${STANDING_WORDS[requirement.standing].zh}${requirement.waived ? ", waived" : ""}`;
        return markup`<a class="cell ${toneOf(requirement)}" href="#${anchor(judgement, requirement)}" title="${said}" aria-label="${said}">${SIGNS[requirement.standing]}</a>`;
      })}</span>`,
  )}</div>
<table><thead><tr><th scope="col"></th><th scope="col" class="n">MUST</th><th scope="col" class="n">SHOULD</th></tr></thead><tbody>${STANDINGS.filter((standing) => MUST[standing] + SHOULD[standing] > 0).map((standing) => markup`<tr><th scope="row">${chip(standing)}</th><td class="n">${MUST[standing]}</td><td class="n">${SHOULD[standing]}</td></tr>`)}</tbody></table>
${judgement.counts.waived > 0 ? markup`<p class="quiet">${label(`Of the fails, ${judgement.counts.waived} waived.`, `其中 ${judgement.counts.waived} 项未通过已获豁免。`)}</p>` : ""}`;
}

function findingsOf(judgement: RunJudgement): Markup {
  const { failures } = judgement;
  if (failures.length > 0) {
    const groups = findingGroups(judgement);
    const grouped =
      groups.length === failures.length
        ? ""
        : markup`<p class="quiet">${label(`${failures.length} checks failed; those that saw the same stand together.`, `${failures.length} 项检查未通过；实际结果相同者归为一组。`)}</p>`;
    return markup`${grouped}${groups.map((group) => findingGroup(group, judgement))}`;
  }
  return judgement.checks.some(({ standing }) => standing === "pass")
    ? markup`<p>${label("No check failed.", "没有检查未通过。")}</p>`
    : markup`<p>${label("Nothing was judged, so nothing was found.", "未作任何判定，因此没有发现。")}</p>`;
}

/** The first finding in full; those that saw the same are named, and unfold. */
function findingGroup({ first, alike }: FindingGroup, judgement: RunJudgement): Markup {
  const article = (check: CheckJudgement): Markup =>
    findingArticle(check, judgement.failures.indexOf(check), judgement);
  if (alike.length === 0) return article(first);
  return markup`${article(first)}<details class="alike"><summary>${label(`Seen alike in ${alike.length} more`, `另有 ${alike.length} 项结果相同`)} <span class="quiet mono">${namesIn(alike)}</span></summary>${alike.map(article)}</details>`;
}

function namesIn(checks: readonly CheckJudgement[]): string {
  const { shown, rest } = inShort(checks.map(({ check }) => check));
  return `${shown.join(", ")}${rest === 0 ? "" : ` + ${rest}`}`;
}

function findingArticle(check: CheckJudgement, index: number, judgement: RunJudgement): Markup {
  const { finding, waiver } = check;
  const tone = waiver !== undefined ? "t-mute" : check.level === "MUST" ? "t-fail" : "t-warn";
  const minimal = finding?.minimal;
  const reproduced = minimal?.reproduced;
  const requirement = judgement.requirements.find(({ row }) => row.id === check.requirement);
  return markup`<article class="finding ${tone}" aria-labelledby="finding-${index + 1}"><header><span class="chip ${tone}">${check.level}</span>${waiver === undefined ? "" : markup`<span class="chip t-mute">${label("waived", "已豁免")}</span>`}${requirement === undefined ? "" : markup`<a class="mono" href="#${anchor(judgement, requirement)}">${check.requirement}</a>`}<span class="mono quiet">${check.check}</span></header>
<h3 id="finding-${index + 1}" class="said stack">${both(finding?.summary ?? check.reason ?? check.title)}</h3>
${requirement === undefined ? "" : markup`<blockquote class="stack">${both(requirement.row.text)}${requirement.row.source === "" ? "" : markup`<cite>${requirement.row.source}</cite>`}</blockquote>`}
${waiver === undefined ? "" : markup`<p class="quiet">${label("Waived by", "豁免责任方")} ${waiver.owner}, ${label("until", "至")} ${waiver.expires}: ${waiver.reason}</p>`}
${
  finding === undefined
    ? markup`<p>${label("No evidence was recorded.", "没有记录证据。")}</p>`
    : markup`<div class="contrast"><div class="t-pass"><strong>${label("Expected", "应为")}</strong><p class="stack">${once(finding.expected, finding.inChinese?.expected)}</p></div><div class="${tone}"><strong>${label("Seen", "实际")}</strong><p class="stack">${once(finding.seen, finding.inChinese?.seen)}</p></div></div>
${finding.likelyCause === undefined ? "" : markup`<h4>${label("Likely cause", "可能原因")}</h4><div class="stack">${both(finding.likelyCause)}</div>`}
${minimal === undefined ? "" : markup`<h4>${label("Minimal case", "最小用例")}</h4><p>${once(minimal.description, finding.inChinese?.minimal)}</p><pre tabindex="0">${JSON.stringify(minimal.value, null, 2) ?? "undefined"}</pre>`}
${reproduced === undefined ? "" : markup`<p>${label(`Came back in ${reproduced.failures} of ${reproduced.tries} tries.`, `重试 ${reproduced.tries} 次，重现 ${reproduced.failures} 次。`)}</p>`}
<h4>${label("Run it again", "重新运行")}</h4><pre class="copy" tabindex="0">${finding.replay}</pre>
${finding.evidence.length === 0 ? "" : markup`<h4>${label("On the wire", "报文")}</h4>${wireFigures(finding.evidence)}`}`
}</article>`;
}

/** What may be the same in both languages, which then stands once. */
function once(en: string, zh = en): Content {
  return en === zh ? en : both({ en, zh });
}

/** Reasons that few checks share stand in a table, one that many share stands once. */
function undecided(judgement: RunJudgement): Content {
  const groups = openGroups(judgement);
  if (groups.length === 0) return "";
  const many = groups.filter(({ checks }) => checks.length > FEW);
  return markup`${checkTable(groups.filter(({ checks }) => checks.length <= FEW).flatMap(({ checks }) => checks))}${many.map(({ standing, reason, checks }) => markup`<h3 class="area">${chip(standing)} ${reason === undefined ? label("planned, and not finished", "已计划但未完成") : both(reason)} <span class="quiet">${checks.length}</span></h3><ul class="columns">${families(checks.map(({ check }) => check)).map(({ name, cases }) => markup`<li><span class="mono">${name}</span>${casesOf(cases)}</li>`)}</ul>`)}`;
}

function checkTable(checks: readonly CheckJudgement[]): Content {
  if (checks.length === 0) return "";
  return markup`<table class="fold"><thead><tr><th scope="col">${label("Check", "检查")}</th><th scope="col">${label("Level", "级别")}</th><th scope="col">${label("Standing", "结果")}</th><th scope="col">${label("Why", "原因")}</th></tr></thead><tbody>${checks.map((check) => markup`<tr><th scope="row" class="mono">${check.check}</th><td>${check.level}</td><td>${chip(check.standing)}</td><td class="stack">${check.reason === undefined ? "" : both(check.reason)}${check.error === undefined ? "" : markup`<code>${check.error}</code>`}</td></tr>`)}</tbody></table>`;
}

/** Everything that the verdict does not cover: requirements without a check, and checks that did not run. */
function notTested(judgement: RunJudgement, untested: readonly RequirementJudgement[]): Content {
  const groups = skipGroups(judgement);
  if (untested.length + groups.length === 0) return "";
  return markup`${untestedList(judgement, untested)}${groups.map(skippedGroup)}`;
}

function untestedList(judgement: RunJudgement, untested: readonly RequirementJudgement[]): Content {
  if (untested.length === 0) return "";
  const count = markup`<span class="quiet">${untested.length}</span>`;
  if (judgement.head?.only === undefined && judgement.head?.modules === undefined) {
    return markup`<h3 class="area">${label("Requirements that no check judged", "没有检查覆盖的要求")} ${count}</h3><ul class="columns">${untested.map((requirement) => markup`<li id="${anchor(judgement, requirement)}"><span class="mono">${requirement.row.id}</span> <span class="quiet">${requirement.row.level}</span> ${both(requirement.row.title)}</li>`)}</ul>`;
  }
  // In a run of a few selected checks the rest is known to be missing, so ids suffice.
  return markup`<h3 class="area">${label("Requirements outside of what was asked for", "不在本次所选范围内的要求")} ${count}</h3><p class="ids">${untested.map((requirement) => markup`<span class="mono" id="${anchor(judgement, requirement)}" title="${requirement.row.title.en} ${requirement.row.title.zh}">${requirement.row.id}</span> `)}</p>`;
}

function skippedGroup({ cause, reason, excused, checks }: SkipGroup): Markup {
  const consequence = excused
    ? label(
        "excused: another check of the requirement passed, or the statement leaves it out",
        "已免除：同一要求另有检查通过，或声明已排除",
      )
    : label("leaves its requirements unproved", "相关要求因此未获证明");
  return markup`<h3 class="area">${both(reason)} <span class="quiet">${checks.length}</span></h3><p class="quiet"><span class="mono">${cause}</span> · ${consequence}</p><ul class="columns">${families(checks.map(({ check }) => check)).map(({ name, cases }) => markup`<li><span class="mono">${name}</span>${casesOf(cases)}</li>`)}</ul>`;
}

/** A few cases by name, many by their number. */
function casesOf(cases: readonly string[]): Content {
  if (cases.length === 0) return "";
  return cases.length <= 5
    ? markup` <span class="quiet mono">${cases.join(", ")}</span>`
    : markup` <span class="quiet">${label(`${cases.length} cases`, `${cases.length} 个用例`)}</span>`;
}

function requirementsTables(judgement: RunJudgement): Content {
  const judged = judgement.requirements.filter(({ standing }) => standing !== "untested");
  if (judged.length === 0) return "";
  return markup`${[...Map.groupBy(judged, ({ row }) => row.area)].map(([area, requirements]) => markup`<h3 class="area mono">${area}</h3><table class="fold"><thead><tr><th scope="col" style="width:6.5rem">${label("Id", "编号")}</th><th scope="col">${label("Requirement", "要求")}</th><th scope="col" style="width:6rem">${label("Level", "级别")}</th><th scope="col" style="width:10rem">${label("Standing", "结果")}</th><th scope="col" class="n" style="width:6.5rem">${label("Checks", "检查")}</th></tr></thead><tbody>${requirements.map((requirement) => markup`<tr id="${anchor(judgement, requirement)}"><th scope="row" class="mono">${requirement.row.id}</th><td class="stack">${both(requirement.row.title)}</td><td>${requirement.row.level}</td><td>${chip(requirement.standing, requirement.waived, toneOf(requirement))}</td><td class="n">${tally(requirement)}</td></tr>`)}</tbody></table>`)}`;
}

/** How many of the checks that ran passed: `7/8`. */
function tally({ checks }: RequirementJudgement): Content {
  const ran = checks.filter(({ standing }) => standing !== "skipped");
  return ran.length === 0 ? "–" : `${ran.filter(({ standing }) => standing === "pass").length}/${ran.length}`;
}

function waiversTable(judgement: RunJudgement): Content {
  if (judgement.waivers.length === 0) return "";
  return markup`<p class="quiet">${label(`Held against ${judgement.today}; a waiver ends by itself.`, `以 ${judgement.today} 为准，到期自动失效。`)}</p><table class="fold"><thead><tr><th scope="col">${label("Requirement", "要求")}</th><th scope="col">${label("State", "状态")}</th><th scope="col">${label("Owner", "责任方")}</th><th scope="col">${label("Expires", "有效期至")}</th><th scope="col">${label("Reason", "理由")}</th></tr></thead><tbody>${judgement.waivers.map(({ waiver, state }) => markup`<tr><th scope="row" class="mono">${waiver.requirement}</th><td><span class="chip ${state === "applied" ? "t-mute" : state === "expired" ? "t-fail" : "t-warn"}">${both(WAIVER_WORDS[state])}</span></td><td>${waiver.owner}</td><td>${waiver.expires}</td><td>${waiver.reason}</td></tr>`)}</tbody></table>`;
}

function codesTable({ codes, undeclaredCodes }: RunJudgement): Content {
  if (codes.length + undeclaredCodes.length === 0) return "";
  const provoked = codes.filter(({ coverage }) => coverage === "state").length;
  const seen = codes.filter(({ coverage }) => coverage !== "never");
  const never = codes.filter(({ coverage }) => coverage === "never");
  return markup`<p class="quiet">${label(`${provoked} of ${codes.length} provoked through state.`, `${codes.length} 个中 ${provoked} 个由业务状态触发。`)}</p>
${never.length === 0 ? "" : markup`<h3 class="area">${both(COVERAGE_WORDS.never)} <span class="quiet">${never.length}</span></h3><ul class="columns">${never.map(({ code, status, title }) => markup`<li><span class="mono">${code}</span> <span class="quiet">${status}</span> ${both(title)}</li>`)}</ul>`}
${seen.length + undeclaredCodes.length === 0 ? "" : markup`<table class="fold"><thead><tr><th scope="col">${label("Code", "错误码")}</th><th scope="col">HTTP</th><th scope="col">${label("Meaning", "含义")}</th><th scope="col">${label("Seen", "触发情况")}</th><th scope="col" class="n">${label("Times", "次数")}</th></tr></thead><tbody>${seen.map((code) => markup`<tr><th scope="row" class="mono">${code.code}</th><td>${code.status}</td><td class="stack">${both(code.title)}</td><td><span class="chip ${code.coverage === "state" ? "t-pass" : "t-warn"}">${both(COVERAGE_WORDS[code.coverage])}</span></td><td class="n">${code.times}</td></tr>`)}${undeclaredCodes.map((code) => markup`<tr><th scope="row" class="mono">${code.code}</th><td></td><td></td><td><span class="chip t-warn">${label("not declared by the pack", "接口规范未声明")}</span></td><td class="n">${code.times}</td></tr>`)}</tbody></table>`}`;
}

/** For a run that never began: the cause and the remedy, ahead of everything else. */
function preflightSection(judgement: RunJudgement): Markup {
  return markup`<section id="preflight"><h2>${label("What is to be mended first", "需先解决的问题")}</h2>${preflightTable(judgement)}</section>`;
}

function preflightTable(judgement: RunJudgement): Content {
  if (judgement.preflight.length === 0) return "";
  return markup`<table class="fold"><thead><tr><th scope="col">${label("Looked at", "项目")}</th><th scope="col">${label("Result", "结果")}</th><th scope="col">${label("What was found", "说明")}</th></tr></thead><tbody>${judgement.preflight.map((result) => markup`<tr><th scope="row" class="mono">${result.name}</th><td><span class="chip ${result.tried === false ? "t-mute" : result.ok ? "t-pass" : "t-warn"}">${result.tried === false ? label("not tried", "未试") : result.ok ? label("✓ in order", "正常") : label(`✕ ${result.attribution ?? "unattributed"}`, ATTRIBUTION_NAMES[result.attribution ?? "harness"])}</span></td><td class="stack">${both(result.message)}${result.remedy === undefined ? "" : markup`<strong class="stack remedy">${both(result.remedy)}</strong>`}</td></tr>`)}</tbody></table>`;
}

function reproduceTable({ head, exchanges, exchangesDropped, finishedAt }: RunJudgement): Content {
  if (head === undefined) return "";
  return markup`<pre class="copy" tabindex="0">${verifyCommand({ role: head.role, statementFile: head.statement.file, ...(head.only === undefined ? {} : { only: head.only }), ...(head.modules === undefined ? {} : { modules: head.modules }), effort: head.effort, seed: head.seed })}</pre>
<dl class="facts">${fact(label("Run", "测试编号"), head.run)}${fact(label("System under test", "被测系统"), head.sut.baseUrl)}${fact(label("Harness", "工具版本"), `liantiao ${head.liantiao}`)}${fact(label("Pack digest", "接口规范摘要"), head.pack.digest)}${fact(label("Suites digest", "测试套件摘要"), head.suites.digest)}${fact(label("Statement digest", "声明摘要"), head.statement.digest)}${fact(label("Seed", "随机种子"), head.seed)}${fact(label("Begun, ended", "开始与结束"), `${iso(head.at)}, ${finishedAt === undefined ? "–" : iso(finishedAt)}`)}${fact(label("Exchanges", "交互次数"), exchangesDropped === 0 ? exchanges : `${exchanges} (+ ${exchangesDropped} not in the log)`)}</dl>`;
}

function fact(name: Markup, value: Content): Markup {
  return markup`<dt>${name}</dt><dd class="mono">${value}</dd>`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
