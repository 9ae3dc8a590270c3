import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource } from "../core/pack/types.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { billWritten } from "../simulator/defects/parts/bill-file.ts";
import { inPolicies, inTransition } from "../simulator/defects/parts/edit-pack.ts";
import { countOf } from "../core/load/latency-counts.ts";
import { readHead, readIntervals } from "../core/load/load-folder.ts";
import { runLoad } from "../suites/load/run-load.ts";
import { loadJudgement, standingsOf } from "./load-judgement.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Variant } from "./trial.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";

/*
 * Banks that are wrong about money, and one that is right, under a small load. Thread and bank share the processors of
 * the test, so nothing here says how fast either is.
 */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

async function judged(
  variant: Partial<Variant>,
  { profile = "smoke", look }: { readonly profile?: string; readonly look?: (folder: string) => void } = {},
): Promise<RunJudgement> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", ...variant });
  const folder = mkdtempSync(join(tmpdir(), "liantiao-load-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const { log } = await runLoad({
      packDirectory: PACK_FOLDER,
      statementFile: trial.statementFile,
      profile,
      rate: 5,
      seconds: 6,
      seed: 1,
      threads: 1,
      // Money is judged here, and a busy machine may be late with every arrival.
      mostLate: 1,
      outDirectory: folder,
      replay: "",
      ...(trial.counterparty === undefined ? {} : { counterparty: trial.counterparty }),
    });
    look?.(folder);
    return loadJudgement(log);
  } finally {
    await trial.close();
  }
}

/** The bank with other postings for payments that succeed at once. */
function posting(change: (posts: readonly unknown[]) => readonly unknown[]): PackSource {
  const source = loadPack(PACK_FOLDER);
  const payment = source.lifecycles.find(({ resource }) => resource === "payment");
  const posts = payment?.transitions.find(({ name }) => name === "create")?.to[1]?.post ?? [];
  return inTransition(source, "payment.create", ["to", 1, "post"], change(posts));
}

test("a conforming bank under load loses nothing and books nothing twice", async () => {
  let due = 0;
  const judgement = await judged(
    {},
    {
      look: (folder) => {
        expect(readHead(folder)).toMatchObject({ engine: "embedded", seed: 1, intervalSeconds: 1 });
        readIntervals(folder, (interval) => (due += interval.due));
      },
    },
  );
  expect(due).toBe(30);
  expect(judgement.failures).toEqual([]);
  expect(new Set(Object.values(standingsOf(judgement)))).toEqual(new Set(["pass"]));
});

testsOfTheDay("a bank under load", 3, {
  "a bank that books each payment twice is found by the books after a load": async () => {
    const judgement = await judged({
      pack: posting((posts) => [...posts, { ...(posts[0] as object), as: "again" }]),
    });
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)["load.booked-once"]).toBe("fail");
    expect(judgement.failures[0]?.finding?.seen).toMatch(/doubled: -\d+ in 2 entries/);
  },

  "a bank that answers success and books nothing is found by the books": async () => {
    const judgement = await judged({ pack: posting(() => []) });
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)["load.kept"]).toBe("fail");
    expect(standingsOf(judgement)["load.booked-once"]).not.toBe("fail");
  },

  "a bank whose bill has one line twice, and lacks another, is found": async () => {
    const judgement = await judged({
      wrappers: billWritten(() => ({
        note: () => {},
        write: (file) => {
          const lines = file.split("\r\n");
          const credits = lines.filter((line) => line.includes(",credit,"));
          return lines.map((line) => (line === credits.at(-1) ? (credits.at(-2) ?? line) : line)).join("\r\n");
        },
      })),
    });
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)).toMatchObject({
      "load.bill": "fail",
      "load.bill-statement": "fail",
      "load.kept": "pass",
    });
    expect(judgement.failures.find(({ check }) => check === "load.bill")?.finding?.seen).toMatch(/doubled: /);
  },

  "a conforming bank whose day no hook can end passes without its bill": async () => {
    const judgement = await judged({ without: ["clock"] });
    expect(judgement.exitCode).toBe(0);
    const { standing, reason } = judgement.checks.find(({ check }) => check === "load.bill") ?? {};
    expect(standing).toBe("skipped");
    expect(reason?.en).toContain("after this load");
  },

  "customers of a conforming bank do everything at once, and are told of it once": async () => {
    const codes = new Map<string, number>();
    const called = new Set<string>();
    const judgement = await judged(
      {},
      {
        profile: "mix",
        look: (folder) =>
          readIntervals(folder, (interval) => {
            for (const [code, count] of Object.entries(interval.codes)) codes.set(code, (codes.get(code) ?? 0) + count);
            for (const id of Object.keys(interval.latencies)) called.add(id);
          }),
      },
    );
    expect(judgement.failures).toEqual([]);
    expect([...codes]).toEqual([]);
    expect([...called]).toEqual(expect.arrayContaining(["binding.confirm", "binding.cancel", "refund.query"]));
    expect(standingsOf(judgement)).toMatchObject({
      "load.booked-once": "pass",
      "load.told": "pass",
      "load.told-once": "pass",
      "load.told-soundly": "pass",
    });
  },

  "a bank that tells again what was acknowledged is found at our counterparty": async () => {
    const source = inPolicies(loadPack(PACK_FOLDER), ["notification", "acknowledgeStatus"], [299]);
    const judgement = await judged(
      { pack: inPolicies(source, ["notification", "retrySeconds"], [1, 1, 1]) },
      { profile: "mix" },
    );
    expect(judgement.exitCode).toBe(1);
    expect(standingsOf(judgement)).toMatchObject({
      "load.told": "pass",
      "load.told-once": "fail",
      "load.kept": "pass",
    });
  },

  "queries of a storm are about orders made before, and payments go on": async () => {
    const calls: Record<string, number> = {};
    const judgement = await judged(
      {},
      {
        profile: "storm",
        look: (folder) =>
          readIntervals(folder, ({ latencies }) => {
            for (const [id, { sinceSent }] of Object.entries(latencies))
              calls[id] = (calls[id] ?? 0) + countOf(sinceSent);
          }),
      },
    );
    expect(judgement.failures).toEqual([]);
    expect(calls["payment.query"]).toBeGreaterThan(2 * (calls["payment.create"] ?? Infinity));
  },
});
