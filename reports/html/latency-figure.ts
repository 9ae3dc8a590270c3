import { formatMs } from "../latency.ts";
import type { Latency } from "../latency.ts";
import { label } from "./bilingual.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

const WIDTH = 420;
const HEIGHT = 46;
const BASE = 34;
const BINS_PER_DECADE = 8;

/** A histogram with a logarithmic axis for each interface; all share one axis, so that rows can be compared by eye. */
export function latencyFigure(latencies: readonly Latency[]): Markup {
  const low = Math.floor(Math.log10(Math.min(1, ...latencies.map(({ samplesMs }) => positive(samplesMs[0])))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(10, ...latencies.map(({ maxMs }) => maxMs)))));
  const x = (ms: number): number =>
    round(((Math.log10(Math.max(ms, 10 ** low)) - low) / (high - low)) * (WIDTH - 20) + 10);
  const decades = Array.from({ length: high - low + 1 }, (_, step) => low + step);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Latency table"><table class="latency">
<thead><tr><th scope="col">${label("Interface", "接口")}</th><th scope="col" class="n">n</th><th scope="col" class="n">p50</th><th scope="col" class="n">p90</th><th scope="col" class="n">p99</th><th scope="col" class="n">max</th><th scope="col">${label("Distribution, ms, logarithmic", "分布（毫秒，对数轴）")}</th></tr></thead>
<tbody>${latencies.map(
    (latency) =>
      markup`<tr><th scope="row" class="mono">${latency.interface}${latency.unanswered > 0 ? markup`<br><span class="quiet">${label(`${latency.unanswered} unanswered`, `${latency.unanswered} 次无应答`)}</span>` : ""}</th><td class="n">${latency.answered}</td>${
        latency.answered === 0
          ? markup`<td class="n">–</td><td class="n">–</td><td class="n">–</td><td class="n">–</td><td></td>`
          : markup`<td class="n">${formatMs(latency.p50Ms)}</td><td class="n">${formatMs(latency.p90Ms)}</td><td class="n">${formatMs(latency.p99Ms)}</td><td class="n">${formatMs(latency.maxMs)}</td><td>${strip(latency, x, decades, low)}</td>`
      }</tr>`,
  )}</tbody></table></div>`;
}

function strip(latency: Latency, x: (ms: number) => number, decades: readonly number[], low: number): Markup {
  const bins = Map.groupBy(latency.samplesMs, (ms) =>
    Math.floor((Math.log10(Math.max(ms, 10 ** low)) - low) * BINS_PER_DECADE),
  );
  const tallest = Math.max(...[...bins.values()].map((bin) => bin.length));
  const bars = [...bins]
    .toSorted(([a], [b]) => a - b)
    .map(([bin, samples]) => {
      const left = x(10 ** (low + bin / BINS_PER_DECADE));
      const right = x(10 ** (low + (bin + 1) / BINS_PER_DECADE));
      const height = round(Math.max(1.5, (samples.length / tallest) * (BASE - 6)));
      return markup`<rect class="bar" x="${left}" y="${round(BASE - height)}" width="${round(right - left - 1)}" height="${height}"/>`;
    });
  const said = `${latency.interface}: p50 ${formatMs(latency.p50Ms)} ms, p90 ${formatMs(latency.p90Ms)} ms, p99 ${formatMs(latency.p99Ms)} ms, max ${formatMs(latency.maxMs)} ms`;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${said}">
${decades.map((decade) => markup`<line class="grid" x1="${x(10 ** decade)}" x2="${x(10 ** decade)}" y1="2" y2="${BASE}"/><text x="${x(10 ** decade)}" y="44" text-anchor="middle">${10 ** decade}</text>`)}
${bars}<line class="axis" x1="10" x2="${WIDTH - 10}" y1="${BASE}" y2="${BASE}"/>
${[latency.p50Ms, latency.p90Ms, latency.p99Ms].map((ms, index) => markup`<line class="p p${index}" x1="${x(ms)}" x2="${x(ms)}" y1="${index === 0 ? 2 : 10}" y2="${BASE}"/>`)}</svg>`;
}

function positive(ms: number | undefined): number {
  return ms === undefined || ms <= 0 ? 1 : ms;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
