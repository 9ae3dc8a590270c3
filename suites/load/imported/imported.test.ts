import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { NewsDesk } from "../caller-news.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import { readOrders } from "../orders.ts";
import type { OrderLine } from "../orders.ts";
import { LoadError } from "../plan.ts";
import { imported } from "./imported.ts";

const { scope } = fakeRun(() => "timeout");
const { pack, statement } = scope;
const folder = mkdtempSync(join(tmpdir(), "liantiao-import-"));
const AT = Date.parse("2026-11-22T10:00:00Z");

let files = 0;
function results(
  content: string | readonly object[],
  pack: (text: string) => string | Buffer = (text) => text,
): string {
  const path = join(folder, `results-${files++}`);
  writeFileSync(
    path,
    pack(typeof content === "string" ? content : content.map((one) => `${JSON.stringify(one)}\n`).join("")),
  );
  return path;
}

const engineOf = (file: string) => imported(file, { pack, statement });

const call = (ms: number, more: object = {}) => ({
  kind: "call",
  interface: "payment.query",
  scheduled: AT + ms,
  sent: AT + ms,
  latency: 20,
  status: 200,
  ending: "success",
  signed: true,
  ...more,
});

async function read(file: string) {
  const engine = await engineOf(file);
  const plan = engine.plan?.(pack, statement);
  if (plan === undefined) throw new TypeError("an import has its own plan");
  const out = mkdtempSync(join(folder, "out-"));
  const intervals: Interval[] = [];
  const result = await engine.run({
    head: { ...HEAD, profile: plan.profile, journeys: plan.journeys, levels: plan.levels },
    packDirectory: "",
    statementFile: "",
    threads: 1,
    latencies: {},
    outDirectory: out,
    ordersLimitBytes: 2 ** 20,
    signal: undefined,
    news: new NewsDesk(),
    onBegin: () => {},
    onInterval: (interval) => intervals.push(interval),
  });
  const orders: OrderLine[] = [];
  for (const each of result.ordersFiles) readOrders(each, (line) => orders.push(line));
  return { engine, plan, intervals, result, orders };
}

const HEAD: Omit<LoadHead, "profile" | "journeys" | "levels"> = {
  version: 1,
  role: "bank",
  engine: "import",
  pack: { name: "cooperation", version: "1", digest: "" },
  seed: 0,
  startedAt: 0,
  intervalSeconds: 1,
  segment: { index: 0, of: 1 },
};

describe("an imported load", () => {
  test("puts each call into its interval, in whatever order the lines stand", async () => {
    const file = results([call(2100), call(0), call(2200, { status: 503, ending: "server-error", signed: false })]);
    const { intervals, plan } = await read(file);
    expect(intervals.map(({ index, due, unsigned }) => [index, due, unsigned])).toEqual([
      [0, 1, 0],
      [2, 2, 1],
    ]);
    expect(plan).toMatchObject({
      profile: { phases: [{ seconds: 3, from: 1, to: 1 }], mix: { "payment.query": 3 } },
      interfaces: ["payment.query"],
    });
    expect(plan.levels.map(({ interface: id }) => id)).not.toContain("payment.create");
  });

  test("tells how a call ended from its status and code where the tool does not", async () => {
    const bare = { ending: undefined, signed: undefined };
    const { intervals } = await read(
      results([
        call(0, bare),
        call(1, { ...bare, status: 404, code: "ORDER_NOT_FOUND" }),
        call(2, { ...bare, status: 404, code: "NO_SUCH_CODE" }),
        call(3, { ...bare, status: 500 }),
        call(4, { ...bare, status: 0, latency: undefined }),
      ]),
    );
    expect(intervals[0]?.endings).toEqual({ success: 1, refused: 1, malformed: 1, "server-error": 1, unanswered: 1 });
  });

  test("counts a call as late that was sent well after its moment", async () => {
    const { intervals } = await read(results([call(0), call(10, { sent: AT + 100 })]));
    expect(intervals[0]).toMatchObject({ due: 2, late: 1 });
  });

  test("passes orders on as they are", async () => {
    const orders = [
      { kind: "intent", number: "N1", resource: "payment", amount: 1000, account: "B1" },
      { kind: "told", number: "N1", outcome: "succeeded" },
    ];
    expect((await read(results([call(0), ...orders]))).orders).toEqual(orders);
  });

  test("reads CSV as it reads NDJSON, gzip too", async () => {
    const csv = [
      "kind,interface,scheduled,sent,latency,status,ending,signed,number,resource,amount,outcome,account",
      `call,payment.query,${AT},${AT}.5,20.5,200,success,true,,,,,`,
      `,payment.query,${AT},${AT},,0,,,,,,,`,
      'intent,,,,,,,,"N,1",payment,1000,,B1',
      'told,,,,,,,,"N,1",,,succeeded,',
      "",
    ].join("\r\n");
    for (const pack of [(text: string) => text, (text: string) => gzipSync(text)]) {
      const { intervals, orders } = await read(results(csv, pack));
      expect(intervals[0]?.endings).toMatchObject({ success: 1, unanswered: 1 });
      expect(orders).toMatchObject([{ number: "N,1", amount: 1000 }, { outcome: "succeeded" }]);
    }
  });
});

describe("what an import says of itself", () => {
  test("that it is one, when it began, and that balances before it are not known", async () => {
    const engine = await engineOf(results([call(50)]));
    expect(engine.name).toBe("import");
    expect(engine.past).toEqual({ beganAt: AT + 50 });
    expect(engine.remark?.en).toContain("how the other tool measured is not known here");
    expect(engine.leavesOut).toContain("load.balance");
  });

  test("leaves out rules of which it tells too little, and no other", async () => {
    const order = { kind: "intent", number: "N1", resource: "payment", amount: 1000, account: "B1" };
    expect((await engineOf(results([call(0), order]))).leavesOut).toEqual(["load.balance"]);
    const lacking = await engineOf(results([call(0, { signed: undefined, ending: undefined })]));
    expect(lacking.leavesOut).toEqual(
      expect.arrayContaining(["load.booked-once", "load.kept", "load.nothing-else", "load.signed", "load.documented"]),
    );
  });

  test("judges what is broken, though not every call is told of", async () => {
    const { leavesOut } = await engineOf(results([call(0, { signed: undefined }), call(1, { signed: false })]));
    expect(leavesOut).not.toContain("load.signed");
  });

  test("tells a last line that was cut off, and leaves it out", async () => {
    const file = results(`${JSON.stringify(call(0))}\n{"kind":"call","inter`);
    const { engine, intervals } = await read(file);
    expect(engine.remark?.en).toContain("last line was cut off");
    expect(intervals[0]?.due).toBe(1);
  });
});

describe("a file of results is refused with its line", () => {
  test.each([
    [
      "an interface that is none",
      [call(0), call(1, { interface: "payment.creat" })],
      2,
      '"interface" is "payment.creat"',
    ],
    ["a column that is none", [call(0, { latencyMs: 4 })], 1, 'has no "latencyMs"'],
    ["a kind that is none", [{ kind: "request" }], 1, '"kind" is "request"'],
    ["a call without its moment", [call(0, { sent: undefined })], 1, '"sent" is missing'],
    ["a call that was sent before its moment", [call(0, { sent: AT - 1 })], 1, '"scheduled" is'],
    ["an answer without a latency", [call(0, { latency: undefined })], 1, '"latency" is missing'],
    ["an ending that its status belies", [call(0, { status: 0 })], 1, '"ending" is "success"'],
    ["an outcome that is none", [call(0), { kind: "told", number: "N", outcome: "ok" }], 2, '"outcome" is "ok"'],
    [
      "an amount with a fraction",
      [{ kind: "intent", number: "N", resource: "payment", amount: 1.5 }],
      1,
      '"amount" is 1.5',
    ],
    [
      "a resource that is none",
      [{ kind: "intent", number: "N", resource: "pay", amount: 1 }],
      1,
      '"resource" is "pay"',
    ],
    [
      "an order without its account",
      [{ kind: "intent", number: "N", resource: "payment", amount: 1 }],
      1,
      '"account" is missing',
    ],
    [
      "an order that gives back of none",
      [{ kind: "intent", number: "R", resource: "refund", amount: 1, of: "N" }],
      1,
      "no line before intends",
    ],
    [
      "an order that is told of before its intent",
      [{ kind: "told", number: "N", outcome: "open" }],
      1,
      "before its intent",
    ],
  ])("for %s", async (_name, lines, number, said) => {
    const file = results(lines);
    const refusal = await engineOf(file).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(LoadError);
    expect(refusal).toMatchObject({ where: `${file}:${number}`, message: expect.stringContaining(said) as unknown });
  });

  test("for a row of CSV with other columns than its first line", async () => {
    await expect(engineOf(results("interface,sent\npayment.query\n"))).rejects.toThrow("1 cells");
  });

  test("for a line in the middle that is no JSON", async () => {
    await expect(
      engineOf(results(`${JSON.stringify(call(0))}\n{"kind"\n${JSON.stringify(call(1))}\n`)),
    ).rejects.toThrow("no JSON object");
  });

  test("and where it holds no call", async () => {
    await expect(engineOf(results(""))).rejects.toThrow("hold no call");
  });
});
