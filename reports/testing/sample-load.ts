import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { burnOf } from "../../core/load/burn.ts";
import { emptyInterval } from "../../core/load/interval.ts";
import type { Interval } from "../../core/load/interval.ts";
import { LatencyTally } from "../../core/load/latency-counts.ts";
import { resultOf } from "../../core/load/level.ts";
import type { Level } from "../../core/load/level.ts";
import { IntervalsFile, writeHead } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { totalsOf } from "../../core/load/totals.ts";
import type { RunEvent } from "../../core/run/event.ts";
import { AT, done, preflight, sampleHead, titleOf } from "./sample-events.ts";

/* A made-up load, for the tests of reports and for looking at them. Nothing here was measured on a real bank. */

const SECONDS = 600;

/** When the bank of the sample was restarted, and how long calls were lost. */
const RESTART = { second: 240, seconds: 25 };

const LEVELS: readonly Level[] = [
  {
    name: "available",
    title: { en: "Calls are answered, carried out or refused as agreed", zh: "调用均有约定的应答" },
    source: "a sample",
    good: { endings: ["success", "refused"], withinMs: 7_000 },
    target: 0.999,
    period: "1d",
  },
  {
    name: "quick",
    title: { en: "Nearly all payments are answered within a second", zh: "绝大多数支付在一秒内应答" },
    source: "project default, not a quotation",
    interface: "payment.create",
    good: { endings: ["success", "refused"], withinMs: 1_000 },
    target: 0.9,
  },
];

const HEAD: LoadHead = {
  version: 1,
  role: "bank",
  engine: "embedded",
  pack: { name: "cooperation", version: "1.0.0", digest: "sha256:00" },
  seed: 20260310,
  startedAt: AT,
  profile: {
    name: "sample",
    title: { en: "A ramp, and a restart in it", zh: "逐步加压，其间重启一次" },
    pace: "even",
    phases: [{ seconds: SECONDS, from: 20, to: 80 }],
    mix: { pay: 1 },
  },
  journeys: { pay: ["payment.create", "payment.query"] },
  levels: LEVELS,
  intervalSeconds: 1,
  codeClasses: { INSUFFICIENT_FUNDS: "final-fail", SYSTEM_ERROR: "query-first", RATE_LIMITED: "retry-same" },
  segment: { index: 0, of: 1 },
};

/** What one second of the sample showed. */
function intervalAt(index: number): Interval {
  const due = Math.round(20 + (60 * index) / SECONDS);
  const down = index >= RESTART.second && index < RESTART.second + RESTART.seconds;
  const calls = 2 * due;
  const unanswered = down ? Math.round(calls * 0.7) : 0;
  const serverErrors = down ? Math.round(calls * 0.2) : index % 97 === 0 ? 1 : 0;
  const refused = Math.round(calls * 0.02);
  const success = calls - unanswered - serverErrors - refused;
  const spread = (base: number): LatencyTally => {
    const tally = new LatencyTally();
    for (let call = 0; call < calls - unanswered; call += 1)
      tally.take(
        base * (1 + index / SECONDS) * (1 + (((call * 37 + index * 11) % 100) / 100) ** 6 * 14) * (down ? 30 : 1),
      );
    return tally;
  };
  const latencies = (base: number) => ({
    sinceScheduled: spread(base).counts(),
    sinceSent: spread(base * 0.9).counts(),
  });
  return {
    ...emptyInterval(index, 0),
    due,
    late: 0,
    endings: { success, refused, "server-error": serverErrors, malformed: 0, unanswered },
    levels: [
      { total: calls, good: success + refused },
      { total: due, good: down ? Math.round(due * 0.1) : due },
    ],
    codes: {
      INSUFFICIENT_FUNDS: refused,
      ...(serverErrors === 0 ? {} : { SYSTEM_ERROR: serverErrors }),
      ...(index === 300 ? { "CODE_<b>": 1 } : {}),
    },
    latencies: { "payment.create": latencies(14), "payment.query": latencies(5) },
  };
}

const INTERVALS: readonly Interval[] = Array.from({ length: SECONDS }, (_, index) => intervalAt(index));

/** Writes what the sample load leaves in a run's folder beside its event log. */
export function writeSampleLoad(folder: string, { vitals = true }: { readonly vitals?: boolean } = {}): void {
  writeHead(folder, HEAD);
  const file = new IntervalsFile(folder);
  for (const interval of INTERVALS) file.append(interval);
  file.close();
  if (!vitals) return;
  const lines = Array.from({ length: 60 }, (_, step) => ({
    second: step * 10,
    values: {
      "memory.rss.bytes": 180e6 + 2e6 * ((step * 7) % 11) + step * 1e5,
      "handles.open": step === 25 ? 12 : 220 + ((step * 13) % 17),
      "outbox.depth": step >= 24 && step <= 28 ? 900 - 200 * (step - 24) : 3,
    },
  }));
  writeFileSync(join(folder, "vitals.ndjson"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** The log of the sample load: money held, and a restart used up the error budget. */
export function sampleLoad(): readonly RunEvent[] {
  const totals = totalsOf(INTERVALS, LEVELS, 1);
  const plan = ["IDM-01"].map((requirement) => ({
    check: `${requirement}.load`,
    requirement,
    title: titleOf(requirement),
  }));
  return [
    sampleHead({
      plan,
      only: "load.*",
      load: { profile: "sample", title: HEAD.profile.title, rate: 80, seconds: SECONDS },
    }),
    preflight("reachable", { en: "The SUT answered", zh: "被测系统已应答" }),
    {
      type: "load.mark",
      at: AT + 1_000 * RESTART.second,
      second: RESTART.second,
      name: "restart",
      title: { en: "The bank is restarted", zh: "重启银行系统" },
    },
    {
      type: "load.mark",
      at: AT + 1_000 * (RESTART.second + RESTART.seconds),
      second: RESTART.second + RESTART.seconds,
      name: "restart",
      title: { en: "The bank answers again", zh: "银行系统恢复应答" },
    },
    done("IDM-01.load", "pass"),
    ...LEVELS.map((level, index): RunEvent => {
      const tallies = totals.tallies[index] ?? [];
      const { met, share, samples, budgetUsed } = resultOf(level, tallies, 1);
      return {
        type: "service-level.finished",
        at: AT + 1_000 * SECONDS,
        name: level.name,
        title: level.title,
        target: `>= ${level.target * 100} % (${level.source})`,
        seen: `${((share ?? 0) * 100).toFixed(2)} %, ${(budgetUsed * 100).toFixed(0)} % of the error budget used`,
        inChinese: {
          target: `≥ ${level.target * 100} %（${level.source}）`,
          seen: `${((share ?? 0) * 100).toFixed(2)} %，错误预算已用 ${(budgetUsed * 100).toFixed(0)} %`,
        },
        samples,
        ok: met,
        burn: burnOf(level, tallies, 1),
      };
    }),
    { type: "run.finished", at: AT + 1_000 * SECONDS, partial: false },
  ];
}
