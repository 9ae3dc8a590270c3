import pc from "picocolors";
import { acceleratedLabel } from "../core/load/accelerated.ts";
import type { Interval } from "../core/load/interval.ts";
import { addedCounts, percentileOf } from "../core/load/latency-counts.ts";
import { resultOf } from "../core/load/level.ts";
import type { Tally } from "../core/load/level.ts";
import type { LoadHead } from "../core/load/load-folder.ts";
import { lengthOf } from "../core/load/profile.ts";
import { cutColumns } from "./language/columns.ts";
import type { Language } from "./language/language.ts";

/** Elsewhere than on a terminal a line is written this often. */
const EVERY_SECONDS = 10;

interface Shown {
  /** Of the schedule: over, and left. */
  readonly seconds: number;
  readonly left: number;
  /** Arrivals a second in the last interval: due, and begun. */
  readonly asked: number;
  readonly reached: number;
  /** Calls that did not end as agreed, so far. */
  readonly errors: number;
  /** Milliseconds of all interfaces in the last interval; undefined without an answer. */
  readonly p99: number | undefined;
  /** What is left of the error budget of the level that has used most of its own; undefined without a call. */
  readonly budget: number | undefined;
}

const LINE: Readonly<Record<Language, (shown: Shown) => string>> = {
  en: ({ seconds, left, asked, reached, errors, p99, budget }) =>
    [
      `${seconds} s, ${left} s left`,
      `${rateOf(reached)} of ${rateOf(asked)} journeys/s`,
      `${errors} errors`,
      p99 === undefined ? "no answer" : `p99 ${p99.toFixed(0)} ms`,
      ...(budget === undefined
        ? []
        : [budget < 0 ? "error budget spent" : `${percent(budget)} of the error budget left`]),
    ].join(", "),
  zh: ({ seconds, left, asked, reached, errors, p99, budget }) =>
    [
      `${seconds} 秒，剩余 ${left} 秒`,
      `每秒 ${rateOf(reached)}/${rateOf(asked)} 次业务流程`,
      `错误 ${errors} 次`,
      p99 === undefined ? "无应答" : `p99 ${p99.toFixed(0)} 毫秒`,
      ...(budget === undefined ? [] : [budget < 0 ? "错误预算已用尽" : `错误预算剩余 ${percent(budget)}`]),
    ].join("，"),
};

const rateOf = (rate: number): string => String(Number(rate.toFixed(1)));

const percent = (share: number): string => `${Math.floor(100 * share + 1e-9)} %`;

/** Shows a load as it goes: one status line on a terminal, a line every ten seconds elsewhere. */
export function followLoad(
  stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">,
  language: Language,
): { readonly interval: (interval: Interval, head: LoadHead) => void; readonly end: () => void } {
  const tallies: Tally[][] = [];
  let errors = 0;
  let shownAt = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  return {
    interval: (interval, head) => {
      const { index, due, dropped, endings, latencies } = interval;
      const { intervalSeconds, levels, profile, accelerated } = head;
      const seconds = (index + 1) * intervalSeconds;
      errors += endings["server-error"] + endings.malformed + endings.unanswered;
      for (const [level, tally] of interval.levels.entries()) (tallies[level] ??= [])[index] = tally;
      const used = levels
        .map((level, at) => resultOf(level, tallies[at] ?? [], intervalSeconds))
        .filter(({ samples }) => samples > 0)
        .map(({ budgetUsed }) => budgetUsed);
      const label = accelerated === undefined ? "" : `${acceleratedLabel(accelerated)[language]} · `;
      const text =
        label +
        LINE[language]({
          seconds,
          left: Math.max(0, Math.ceil(lengthOf(profile.phases) - seconds)),
          asked: due / intervalSeconds,
          reached: (due - dropped) / intervalSeconds,
          errors,
          p99: percentileOf(addedCounts(Object.values(latencies).map(({ sinceScheduled }) => sinceScheduled)), 99),
          budget: used.length === 0 ? undefined : 1 - Math.max(...used),
        });
      clear();
      if (stream.isTTY) {
        stream.write(pc.dim(cutColumns(text, Math.max(20, (stream.columns ?? 80) - 1))));
        shown = true;
      } else if (seconds - shownAt >= EVERY_SECONDS) {
        stream.write(`${text}\n`);
        shownAt = seconds;
      }
    },
    end: clear,
  };
}
