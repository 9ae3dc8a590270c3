import { calendar } from "../../core/calendar/calendar.ts";
import { shareUp } from "../../core/inspection/availability.ts";
import type { DayAvailability, Gap, InterfaceDay, Outage } from "../../core/inspection/availability.ts";
import type { InspectionHead } from "../../core/inspection/round.ts";
import { both, label } from "../html/bilingual.ts";
import { markup, raw } from "../html/markup.ts";
import type { Content, Markup } from "../html/markup.ts";
import { STYLE } from "../html/style.ts";
import { interfaceSums, shareText } from "./sums.ts";
import type { InspectionSeen } from "./sums.ts";

/** The latest of them that a list shows; the document for programs has all. */
const MOST_LISTED = 200;

/** Writes a moment in the time zone of the pack. */
type Clock = (at: number) => string;

/**
 * The page of an inspection: one file that loads nothing and runs no script, in both languages. `at` is when it was
 * written.
 */
export function inspectionPage({ head, availability, unasked }: InspectionSeen, at: number): string {
  const { timeZone } = head.pack;
  const zone = calendar(timeZone, "00:00:00");
  const clock: Clock = (moment) => zone.rfc3339(moment).slice(0, 19).replace("T", " ");
  const { days, gaps, outages } = availability;
  const down = outages.filter(({ until }) => until === undefined).map((one) => one.interface);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Inspection 巡检 · ${head.sut.name}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="page">
<div class="bar-top"><span>Liantiao 联调 · ${label("inspection", "巡检报告")}</span>
<fieldset class="switch"><legend>Language 语言</legend><input type="radio" name="show" id="show-both" checked><label for="show-both">Both 双语</label><input type="radio" name="show" id="show-en"><label for="show-en">English</label><input type="radio" name="show" id="show-zh"><label for="show-zh">中文</label></fieldset></div>
<main>
<h1>${head.sut.name}</h1>
<p class="quiet">${head.sut.baseUrl} · ${head.pack.name} ${head.pack.version} · ${label("as of", "截至")} ${clock(at)} (${timeZone})</p>
<section class="verdict ${down.length === 0 ? (outages.length === 0 ? "t-pass" : "t-warn") : "t-fail"}" aria-label="Availability"><div class="word">${down.length === 0 ? label("up now", "目前可用") : label("down now", "目前中断")}</div>
<p>${both(summaryOf(availability.rounds, outages.length, gaps.length))}</p>${down.length === 0 ? "" : markup`<p>${label("Interfaces:", "接口：")} <span class="mono">${down.join(", ")}</span></p>`}
<ul class="reasons"><li>${label("Down means:", "中断的判定：")} ${both(head.rule.title)}</li><li>${label("Source:", "依据：")} ${both(head.rule.source)}</li></ul></section>
<h2>${label("By interface", "按接口")}</h2>${sumsTable(availability)}
<h2>${label("By day", "按日")}</h2>${daysTable(days)}
<h2>${label("Outages", "中断记录")} <span class="quiet">${outages.length}</span></h2>${outagesTable(outages, clock)}
<h2>${label("Times without inspection", "未巡检时段")} <span class="quiet">${gaps.length}</span></h2>
<p>${label("The inspector did not run then. These times count as neither up nor down.", "巡检程序当时未运行，这些时段既不计为可用，也不计为中断。")}</p>${gapsTable(gaps, clock)}
${unasked.length === 0 ? "" : markup`<h2>${label("Not asked", "未巡检的接口")}</h2><ul>${unasked.map((one) => markup`<li><span class="mono">${one.interface}</span> ${both(one.reason)}</li>`)}</ul>`}
<h2>${label("What this does not show", "不能证明什么")}</h2><ul class="limits">${LIMITS.map((limit) => markup`<li>${both(limit)}</li>`)}<li>${both(kept(head))}</li></ul>
</main>
</div>
</body>
</html>
`.markup;
}

const LIMITS = [
  {
    en: "Only interfaces that read are asked; whether payments are carried out is for a run or a load to show.",
    zh: "只巡检查询类接口；支付能否完成须由检验或负载证明。",
  },
  {
    en: "What fails between two requests and is over before the next one is not seen.",
    zh: "两次请求之间发生并恢复的故障不会被发现。",
  },
  {
    en: "The way from this machine to the system is inspected with it.",
    zh: "从本机到被测系统的网络同时在巡检之列。",
  },
] as const;

const kept = ({ keepDays }: InspectionHead) => ({
  en: `Rounds of the last ${keepDays} days are kept; older ones have gone.`,
  zh: `仅保留最近 ${keepDays} 天的记录，更早的已删除。`,
});

const summaryOf = (rounds: number, outages: number, gaps: number) => ({
  en: `${counted(rounds, "round")}, ${counted(outages, "outage")}, ${counted(gaps, "time")} without inspection`,
  zh: `巡检 ${rounds} 轮，中断 ${outages} 次，未巡检时段 ${gaps} 段`,
});

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function sumsTable(availability: InspectionSeen["availability"]): Content {
  const sums = interfaceSums(availability);
  if (sums.length === 0) return NOTHING;
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${label("Interface", "接口")}</th><th scope="col" class="n">${label("Available", "可用率")}</th><th scope="col" class="n">${label("Requests", "请求")}</th><th scope="col" class="n">${label("Unanswered", "无应答")}</th><th scope="col" class="n">${label("Not as agreed", "不符合约定")}</th><th scope="col" class="n">${label("Observed", "观测时长")}</th></tr></thead><tbody>${sums.map(
    (sum) =>
      markup`<tr><th scope="row" class="mono">${sum.interface}</th><td class="n">${shareCell(sum)}</td><td class="n">${sum.looks}</td><td class="n">${sum.unanswered}</td><td class="n">${sum.looks - sum.agreed}</td><td class="n">${lengthText(sum.observedMs)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** A row for each day, the latest first, and a column for each interface. */
function daysTable(days: readonly DayAvailability[]): Content {
  const ids = [...new Set(days.flatMap(({ interfaces }) => Object.keys(interfaces)))];
  if (days.length === 0) return NOTHING;
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${label("Day", "日期")}</th>${ids.map((id) => markup`<th scope="col" class="mono n">${id}</th>`)}<th scope="col" class="n">${label("Not inspected", "未巡检")}</th></tr></thead><tbody>${days
    .toReversed()
    .map(
      ({ date, gapMs, interfaces }) =>
        markup`<tr><th scope="row" class="n">${date}</th>${ids.map((id) => markup`<td class="n">${shareCell(interfaces[id])}</td>`)}<td class="n">${lengthText(gapMs)}</td></tr>`,
    )}</tbody></table></div>`;
}

/** The share in which an interface was up, with a sign so that colour carries nothing alone. */
function shareCell(seen: InterfaceDay | undefined): Markup {
  const share = seen === undefined ? undefined : shareUp(seen);
  const tone = share === undefined ? "t-mute" : share === 1 ? "t-pass" : "t-fail";
  const sign = share === undefined ? "" : share === 1 ? "✓ " : "✕ ";
  return markup`<span class="chip ${tone}">${sign}${shareText(share)}</span>`;
}

function outagesTable(outages: readonly Outage[], clock: Clock): Content {
  if (outages.length === 0) return NOTHING;
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${label("Interface", "接口")}</th><th scope="col">${label("From", "自")}</th><th scope="col">${label("Until", "至")}</th><th scope="col" class="n">${label("Length", "时长")}</th><th scope="col" class="n">${label("Unanswered", "无应答")}</th></tr></thead><tbody>${outages
    .slice(-MOST_LISTED)
    .toReversed()
    .map(
      ({ interface: id, from, until, recovered, looks }) =>
        markup`<tr><th scope="row" class="mono">${id}</th><td>${clock(from)}</td><td>${until === undefined ? label("still down", "仍中断") : markup`${clock(until)}${recovered ? "" : markup` ${label("(then not inspected)", "（此后未巡检）")}`}`}</td><td class="n">${until === undefined ? "" : lengthText(until - from)}</td><td class="n">${looks}</td></tr>`,
    )}</tbody></table></div>`;
}

function gapsTable(gaps: readonly Gap[], clock: Clock): Content {
  if (gaps.length === 0) return NOTHING;
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${label("From", "自")}</th><th scope="col">${label("Until", "至")}</th><th scope="col" class="n">${label("Length", "时长")}</th></tr></thead><tbody>${gaps
    .slice(-MOST_LISTED)
    .toReversed()
    .map(
      ({ from, until }) =>
        markup`<tr><td>${clock(from)}</td><td>${clock(until)}</td><td class="n">${lengthText(until - from)}</td></tr>`,
    )}</tbody></table></div>`;
}

const NOTHING = markup`<p class="quiet">${label("none", "无")}</p>`;

/** Hours, minutes and seconds, the largest first. */
function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60] as const;
  const [h, m, s] = parts;
  return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${s} s`;
}
