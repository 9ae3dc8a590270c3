import { createRequire } from "node:module";
import type * as ECharts from "echarts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { raw } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";

/**
 * Draws a picture as SVG: numbers and units alone, so that it is the same in every language. What is seen stands in the
 * element of an id.
 */
export type Painter = (picture: Picture, labelledBy: string) => Markup;

export interface Picture {
  readonly option: ECharts.EChartsCoreOption;
  readonly width: number;
  readonly height: number;
  /** What is seen, for who does not see it. */
  readonly said: Bilingual;
}

/**
 * Colours that stand in an option for those of the page, which paper and the dark scheme change: the picture refers to
 * the style sheet's variable.
 */
export const COLOURS = {
  ink: "#000001",
  soft: "#000002",
  line: "#000003",
  one: "#000011",
  two: "#000012",
  three: "#000013",
  four: "#000014",
} as const;

const VARIABLES: Readonly<Record<string, string>> = {
  [COLOURS.ink]: "var(--ink)",
  [COLOURS.soft]: "var(--soft)",
  [COLOURS.line]: "var(--line)",
  [COLOURS.one]: "var(--c1)",
  [COLOURS.two]: "var(--c2)",
  [COLOURS.three]: "var(--c3)",
  [COLOURS.four]: "var(--c4)",
};

/** The file of Apache ECharts with lines, bars and marks, in one piece: its modules one by one take ten times as long. */
const ECHARTS = "echarts/dist/echarts.common.min.js";

/** What a report says in place of its pictures. */
export const NOT_DRAWN: Bilingual = {
  en: "No pictures: the optional package echarts is not installed. Install liantiao without --omit=optional, then write the reports again with liantiao report.",
  zh: "没有图表：未安装可选依赖 echarts。请在安装 liantiao 时去掉 --omit=optional，再用 liantiao report 重新生成报告。",
};

/** A painter of Apache ECharts; undefined where it is not installed, which is optional. */
export function painter(load: (module: string) => unknown = createRequire(import.meta.url)): Painter | undefined {
  let echarts: typeof ECharts;
  try {
    // The file has no types of its own.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    echarts = load(ECHARTS) as typeof ECharts;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "MODULE_NOT_FOUND") return undefined;
    throw cause;
  }
  return ({ option, width, height }, labelledBy) => {
    const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
    try {
      chart.setOption({ animation: false, ...option });
      return raw(cleaned(chart.renderToSVGString(), labelledBy));
    } finally {
      chart.dispose();
    }
  };
}

/**
 * What the page needs of a drawing: without the parts that hover and scripts use, which number drawings through the life
 * of the process, and with its colours named.
 */
function cleaned(svg: string, labelledBy: string): string {
  return svg
    .replace(/<defs\s*>.*?<\/defs>\s*/s, "")
    .replace(/<style\s*>.*?<\/style>\s*/s, "")
    .replaceAll(/ (?:class|clip-path|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/"(#0000\d\d)"/g, (whole, colour: string) => `"${VARIABLES[colour] ?? whole}"`)
    .replace(
      /^<svg [^>]*viewBox="([^"]*)">/,
      (_whole, box: string) => `<svg viewBox="${box}" role="img" aria-labelledby="${labelledBy}">`,
    );
}
