import type { LevelBurn } from "../../core/load/burn.ts";
import type { Level } from "../../core/load/level.ts";
import { lengthOf } from "../../core/load/profile.ts";
import type { LoadMarked } from "../../core/run/event.ts";
import type { RunJudgement } from "../../core/run/judgement.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { CLASS_WORDS, codeClasses, ENDING_WORDS, endingShares, percent } from "../load/code-classes.ts";
import type { LoadEvidence } from "../load/load-evidence.ts";
import type { LoadRecord } from "../load/load-record.ts";
import { NOT_DRAWN } from "../load/painter.ts";
import type { Painter, Picture } from "../load/painter.ts";
import {
  budgetPicture,
  clock,
  errorPicture,
  ERRORS,
  figure,
  latencyPicture,
  ratePicture,
  STROKES,
  vitalPicture,
} from "../load/pictures.ts";
import { formatMs } from "../latency.ts";
import { both, label } from "./bilingual.ts";
import { markup } from "./markup.ts";
import type { Content, Markup } from "./markup.ts";

/** What a load showed: figures, pictures over time, and how fast error budgets were used. Empty for other runs. */
export function loadSection(
  judgement: RunJudgement,
  { reading, marks }: LoadEvidence,
  paint: Painter | undefined,
): Content {
  if (reading === undefined) return "";
  if ("problem" in reading) return markup`${warning(reading.problem)}${burnTable(judgement, [])}`;
  const { record } = reading;
  return markup`${whatRan(record)}${latencyTable(record)}${endingsTable(record)}${
    paint === undefined ? warning(NOT_DRAWN) : pictures(record, marks, paint)
  }${marksList(marks)}${burnTable(judgement, record.head.levels)}`;
}

const warning = (words: Bilingual): Markup =>
  markup`<p class="stack"><span class="chip t-warn">!</span> <strong>${both(words)}</strong></p>`;

function whatRan({ head, totals: { sum } }: LoadRecord): Markup {
  const { profile, engine, segment } = head;
  const begun = sum.due - sum.dropped;
  const part = segment.of === 1 ? "" : ` (${segment.index + 1}/${segment.of})`;
  return markup`<dl class="facts"><dt>${label("Profile", "负载方案")}</dt><dd>${both(profile.title)} <span class="mono quiet">${profile.name}, ${clock(lengthOf(profile.phases))}, ${engine}${part}</span></dd>
<dt>${label("Journeys", "业务流程")}</dt><dd>${label(`${sum.due} due, ${begun} begun, ${sum.late} of them late`, `应发起 ${sum.due} 次，已发起 ${begun} 次，其中迟发 ${sum.late} 次`)}</dd></dl>`;
}

function latencyTable({ latencies }: LoadRecord): Content {
  const rows = Object.entries(latencies);
  if (rows.length === 0) return "";
  const names = ["50", "95", "99", "99.9"];
  return markup`<h3 class="area" id="latency-by-interface">${label("Latency by interface", "各接口时延")}</h3><p class="quiet">${label(
    "In milliseconds, from the moment at which a call was to begin; in brackets from when it was sent.",
    "单位毫秒，自调用应发起的时刻起算；括号内自实际发出起算。",
  )}</p><div class="scroll" tabindex="0" role="region" aria-labelledby="latency-by-interface"><table><thead><tr><th scope="col">${label("Interface", "接口")}</th><th scope="col" class="n">n</th>${names.map((name) => markup`<th scope="col" class="n">p${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([id, { sinceScheduled, sinceSent }]) =>
      markup`<tr><th scope="row" class="mono">${id}</th><td class="n">${sinceScheduled.count}</td>${names.map((name) => markup`<td class="n">${formatMs(sinceScheduled.ms[name] ?? 0)} <span class="quiet">(${formatMs(sinceSent.ms[name] ?? 0)})</span></td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function endingsTable(record: LoadRecord): Markup {
  const endings = endingShares(record).filter(({ ending, calls }) => ending === "success" || calls > 0);
  const classes = codeClasses(record);
  return markup`<h3 class="area">${label("How calls ended", "调用结果")}</h3><table><thead><tr><th scope="col">${label("Ending", "结果")}</th><th scope="col" class="n">n</th><th scope="col" class="n">${label("Share", "占比")}</th></tr></thead><tbody>${endings.map(({ ending, calls, share }) => markup`<tr><th scope="row">${both(ENDING_WORDS[ending])}</th><td class="n">${calls}</td><td class="n">${percent(share)}</td></tr>`)}${classes.length === 0 ? "" : markup`<tr><th scope="colgroup" colspan="3" class="quiet">${label("Answers with a code, by what it tells the caller to do", "带错误码的应答，按错误码要求的处理方式")}</th></tr>`}${classes.map(({ name, calls, share, codes }) => markup`<tr><th scope="row">${both(CLASS_WORDS[name] ?? { en: name, zh: name })} <span class="mono quiet">${codes.map(({ code, times }) => `${code} × ${times}`).join(", ")}</span></th><td class="n">${calls}</td><td class="n">${percent(share)}</td></tr>`)}</tbody></table>`;
}

/** Levels of which the use of their budgets is drawn: as many as there are strokes. */
const drawnLevels = ({ head, totals }: LoadRecord): readonly Level[] =>
  head.levels
    .filter((_, index) => (totals.tallies[index] ?? []).some((tally) => (tally?.total ?? 0) > 0))
    .slice(0, STROKES.length);

function pictures(record: LoadRecord, marked: readonly LoadMarked[], paint: Painter): Content {
  if (record.points.length === 0) return "";
  const marks = marked.map(({ second }) => second);
  const levels = drawnLevels(record);
  return markup`${figureOf(label("Rate, journeys a second", "速率（每秒业务流程数）"), ratePicture(record, marks), { paint, id: "picture-rate" }, [label("asked", "目标"), label("reached", "实际")])}
${figureOf(label("Latency of all interfaces", "全部接口的时延"), latencyPicture(record, marks), { paint, id: "picture-latency" }, ["p50", "p95", "p99"])}
${figureOf(
  label("Calls not carried out, a second", "未成功的调用（每秒）"),
  errorPicture(record, marks),
  { paint, id: "picture-errors" },
  ERRORS.map((ending) => both(ENDING_WORDS[ending])),
  true,
)}
${
  levels.length === 0
    ? ""
    : figureOf(
        label("Error budget used, of that for this load", "错误预算消耗（以本次负载为期）"),
        budgetPicture(record, levels, marks),
        { paint, id: "picture-budget" },
        levels.map(({ title }) => both(title)),
      )
}
${record.vitals.length === 0 ? "" : markup`<h3 class="area">${label("What the system told of itself", "被测系统自报指标")}</h3><div class="vitals">${record.vitals.map((vital, index) => figureOf(markup`<span class="mono">${vital.name}</span>`, vitalPicture(record, vital, marks), { paint, id: `picture-vital-${index + 1}` }, []))}</div>`}`;
}

/** A picture with its title and key. Who does not see it is told what it shows, in the language of the page. */
function figureOf(
  title: Content,
  picture: Picture,
  { paint, id }: { readonly paint: Painter; readonly id: string },
  lines: readonly Content[],
  filled = false,
): Markup {
  const key = lines.map(
    (line, index) =>
      markup`<span class="key k${(index % STROKES.length) + 1}${filled ? " filled" : ""}">${line}</span> `,
  );
  return markup`<figure class="chart"><figcaption><strong>${title}</strong> ${key}<span class="hidden" id="${id}">${both(picture.said)}</span></figcaption><div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">${paint(picture, id)}</div></figure>`;
}

function marksList(marks: readonly LoadMarked[]): Content {
  if (marks.length === 0) return "";
  return markup`<h3 class="area">${label("Done to the system meanwhile, as numbered in the pictures", "其间对被测系统的操作（编号与图中一致）")}</h3><ol class="marks">${marks.map(({ second, name, title }) => markup`<li><span class="mono">${clock(second)}</span> ${both(title)} <span class="mono quiet">${name}</span></li>`)}</ol>`;
}

/** The windows of an alert as they are published. */
const PUBLISHED: Readonly<Record<string, string>> = { "14.4": "1 h / 5 min", "6": "6 h / 30 min", "1": "3 d / 6 h" };

function burnTable({ serviceLevels }: RunJudgement, levels: readonly Level[]): Content {
  const burning = serviceLevels.flatMap(({ level }) =>
    level.burn === undefined
      ? []
      : [{ level, burn: level.burn, promised: levels.find(({ name }) => name === level.name) }],
  );
  const [first] = burning;
  if (first === undefined) return "";
  return markup`<h3 class="area">${label("Alerts that would have fired", "本应触发的告警")}</h3><p class="quiet stack">${both(scaleWords(first.burn))}</p><table class="fold"><thead><tr><th scope="col">${label("Level", "指标")}</th>${first.burn.pairs.map(({ factor }) => markup`<th scope="col">${factor}× <span class="quiet">${PUBLISHED[String(factor)] ?? ""}</span></th>`)}</tr></thead><tbody>${burning.map(({ level, burn, promised }) => markup`<tr><th scope="row" class="stack">${both(level.title)}${promised?.period === undefined ? "" : markup`<span class="quiet">${label(`promised over ${promised.period}`, `承诺周期 ${promised.period}`)}</span>`}</th>${burn.pairs.map((pair) => markup`<td>${pairCell(pair)}</td>`)}</tr>`)}</tbody></table>`;
}

function scaleWords({ scale }: LevelBurn): { readonly en: string; readonly zh: string } {
  const en =
    "Both windows of a pair must use the error budget faster than so many times its even pace (Site Reliability Workbook, chapter 5). An alert is a warning, and misses a level only where the level says so.";
  const zh =
    "一对窗口须同时以高于均匀速度若干倍的速度消耗错误预算，才会触发告警（《Google SRE 工作手册》第 5 章）。告警仅作提示，除非指标另有规定，不影响是否达标。";
  if (scale >= 1) return { en, zh };
  const share = `${Number((100 * scale).toPrecision(2))} %`;
  return {
    en: `${en} Windows scaled to ${share} of their length, since the load is shorter than three days.`,
    zh: `${zh}负载不足三天，窗口按 ${share} 的长度缩放。`,
  };
}

function pairCell({
  factor,
  looked,
  longSeconds,
  shortSeconds,
  alerts,
  alertCount,
}: LevelBurn["pairs"][number]): Content {
  if (!looked)
    return markup`<span class="quiet">${factor}× ${label("not looked at: too short", "未观察：时间过短")}</span>`;
  const windows = markup`<span class="quiet">${factor}× ${clock(longSeconds)} / ${clock(shortSeconds)}</span>`;
  if (alertCount === 0) return markup`${label("none", "无")} ${windows}`;
  const shown = alerts.map(
    ({ atSecond, forSeconds, highest }) =>
      markup`<li>${label(`at ${clock(atSecond)}, for ${clock(forSeconds)}`, `${clock(atSecond)} 起，持续 ${clock(forSeconds)}`)} <span class="quiet">${figure(highest)}×</span></li>`,
  );
  const rest = alertCount - alerts.length;
  return markup`<span class="chip t-warn">${alertCount}</span> ${windows}<ul class="alerts">${shown}${rest === 0 ? "" : markup`<li class="quiet">${label(`and ${rest} more`, `等另外 ${rest} 次`)}</li>`}</ul>`;
}
