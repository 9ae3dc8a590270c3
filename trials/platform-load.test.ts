import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RunJudgement } from "../core/run/judgement.ts";
import type { Handle, Wrappers } from "../simulator/defects/defect.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import { inLifecycle, inTransition } from "../simulator/defects/parts/edit-pack.ts";
import { runLoad } from "../suites/load/run-load.ts";
import { loadJudgement, standingsOf } from "./load-judgement.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";

/*
 * Platforms under a small load of notifications, and made to order of our bank. Load and platform share the processors
 * of the test, so nothing here says how fast either is.
 */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

async function judged(wrappers: Wrappers, profile: string, settleWithinSeconds = 10): Promise<RunJudgement> {
  const trial = await openTrial({
    role: "platform",
    scheme: "ed25519",
    wrappers,
    restated: (statement) => ({ ...statement, limits: { settleWithinSeconds } }),
  });
  const folder = mkdtempSync(join(tmpdir(), "liantiao-load-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const { log } = await runLoad({
      packDirectory: PACK_FOLDER,
      statementFile: trial.statementFile,
      profile,
      rate: 5,
      seconds: 4,
      seed: 1,
      threads: 1,
      // A busy machine may be late with every arrival.
      mostLate: 1,
      outDirectory: folder,
      replay: "",
      ...(trial.counterparty === undefined ? {} : { counterparty: trial.counterparty }),
    });
    return loadJudgement(log);
  } finally {
    await trial.close();
  }
}

const missed = ({ serviceLevels }: RunJudgement): readonly string[] =>
  serviceLevels.flatMap(({ level, met }) => (met ? [] : [level.name]));

const FAILED = {
  status: 500,
  headers: [["Content-Type", "application/json"]],
  body: new TextEncoder().encode("{}"),
} as const;

const named = (name: string): Wrappers => {
  const found = DEFECTS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no defect ${name}`);
  return found;
};

/** The platform with other answers to some of its notifications. */
const answering = (change: (count: number, inner: () => ReturnType<Handle>) => ReturnType<Handle>): Wrappers => ({
  handle: (inner) => {
    let count = 0;
    return (request) =>
      request.target.startsWith("/notify/") ? change(count++, () => inner(request)) : inner(request);
  },
});

test("a conforming platform takes all news and orders everything once under load", async () => {
  const judgement = await judged({}, "platform-smoke");
  expect(judgement.failures).toEqual([]);
  expect(standingsOf(judgement)).toMatchObject({
    "load.acknowledged": "pass",
    "load.shown": "pass",
    "load.news-booked-once": "pass",
    "load.ordered-once": "pass",
    "load.concluded": "pass",
    "load.signed": "pass",
  });
});

testsOfTheDay("a platform under load", 3, {
  "a platform that answers some news with an error misses its levels": async () => {
    const judgement = await judged(
      answering((count, inner) => (count % 4 === 0 ? Promise.resolve(FAILED) : inner())),
      "platform-news",
    );
    expect(missed(judgement)).toContain("payments-told-in-time");
    // What was sent again after the load was acknowledged in the end.
    expect(standingsOf(judgement)).toMatchObject({ "load.acknowledged": "pass", "load.shown": "pass" });
  },

  "a platform that never acknowledges some news is found": async () => {
    const judgement = await judged(
      { pack: (source) => inTransition(source, "order.payment-result", ["require", 0, "that"], false) },
      "platform-news",
      2,
    );
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)["load.acknowledged"]).toBe("fail");
  },

  "a platform that acknowledges news and keeps nothing of it is found": async () => {
    const judgement = await judged(
      { pack: (source) => inTransition(source, "order.payment-result", ["to"], [{ state: "CREATED" }]) },
      "platform-news",
      2,
    );
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)).toMatchObject({ "load.acknowledged": "pass", "load.shown": "fail" });
  },

  "a platform that books each refund twice is found by its own query": async () => {
    const amount = "$refund_record.amount";
    const judgement = await judged(
      {
        pack: (source) =>
          inLifecycle(source, "order", ["aggregates", "refunded", "sum"], { "money.add": [amount, amount] }),
      },
      "platform-news",
      2,
    );
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)["load.news-booked-once"]).toBe("fail");
  },

  "a platform that pays again under another number is found by our bank": async () => {
    const judgement = await judged(named("timeout-pays-again"), "platform-orders");
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)).toMatchObject({ "load.ordered-once": "fail", "load.concluded": "pass" });
  },

  "a platform that takes a lost answer for a refusal is found by our bank": async () => {
    const judgement = await judged(
      {
        attempt: (inner) => async (call) => {
          const reply = await inner(call);
          return reply.kind === "unknown" ? { kind: "refusal", code: "ORDER_CLOSED", class: "final-fail" } : reply;
        },
      },
      "platform-orders",
    );
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)).toMatchObject({ "load.ordered-once": "pass", "load.concluded": "fail" });
  },
});
