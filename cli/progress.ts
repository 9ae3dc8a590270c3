import pc from "picocolors";
import type { Subscription } from "../core/facts/facts.ts";
import type { RunEvent } from "../core/run/event.ts";
import type { Verdict } from "../core/run/verdict.ts";
import type { Watcher } from "../suites/verify.ts";
import { consoleLine } from "./console-text.ts";
import { cutColumns, padColumns } from "./language/columns.ts";
import type { Language } from "./language/language.ts";
import { ATTRIBUTION_WORDS, STANDING_WORDS } from "../reports/wording.ts";

export interface Progress extends Watcher {
  /** Shows what is left to show, and leaves the terminal as it was. */
  readonly end: () => Promise<void>;
}

const COLOURS: Readonly<Record<Verdict, (text: string) => string>> = {
  pass: pc.green,
  fail: pc.red,
  inconclusive: pc.yellow,
  skipped: pc.dim,
  error: pc.magenta,
};

/** What the lines of a run say besides what the run itself says. */
const WORDS = {
  en: {
    status: (done: number, planned: number, failed: number) => `${done}/${planned} judged, ${failed} failed`,
    untried: "not tried",
    right: "ok   ",
    wrong: "WRONG",
    next: "next:",
    more: (count: number) => `+${count} more`,
  },
  zh: {
    status: (done: number, planned: number, failed: number) => `已判定 ${done}/${planned}，失败 ${failed}`,
    untried: "未试",
    right: "正常",
    wrong: "有误",
    next: "下一步：",
    more: (count: number) => `另有 ${count} 项`,
  },
} as const;

/** Shows a run as it goes: one status line on a terminal, with what did not pass kept above it; a line a check elsewhere. */
export function followProgress(stream: NodeJS.WriteStream, language: Language): Progress {
  const terminal = stream.isTTY;
  const words = WORDS[language];
  const verdictShown = (verdict: Verdict): string =>
    COLOURS[verdict](padColumns(language === "zh" ? STANDING_WORDS[verdict].zh : verdict, 12));
  let planned = 0;
  let done = 0;
  let failed = 0;
  let shown = false;
  // A run that is stopped, or a profile that leaves much out, would print hundreds of lines that say the same.
  const repeated = new Map<string, { readonly verdict: Verdict; readonly why: string; more: number }>();
  const clear = (): void => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  const status = (check: string): void => {
    clear();
    if (!terminal) return;
    const text = `${words.status(done, planned, failed)}  ${check}`;
    stream.write(pc.dim(cutColumns(text, Math.max(20, (stream.columns ?? 80) - 1))));
    shown = true;
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  const show = (event: RunEvent): void => {
    if (event.type === "run.started") planned = event.plan.length;
    else if (event.type === "preflight.finished") {
      const result =
        event.tried === false ? pc.dim(words.untried) : event.ok ? pc.green(words.right) : pc.red(words.wrong);
      line(`${result} ${event.name}: ${consoleLine(event.message[language])}`);
      if (!event.ok) line(`      ${pc.bold(ATTRIBUTION_WORDS[event.attribution ?? "harness"][language])}`);
      if (event.remedy !== undefined) line(`      ${pc.bold(words.next)} ${consoleLine(event.remedy[language])}`);
    } else if (event.type === "check.started") status(event.check);
    else if (event.type === "check.finished") {
      done += 1;
      if (event.verdict === "fail") failed += 1;
      const why = event.reason?.[language] ?? event.error?.split("\n")[0];
      const cause = why === undefined || event.verdict === "fail" ? undefined : `${event.verdict} ${why}`;
      const before = cause === undefined ? undefined : repeated.get(cause);
      if (before !== undefined) before.more += 1;
      else if (!terminal || event.verdict === "fail" || event.verdict === "error" || event.verdict === "inconclusive") {
        line(
          `${verdictShown(event.verdict)} ${event.requirement.padEnd(8)} ${event.check}${why === undefined ? "" : pc.dim(`  ${consoleLine(why)}`)}`,
        );
      }
      if (cause !== undefined && why !== undefined && before === undefined)
        repeated.set(cause, { verdict: event.verdict, why, more: 0 });
      status("");
    }
  };
  let subscription: Subscription | undefined;
  return {
    // Of exchanges nothing is shown, and they are most of a log.
    wanted: (type) => type !== "exchange",
    watch: (events) => {
      subscription = events.subscribe(show, {
        onError: (error) => console.error(pc.red("the progress of the run cannot be shown:"), error),
      });
    },
    end: async () => {
      await subscription?.settled();
      subscription?.unsubscribe();
      for (const { verdict, why, more } of repeated.values())
        if (more > 0 && (!terminal || verdict !== "skipped"))
          line(`${verdictShown(verdict)} ${padColumns(words.more(more), 8)} ${pc.dim(consoleLine(why))}`);
      clear();
    },
  };
}
