import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { k6, k6Results } from "../suites/load/k6/k6.ts";
import { standIn } from "../suites/load/k6/testing/stand-in.ts";
import { readHead, readIntervals } from "../core/load/load-folder.ts";
import type { Interval } from "../core/load/interval.ts";
import { runLoad } from "../suites/load/run-load.ts";
import type { LoadOptions } from "../suites/load/load-options.ts";
import { inTransition } from "../simulator/defects/parts/edit-pack.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Variant } from "./trial.ts";

/*
 * The script that k6 would run, run by a stand-in for k6 over real sockets. No k6 runs in this repository, so nothing here
 * shows that k6 itself does as its documentation says.
 */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

interface Loaded {
  readonly judgement: RunJudgement;
  readonly folder: string;
  readonly intervals: readonly Interval[];
}

type Loading = Partial<LoadOptions> & { readonly settings?: Readonly<Record<string, string>> };

/** Puts a load on a bank by the stand-in; again, if wanted, on the same bank with other options made of the first. */
async function loaded(
  variant: Partial<Variant>,
  first: Loading,
  second?: (before: Loaded) => Promise<Loading>,
): Promise<readonly Loaded[]> {
  const trial = await openTrial({ role: "bank", ...variant });
  const put = async ({ settings = {}, ...options }: Loading): Promise<Loaded> => {
    const folder = mkdtempSync(join(tmpdir(), "liantiao-load-"));
    open.defer(() => rmSync(folder, { recursive: true, force: true }));
    const { log } = await runLoad({
      packDirectory: PACK_FOLDER,
      statementFile: trial.statementFile,
      profile: "smoke",
      rate: 5,
      seconds: 4,
      seed: 1,
      threads: 1,
      // A busy machine may be late with every arrival.
      mostLate: 1,
      outDirectory: relative(process.cwd(), folder),
      replay: "",
      ...options,
      engine: options.engine ?? (await k6({ ...process.env, K6_BIN: standIn(settings) })),
    });
    const judge = judging();
    const reading = readLogFile(log, judge.event);
    if (!reading.ok) throw new Error(reading.problem.en);
    const intervals: Interval[] = [];
    readIntervals(folder, (interval) => intervals.push(interval));
    return { judgement: judge.judgement(reading.torn), folder, intervals };
  };
  try {
    const before = await put(first);
    return second === undefined ? [before] : [before, await put(await second(before))];
  } finally {
    await trial.close();
  }
}

const verdicts = ({ judgement: { checks } }: Loaded): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ check, standing }) => [check, standing]));

const sum = ({ intervals }: Loaded, of: (interval: Interval) => number): number =>
  intervals.reduce((total, interval) => total + of(interval), 0);

const reasonOf = ({ judgement }: Loaded, check: string): string =>
  judgement.checks.find((one) => one.check === check)?.reason?.en ?? "";

const ordersIn = ({ folder }: Loaded): number =>
  readFileSync(join(folder, "orders-k6.ndjson"), "utf8").match(/"intent"/g)?.length ?? 0;

describe("a load by the script of k6", () => {
  test("signed in the VU is judged by the books, now and when it is read again", async () => {
    const [load, again] = (await loaded({ scheme: "rsa2048" }, {}, async ({ folder }) => {
      const results = join(folder, "k6/again.json.gz");
      writeFileSync(results, gzipSync(readFileSync(join(folder, "k6/results.json"))));
      return { engine: await k6Results(results) };
    })) as [Loaded, Loaded];
    expect(new Set(Object.values(verdicts(load)))).toEqual(new Set(["pass"]));
    expect(sum(load, ({ due }) => due)).toBe(20);
    expect(sum(load, ({ endings }) => endings.success)).toBeGreaterThanOrEqual(40);
    expect(ordersIn(load)).toBeGreaterThanOrEqual(20);
    expect(load.judgement.notes[0]?.message.en).toContain("made by k6 v1.3.0");
    expect(readHead(load.folder)).toMatchObject({ engine: "k6" });
    expect(statSync(join(load.folder, "k6/data.json")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(load.folder, "k6/requests.ndjson"))).toBe(false);

    const { "load.balance": unread, ...others } = verdicts(again);
    expect(unread).toBeUndefined();
    expect(new Set(Object.values(others))).toEqual(new Set(["pass"]));
    expect([ordersIn(again), sum(again, ({ due }) => due)]).toEqual([ordersIn(load), 20]);
  });

  test("signed ahead with SM2 is judged by the books", async () => {
    const [load] = (await loaded({ scheme: "sm2" }, {})) as [Loaded];
    expect(new Set(Object.values(verdicts(load)))).toEqual(new Set(["pass"]));
    expect(sum(load, ({ endings }) => endings.success)).toBeGreaterThanOrEqual(40);
    expect(existsSync(join(load.folder, "k6/requests.ndjson"))).toBe(true);
    expect(readFileSync(join(load.folder, "k6/data.json"), "utf8")).not.toContain('"key"');
  });

  test("finds a bank that books each payment twice", async () => {
    const source = loadPack(PACK_FOLDER);
    const payment = source.lifecycles.find(({ resource }) => resource === "payment");
    const posts = payment?.transitions.find(({ name }) => name === "create")?.to[1]?.post ?? [];
    const twice = [...posts, { ...posts[0], as: "again" }];
    const pack = inTransition(source, "payment.create", ["to", 1, "post"], twice);
    const [load] = (await loaded({ pack, scheme: "rsa2048" }, { seconds: 2 })) as [Loaded];
    expect(verdicts(load)["load.booked-once"]).toBe("fail");
    expect(load.judgement.exitCode).toBe(1);
  });

  test("is void where k6 did not run to its end, with what the code means", async () => {
    const [load] = (await loaded({ scheme: "rsa2048" }, { seconds: 2, settings: { STAND_IN_EXIT: "107" } })) as [
      Loaded,
    ];
    expect(new Set(Object.values(verdicts(load)))).toEqual(new Set(["inconclusive"]));
    expect(reasonOf(load, "load.kept")).toContain("k6 ended with 107 (the script threw an exception): not measured");
    expect(load.judgement.exitCode).toBe(3);
  });

  test("is void where k6 dropped iterations", async () => {
    const dropping = { rate: 200, seconds: 2, mostLate: 0.01, settings: { STAND_IN_VUS: "1" } };
    const [load] = (await loaded({ scheme: "rsa2048" }, dropping)) as [Loaded];
    expect(sum(load, ({ dropped }) => dropped)).toBeGreaterThan(4);
    expect(reasonOf(load, "load.kept")).toMatch(/was late with \d+ of 400 arrivals/);
    expect(verdicts(load)["load.booked-once"]).toBe("inconclusive");
  });

  test("settles what it had begun when it is stopped", async () => {
    const stop = new AbortController();
    const stopping = { seconds: 600, signal: stop.signal, onInterval: () => stop.abort() };
    const [load] = (await loaded({ scheme: "rsa2048" }, stopping)) as [Loaded];
    expect(load.judgement.partial).toBe(true);
    expect(verdicts(load)["load.booked-once"]).toBe("pass");
    expect(ordersIn(load)).toBeGreaterThan(0);
  });
});
