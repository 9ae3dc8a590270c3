import pc from "picocolors";
import type { Subscription } from "../core/facts/facts.ts";
import type { RunEvent } from "../core/run/event.ts";
import type { Verdict } from "../core/run/verdict.ts";
import type { Watcher } from "../suites/verify.ts";
import { consoleLine } from "./console-text.ts";
import { ATTRIBUTION_WORDS } from "../reports/wording.ts";

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

const whose = (
  attribution: keyof typeof ATTRIBUTION_WORDS = "harness",
): (typeof ATTRIBUTION_WORDS)[keyof typeof ATTRIBUTION_WORDS] => ATTRIBUTION_WORDS[attribution];

/** Shows a run as it goes: one status line on a terminal, with what did not pass kept above it; a line a check elsewhere. */
export function followProgress(stream: NodeJS.WriteStream): Progress {
  const terminal = stream.isTTY;
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
    const text = `${done}/${planned} judged, ${failed} failed  ${check}`;
    stream.write(pc.dim(text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))));
    shown = true;
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  const show = (event: RunEvent): void => {
    if (event.type === "run.started") planned = event.plan.length;
    else if (event.type === "preflight.finished") {
      line(
        `${event.tried === false ? pc.dim("not tried") : event.ok ? pc.green("ok   ") : pc.red("WRONG")} ${event.name}: ${consoleLine(event.message.en)}`,
      );
      if (!event.ok) {
        line(`      ${consoleLine(event.message.zh)}`);
        line(`      ${pc.bold(whose(event.attribution).en)} / ${whose(event.attribution).zh}`);
      }
      if (event.remedy !== undefined)
        line(`      ${pc.bold("next:")} ${consoleLine(event.remedy.en)}\n            ${consoleLine(event.remedy.zh)}`);
    } else if (event.type === "check.started") status(event.check);
    else if (event.type === "check.finished") {
      done += 1;
      if (event.verdict === "fail") failed += 1;
      const why = event.reason?.en ?? event.error?.split("\n")[0];
      const cause = why === undefined || event.verdict === "fail" ? undefined : `${event.verdict} ${why}`;
      const before = cause === undefined ? undefined : repeated.get(cause);
      if (before !== undefined) before.more += 1;
      else if (!terminal || event.verdict === "fail" || event.verdict === "error" || event.verdict === "inconclusive") {
        line(
          `${COLOURS[event.verdict](event.verdict.padEnd(12))} ${event.requirement.padEnd(8)} ${event.check}${why === undefined ? "" : pc.dim(`  ${consoleLine(why)}`)}`,
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
          line(`${COLOURS[verdict](verdict.padEnd(12))} ${`+${more} more`.padEnd(8)} ${pc.dim(why)}`);
      clear();
    },
  };
}
