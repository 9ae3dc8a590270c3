import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readHead } from "../core/load/load-folder.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { edited } from "../simulator/defects/parts/edit-pack.ts";
import { LoadError } from "../suites/load/plan.ts";
import { runLoad } from "../suites/load/run-load.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Variant } from "./trial.ts";

/*
 * Two business days of ten seconds: each with its cut-over and its bill, with a planned restart and a change of keys.
 */

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

/** The header in which an answer names its key. */
const SERIAL = "wechatpay-serial";

const DAYS = 2;
const SECONDS = 20;

async function judged(variant: Partial<Variant>): Promise<{
  readonly judgement: RunJudgement;
  readonly folder: string;
  /** Days whose bill was fetched. */
  readonly dates: ReadonlySet<string>;
  /** How often the bank was started, and the keys that it has signed with. */
  readonly starts: number;
  readonly serials: ReadonlySet<string>;
}> {
  const dates = new Set<string>();
  const serials = new Set<string>();
  let starts = 0;
  const trial = await openTrial({
    role: "bank",
    scheme: "ed25519",
    ...variant,
    wrappers: {
      ...variant.wrappers,
      handle: (inner) => {
        starts += 1;
        return async (request) => {
          const [, date] = /\/bills\/(\d{4}-\d\d-\d\d)\/file/.exec(request.target) ?? [];
          if (date !== undefined) dates.add(date);
          const response = await inner(request);
          for (const [name, value] of response.headers) if (name.toLowerCase() === SERIAL) serials.add(value);
          return response;
        };
      },
    },
  });
  open.defer(() => trial.close());
  const folder = mkdtempSync(join(tmpdir(), "liantiao-days-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { log } = await runLoad({
    packDirectory: PACK_FOLDER,
    statementFile: trial.statementFile,
    profile: "smoke",
    rate: 5,
    seconds: SECONDS,
    businessDays: DAYS,
    seed: 1,
    threads: 1,
    // What is judged here is money and days, and a busy machine may be late with every arrival.
    mostLate: 1,
    outDirectory: folder,
    replay: "",
  });
  const judge = judging();
  const reading = readLogFile(log, judge.event);
  if (!reading.ok) throw new Error(reading.problem.en);
  return { judgement: judge.judgement(reading.torn), folder, dates, starts, serials };
}

test("a conforming bank passes through two business days, a restart and new keys", async () => {
  const { judgement, folder, dates, starts, serials } = await judged({});
  expect([starts, serials.size]).toEqual([2, 2]);
  expect(judgement.failures).toEqual([]);
  expect(new Set(judgement.checks.map(({ check, standing }) => `${check} ${standing}`))).toEqual(
    new Set(judgement.checks.map(({ check }) => `${check} pass`)),
  );
  expect(judgement.checks.map(({ check }) => check)).toContain("load.cut-over");
  // Orders after the last cut-over are on the day after it.
  expect(dates.size).toBe(DAYS + 1);
  expect(readHead(folder).accelerated).toEqual({ days: DAYS, seconds: SECONDS });
  expect(judgement.head?.load?.accelerated).toEqual({ days: DAYS, seconds: SECONDS });
});

test("a bank whose day turns by another zone is found at its cut-overs under load", async () => {
  const { judgement } = await judged({
    wrappers: { pack: (source) => edited(source, [{ path: ["manifest", "timeZone"], value: "UTC" }]) },
  });
  expect(judgement.exitCode).toBe(1);
  expect(judgement.failures.map(({ check }) => check)).toContain("load.cut-over");
});

test("business days are refused where no hook moves the clock", async () => {
  await expect(judged({ without: ["clock"] })).rejects.toThrow(LoadError);
});
