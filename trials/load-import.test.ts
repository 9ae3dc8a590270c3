import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { imported } from "../suites/load/imported/imported.ts";
import { runLoad } from "../suites/load/run-load.ts";
import { openSut } from "../suites/run/open-sut.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";

/* Orders of a load that is over are imported, as those of another tool would be, and held against the bank's books. */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

test("imported orders are held against the books, and one that is not there is found", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519" });
  open.defer(() => trial.close());
  const job = { packDirectory: PACK_FOLDER, statementFile: trial.statementFile };
  const folders = Array.from({ length: 3 }, () => mkdtempSync(join(tmpdir(), "liantiao-import-")));
  open.defer(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const put = async (outDirectory: string, results?: string): Promise<RunJudgement> => {
    const { pack, statement } = openSut(job);
    const engine = results === undefined ? {} : { engine: await imported(results, { pack, statement }) };
    const common = { ...job, seed: 1, threads: 1, mostLate: 1, outDirectory, replay: "", ...engine };
    const { log } = await runLoad({ ...common, profile: "smoke", rate: 5, seconds: 2 });
    const judge = judging();
    const reading = readLogFile(log, judge.event);
    if (!reading.ok) throw new Error(reading.problem.en);
    return judge.judgement(reading.torn);
  };
  const standings = ({ checks }: RunJudgement) => checks.map(({ check, standing }) => `${check} ${standing}`);

  const [own = "", good = "", bad = ""] = folders;
  const at = Date.now();
  expect((await put(own)).failures).toEqual([]);
  const orders = readFileSync(join(own, "orders-0.ndjson"), "utf8");
  const call = { interface: "payment.create", scheduled: at, sent: at, latency: 5, status: 200, ending: "success" };
  const results = `${JSON.stringify({ ...call, signed: true })}\n${orders}`;
  const write = (folder: string, text: string): string => {
    writeFileSync(join(folder, "results.ndjson"), text);
    return join(folder, "results.ndjson");
  };

  const judged = await put(good, write(good, results));
  expect(standings(judged)).toEqual([
    "load.booked-once pass",
    "load.kept pass",
    "load.nothing-else pass",
    "load.bill pass",
    "load.bill-sums pass",
    "load.bill-statement pass",
    "load.signed pass",
    "load.documented pass",
  ]);
  expect(judged.notes.map(({ note }) => note)).toEqual(["load-engine"]);
  expect(judged.head?.load).toMatchObject({ profile: "imported" });

  const [first = ""] = orders.split("\n");
  const intent = { ...(JSON.parse(first) as object), number: "OTHER-TOOL-1" };
  const absent = [intent, { kind: "told", number: "OTHER-TOOL-1", outcome: "succeeded" }];
  const lost = await put(bad, write(bad, results + absent.map((line) => `${JSON.stringify(line)}\n`).join("")));
  expect(lost.exitCode).toBe(1);
  expect(lost.failures[0]?.finding?.seen).toContain("OTHER-TOOL-1");
});
