import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Interval } from "../../../core/load/interval.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { liveRuntime } from "../../../core/runtime/live.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import { OrdersFile, readOrders } from "../orders.ts";
import type { OrderLine } from "../orders.ts";
import { textLines } from "../text-lines.ts";
import { notMeasured } from "./exit-code.ts";
import { followedLines } from "./follow.ts";
import type { Said } from "./k6-load.ts";
import { k6Results } from "./k6.ts";
import { pointOf } from "./point.ts";
import { K6Reader } from "./reader.ts";

const START = Date.parse("2026-11-22T10:00:00.000Z");
const folder = mkdtempSync(join(tmpdir(), "liantiao-k6-reading-"));

/** A line as k6 writes one since v0.41, its metadata included. */
const line = (said: Said): string =>
  JSON.stringify({
    metric: "liantiao",
    type: "Point",
    data: {
      time: "2026-11-22T10:00:00.123456789+00:00",
      value: 1,
      tags: { scenario: "load" },
      metadata: { liantiao: JSON.stringify(said) },
    },
  });

const dropped = (second: number): string =>
  `{"metric":"dropped_iterations","type":"Point","data":{"time":"2026-11-22T10:00:0${second}.000000001Z","value":1,"tags":{"scenario":"load"}}}`;

/** The documented example, in the order of names of older versions. */
const DECLARED =
  '{"type":"Metric","data":{"type":"counter","contains":"default","tainted":null,"thresholds":[],"submetrics":null},"metric":"liantiao"}';
const OTHER =
  '{"type":"Point","data":{"time":"2017-05-09T14:34:45.239531499+02:00","value":459.865729,"tags":{"group":"::my group::json","method":"GET","status":"200","url":"https://k6.example/api/tools.json"}},"metric":"http_req_duration"}';

const begin = (ms: number): Said => ({ kind: "begin", at: START + ms, start: START });
const answer = (ms: number, status = 0): Said => ({
  kind: "answer",
  interface: "payment.query",
  scheduled: START + ms,
  sent: START + ms,
  ended: START + ms + 20,
  durationMs: 19.5,
  status,
  headers: {},
  body: Buffer.from("{}").toString("base64"),
});

describe("a line of k6's JSON output", () => {
  test("tells what the script said", () => {
    expect(pointOf(line(begin(5)))).toEqual({ kind: "said", said: begin(5) });
  });

  test("tells of an iteration that was dropped, and when", () => {
    expect(pointOf(dropped(2))).toEqual({ kind: "dropped", count: 1, at: START + 2000 });
  });

  test.each([DECLARED, OTHER])("is passed over where it is another's: %s", (text) => {
    expect(pointOf(text)).toBeUndefined();
  });

  test("of the script's without metadata is an error", () => {
    expect(() => pointOf(line(begin(5)).replace("metadata", "other"))).toThrow("no metadata");
  });
});

describe("the reader of k6's output", () => {
  const head: LoadHead = {
    version: 1,
    role: "bank",
    engine: "k6",
    pack: { name: "cooperation", version: "1", digest: "" },
    seed: 1,
    startedAt: START,
    profile: {
      name: "p",
      title: { en: "p", zh: "p" },
      pace: "even",
      phases: [{ seconds: 2, from: 5, to: 5 }],
      mix: { look: 1 },
    },
    journeys: { look: ["payment.query"] },
    levels: [],
    intervalSeconds: 1,
    segment: { index: 0, of: 1 },
  };

  let file = 0;
  function read(lines: readonly string[], whole = true, segment = head.segment) {
    const orders = join(folder, `orders-${file++}.ndjson`);
    const written = new OrdersFile(orders, 2 ** 20);
    const intervals: Interval[] = [];
    const reader = new K6Reader(fakeRun(() => "timeout").scope, written, {
      head: { ...head, segment },
      latencies: {},
      onInterval: (interval) => intervals.push(interval),
    });
    for (const [index, text] of lines.entries()) reader.line(text, index + 1);
    reader.end(whole);
    written.close();
    const told: OrderLine[] = [];
    readOrders(orders, (one) => told.push(one));
    return { intervals, problems: reader.problems, told };
  }

  /** Ten arrivals, 200 ms apart, from the first moment on. */
  const onTime = Array.from({ length: 10 }, (_, index) => begin(200 * index));

  test("takes arrivals on time, whether the first is at once or after one distance", () => {
    for (const shift of [0, 200]) {
      const { intervals, problems } = read(onTime.map((_, index) => line(begin(200 * index + shift))));
      expect(problems).toEqual([]);
      expect(intervals.reduce((sum, { due }) => sum + due, 0)).toBe(10);
      expect(intervals.reduce((sum, { late }) => sum + late, 0)).toBe(0);
    }
  });

  test("tells arrivals that k6 began late", () => {
    const { intervals } = read(onTime.map((_, index) => line(begin(200 * index + (index < 5 ? 0 : 700)))));
    expect(intervals.reduce((sum, { late }) => sum + late, 0)).toBe(5);
  });

  test("counts what k6 dropped as late, not begun and unanswered", () => {
    const { intervals, problems } = read([
      ...onTime.slice(0, 5).map((one) => line(one)),
      ...Array.from({ length: 5 }, () => dropped(1)),
    ]);
    expect(problems).toEqual([]);
    expect(intervals[1]).toMatchObject({ due: 5, late: 5, dropped: 5, endings: { unanswered: 5 } });
  });

  test("finds that arrivals are missing where k6 ran to its end", () => {
    const lines = onTime.slice(0, 6).map((one) => line(one));
    expect(read(lines).problems).toEqual(["k6's output tells of 6 of 10 arrivals"]);
    expect(read(lines, false).problems).toEqual([]);
    expect(read(lines.slice(0, 5), true, { index: 1, of: 2 }).problems).toEqual([]);
  });

  test("judges an answer as the engine that is built in does", () => {
    const lines = [begin(0), answer(0), answer(100, 200), answer(200, 503), ...onTime.slice(1)].map((one) => line(one));
    expect(read(lines).intervals[0]).toMatchObject({
      endings: { unanswered: 1, malformed: 1, "server-error": 1 },
      unsigned: 2,
    });
  });

  test("writes down orders: intents as they are, and what an unsigned answer is worth", () => {
    const intent = { kind: "intent", number: "N1", resource: "payment", amount: 5, account: "B" } as const;
    const { told } = read(
      [begin(0), intent, { ...answer(0, 200), number: "N1" } as Said].map((one) => line(one)),
      false,
    );
    expect(told).toEqual([intent, { kind: "told", number: "N1", outcome: "unknown" }]);
  });

  test("names what the script could not do, and a line that cannot be read", () => {
    const { problems } = read([line({ kind: "broken", why: "no field" }), '{"metric":"liantiao"'], false);
    expect(problems[0]).toBe("the script: no field");
    expect(problems[1]).toContain("line 2 of k6's output");
  });
});

describe("the file of k6's output", () => {
  const write = (name: string, bytes: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const text = `${DECLARED}\n${line(begin(0))}\n${line(answer(0))}\n`;

  async function linesOf(path: string): Promise<readonly (readonly [string, boolean])[]> {
    const lines: (readonly [string, boolean])[] = [];
    for await (const one of textLines(path)) lines.push([one.text, one.torn]);
    return lines;
  }

  test.each([
    ["plain", text],
    ["gzip", gzipSync(text)],
  ])("is read as %s", async (name, bytes) => {
    expect(await linesOf(write(name, bytes))).toEqual(
      text
        .trim()
        .split("\n")
        .map((one) => [one, false]),
    );
    expect((await k6Results(write(name, bytes))).past).toEqual({ beganAt: START });
  });

  test.each([
    ["plain", `${text}{"metric":"lian`],
    ["gzip", gzipSync(`${text}{"metric":"lian`)],
    ["gzip without its end", gzipSync(`${text}{"metric":"lian`).subarray(0, -8)],
  ])("is known to be cut off, as %s", async (name, bytes) => {
    expect((await linesOf(write(`torn ${name}`, bytes))).at(-1)?.[1]).toBe(true);
  });

  test("is followed while it grows, until its writer has ended", async () => {
    const path = join(folder, "growing");
    const ended = Promise.withResolvers<void>();
    const lines: string[] = [];
    writeFileSync(path, "first\n");
    for await (const one of followedLines(path, ended.promise, liveRuntime())) {
      lines.push(one.text);
      if (lines.length === 1) appendFileSync(path, "second 支付\nthi");
      if (one.text.startsWith("second")) {
        appendFileSync(path, "rd");
        ended.resolve();
      }
      if (lines.length === 3) expect(one.torn).toBe(true);
    }
    expect(lines).toEqual(["first", "second 支付", "third"]);
  });

  test("without a begin is refused", async () => {
    await expect(k6Results(write("other", `${OTHER}\n`))).rejects.toThrow("tells of no arrival");
  });
});

describe("the code with which k6 ends", () => {
  test.each([0, 99, 110])("%i says that it ran to its end", (code) => {
    expect(notMeasured(code, null)).toBeUndefined();
  });

  test.each([
    [104, null, "its configuration is wrong"],
    [107, null, "threw an exception"],
    [255, null, "does not document"],
    [null, "SIGKILL", "ended by SIGKILL"],
  ] as const)("%s %s says why nothing was measured", (code, signal, why) => {
    expect(notMeasured(code, signal)?.en).toContain(why);
    expect(notMeasured(code, signal)?.zh).toContain("未测得");
  });
});

test("the script of k6 keeps to the types of k6's modules", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const tsc = (): string =>
    execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}suites/load/k6/script`], {
      encoding: "utf8",
    });
  expect(tsc()).toBe("");
});
