import { counted } from "../../core/load/level.ts";
import type { Level } from "../../core/load/level.ts";
import type { Ending } from "../../core/load/sample.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { ENDING_WORDS } from "./code-classes.ts";
import { COLOURS } from "./painter.ts";
import type { Picture } from "./painter.ts";
import type { LoadPoint, LoadRecord, Vital } from "./load-record.ts";

/** A line of a picture, as the picture and its key show it. */
export const STROKES = [
  { colour: COLOURS.one, dash: "solid" },
  { colour: COLOURS.two, dash: "dashed" },
  { colour: COLOURS.three, dash: "dotted" },
  { colour: COLOURS.four, dash: "solid" },
] as const;

/** What calls that were not carried out ended with, in the order in which pictures and keys have them. */
export const ERRORS: readonly Exclude<Ending, "success">[] = ["refused", "server-error", "malformed", "unanswered"];

const PERCENTILES = [50, 95, 99] as const;

/** Seconds of a load at which something was done to the SUT. */
export type Marks = readonly number[];

type Values = readonly (readonly [x: number, y: number | undefined])[];

interface Drawing {
  readonly lines: readonly Values[];
  readonly unit: string;
  readonly seconds: number;
  readonly marks: Marks;
  readonly said: Bilingual;
  readonly log?: boolean;
  /** Areas one upon another, in place of lines. */
  readonly stacked?: boolean;
  /** A level at which a thin line is drawn across. */
  readonly limit?: number;
  readonly size?: { readonly width: number; readonly height: number };
}

const secondsOf = ({ points, head }: LoadRecord): number => {
  const last = points.at(-1);
  return last === undefined ? head.intervalSeconds : last.second + last.seconds;
};

/** Journeys a second that were to begin, and that began. */
export function ratePicture(record: LoadRecord, marks: Marks): Picture {
  const line = (of: (point: LoadPoint) => number): Values =>
    stairs(record.points, (point) => of(point) / point.seconds);
  const highest = Math.max(0, ...record.points.map(({ due, seconds }) => due / seconds));
  return drawn({
    lines: [line(({ due }) => due), line(({ begun }) => begun)],
    unit: "/s",
    seconds: secondsOf(record),
    marks,
    said: {
      en: `Rate over time, up to ${figure(highest)} journeys a second.`,
      zh: `速率随时间变化，最高每秒 ${figure(highest)} 笔。`,
    },
  });
}

/** Percentiles of latency over time, of all interfaces. */
export function latencyPicture(record: LoadRecord, marks: Marks): Picture {
  const seen = record.points.flatMap(({ latency }) => PERCENTILES.flatMap((percent) => latency[percent] ?? []));
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  return drawn({
    lines: PERCENTILES.map((percent) => middles(record.points, ({ latency }) => latency[percent])),
    unit: "ms",
    seconds: secondsOf(record),
    marks,
    log: seen.length > 0 && least > 0 && most / least > 30,
    said:
      seen.length === 0
        ? { en: "No latency was measured.", zh: "没有时延数据。" }
        : {
            en: `Latency over time, from ${figure(least)} to ${figure(most)} ms.`,
            zh: `时延随时间变化，${figure(least)} 至 ${figure(most)} 毫秒。`,
          },
  });
}

/** Calls a second that were not carried out, by how they ended, one upon another. */
export function errorPicture(record: LoadRecord, marks: Marks): Picture {
  const sums = ERRORS.map((ending) => record.totals.sum.endings[ending]);
  return drawn({
    lines: ERRORS.map((ending) => stairs(record.points, ({ endings, seconds }) => endings[ending] / seconds)),
    unit: "/s",
    seconds: secondsOf(record),
    marks,
    stacked: true,
    said: {
      en: `Calls not carried out over time: ${ERRORS.map((ending, index) => `${ending} ${sums[index] ?? 0}`).join(", ")}.`,
      zh: `未成功调用随时间变化：${ERRORS.map((ending, index) => `${ENDING_WORDS[ending].zh} ${sums[index] ?? 0}`).join("，")}。`,
    },
  });
}

/** The share of its error budget that a level has used so far, of that for the whole load, in percent. */
export function budgetPicture(record: LoadRecord, levels: readonly Level[], marks: Marks): Picture {
  const used = levels.map((level) => budgetUsed(record, level));
  const ends = used.map((values) => values.at(-1)?.[1] ?? 0);
  return drawn({
    lines: used,
    unit: "%",
    seconds: secondsOf(record),
    marks,
    limit: 100,
    said: {
      en: `Error budget used: ${levels.map(({ name }, index) => `${name} ${figure(ends[index] ?? 0)} %`).join(", ")}.`,
      zh: `错误预算消耗：${levels.map(({ title }, index) => `${title.zh} ${figure(ends[index] ?? 0)} %`).join("，")}。`,
    },
  });
}

function budgetUsed({ head, totals }: LoadRecord, level: Level): Values {
  const index = head.levels.indexOf(level);
  const { tallies, seconds } = counted(level, totals.tallies[index] ?? [], totals.intervalSeconds);
  const all = Array.from(tallies);
  const total = all.reduce((sum, tally) => sum + (tally?.total ?? 0), 0);
  let bad = 0;
  const values = all.map((tally, step): readonly [number, number] => {
    bad += tally === undefined ? 0 : tally.total - tally.good;
    return [(step + 1) * seconds, total === 0 ? 0 : (100 * bad) / (total * (1 - level.target))];
  });
  const step = Math.ceil(values.length / 240);
  return [[0, 0], ...values.filter((_, at) => at % step === step - 1 || at === values.length - 1)];
}

/** What the SUT told of itself under one name. */
export function vitalPicture(record: LoadRecord, { name, readings }: Vital, marks: Marks): Picture {
  const values = readings.map(([, value]) => value);
  const range = `${figure(Math.min(...values))} – ${figure(Math.max(...values))}`;
  return drawn({
    lines: [readings],
    unit: "",
    seconds: Math.max(secondsOf(record), readings.at(-1)?.[0] ?? 0),
    marks,
    size: { width: 360, height: 130 },
    said: { en: `${name}: ${range}`, zh: `${name}：${range}` },
  });
}

/** A value that holds for the whole of a point. */
const stairs = (points: readonly LoadPoint[], value: (point: LoadPoint) => number): Values =>
  points.flatMap((point) => [
    [point.second, value(point)] as const,
    [point.second + point.seconds, value(point)] as const,
  ]);

const middles = (points: readonly LoadPoint[], value: (point: LoadPoint) => number | undefined): Values =>
  points.map((point) => [point.second + point.seconds / 2, value(point)]);

function drawn({ lines, unit, seconds, marks, said, log, stacked, limit, size }: Drawing): Picture {
  const text = { color: COLOURS.soft, fontSize: 12 };
  return {
    ...(size ?? { width: 720, height: 210 }),
    said,
    option: {
      grid: { left: 58, right: 18, top: 28, bottom: 26 },
      xAxis: {
        type: "value",
        min: 0,
        max: seconds,
        interval: stepOf(seconds, size === undefined ? 10 : 5),
        axisLabel: { ...text, formatter: clock, hideOverlap: true, showMaxLabel: seconds % stepOf(seconds, 10) === 0 },
        axisLine: { lineStyle: { color: COLOURS.soft } },
        axisTick: { lineStyle: { color: COLOURS.soft } },
        splitLine: { show: false },
      },
      yAxis: {
        type: log === true ? "log" : "value",
        name: unit,
        nameTextStyle: { ...text, align: "right" },
        nameGap: 12,
        axisLabel: { ...text, formatter: (value: number) => figure(value) },
        splitLine: { lineStyle: { color: COLOURS.line } },
        splitNumber: size === undefined ? 5 : 3,
      },
      series: lines.map((values, index) => ({
        type: "line",
        data: values.map(([x, y]) => [x, y ?? null]),
        showSymbol: values.length === 1,
        symbolSize: 4,
        silent: true,
        clip: false,
        ...strokeOf(index, stacked === true),
        ...(index === 0 ? { markLine: markLine(marks, limit) } : {}),
      })),
    },
  };
}

function strokeOf(index: number, stacked: boolean): Readonly<Record<string, unknown>> {
  const { colour, dash } = STROKES[index % STROKES.length] ?? STROKES[0];
  return stacked
    ? {
        stack: "all",
        lineStyle: { width: 0 },
        itemStyle: { color: colour },
        areaStyle: { color: colour, opacity: 0.85 },
      }
    : { lineStyle: { color: colour, type: dash, width: 1.6 }, itemStyle: { color: colour } };
}

/** Numbered lines at the marks, and a line across at a limit. */
function markLine(marks: Marks, limit: number | undefined): Readonly<Record<string, unknown>> {
  return {
    silent: true,
    animation: false,
    symbol: "none",
    label: { color: COLOURS.ink, fontSize: 12, textBorderWidth: 0, position: "end", distance: 3 },
    lineStyle: { color: COLOURS.ink, type: "dashed", width: 1 },
    data: [
      ...marks.map((second, index) => ({ xAxis: second, label: { formatter: String(index + 1) } })),
      ...(limit === undefined ? [] : [{ yAxis: limit, label: { show: false } }]),
    ],
  };
}

/** Steps of a time axis that people count in: seconds, minutes, hours, days. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

/** The step by which an axis has at most so many labels. */
const stepOf = (seconds: number, most: number): number =>
  STEPS.find((step) => seconds / step <= most) ?? 86_400 * Math.ceil(seconds / 86_400 / most);

/** A moment of a load: `42`, `3:07` or `1:02:03`, from the second on. */
export function clock(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** A number in few figures, large ones with k, M or G. */
export function figure(value: number): string {
  const size = Math.abs(value);
  const [unit, word] = (
    [
      [1e9, "G"],
      [1e6, "M"],
      [1e4, "k"],
    ] as const
  ).find(([least]) => size >= least) ?? [1, ""];
  const shown = value / (word === "k" ? 1e3 : unit);
  return `${Number(shown.toPrecision(3))}${word}`;
}
