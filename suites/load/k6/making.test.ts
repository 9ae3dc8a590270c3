import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { Phase } from "../../../core/load/profile.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import { LoadError } from "../plan.ts";
import { k6Binary, k6Environment } from "./binary.ts";
import type { K6Row } from "./k6-load.ts";
import { optionsOf } from "./scenario.ts";
import { signedAhead } from "./signed-ahead.ts";
import { templatesOf } from "./templates.ts";
import { shellProgram, standIn } from "./testing/stand-in.ts";
import { startK6 } from "./k6-process.ts";

const { scope } = fakeRun(() => "timeout");
const { statement } = scope;

const headOf = (phases: readonly Phase[], journeys: LoadHead["journeys"]): LoadHead => ({
  version: 1,
  role: "bank",
  engine: "k6",
  pack: { name: "cooperation", version: "1", digest: "" },
  seed: 7,
  startedAt: 0,
  profile: {
    name: "p",
    title: { en: "p", zh: "p" },
    pace: "even",
    phases,
    mix: Object.fromEntries(Object.keys(journeys).map((name) => [name, 1])),
  },
  journeys,
  levels: [],
  intervalSeconds: 1,
  segment: { index: 0, of: 1 },
});

describe("the options of the script", () => {
  const options = (phases: readonly Phase[]) =>
    optionsOf(headOf(phases, {}).profile, { limits: { ...statement.limits, timeoutMs: 2_000 } }, 3)["scenarios"];

  test("have a constant rate for one level phase, with all VUs there from the begin", () => {
    expect(options([{ seconds: 90, from: 20, to: 20 }])).toEqual({
      load: {
        exec: "journey",
        executor: "constant-arrival-rate",
        rate: 20,
        timeUnit: "1s",
        duration: "90000ms",
        preAllocatedVUs: statement.limits.maxConcurrency,
        maxVUs: statement.limits.maxConcurrency,
        gracefulStop: "7000ms",
      },
    });
  });

  test("ramp where the rate changes, jump where phases do, and tell broken rates whole", () => {
    expect(
      options([
        { seconds: 1.5, from: 0, to: 2.5 },
        { seconds: 10, from: 10, to: 10 },
      ]),
    ).toMatchObject({
      load: {
        executor: "ramping-arrival-rate",
        startRate: 0,
        timeUnit: "10s",
        stages: [
          { target: 25, duration: "1500ms" },
          { target: 100, duration: "0s" },
          { target: 100, duration: "10000ms" },
        ],
      },
    });
  });

  test("keep to the calls a second that the statement allows", () => {
    const limits = { ...statement.limits, callsPerSecond: 12.5 };
    expect(optionsOf(headOf([], {}).profile, { limits }, 1)).toMatchObject({ rps: 12, maxRedirects: 0 });
    expect(() => optionsOf(headOf([], {}).profile, { limits: { ...limits, callsPerSecond: 0.5 } }, 1)).toThrow(
      LoadError,
    );
  });
});

describe("templates of a load", () => {
  const journeys = { refund: ["payment.create", "payment.query", "refund.create", "refund.query"] };

  test("leave holes for numbers, and later steps take those of the ones before", async () => {
    const made = await templatesOf(scope, headOf([], journeys));
    expect(made?.numbersEach).toBe(2);
    const [variant = []] = made?.journeys[0]?.variants ?? [];
    expect(variant.map(({ interface: id }) => id)).toEqual(journeys.refund);
    const holes = variant.map(({ target, body = [] }) =>
      [...target, ...body].filter((part) => typeof part !== "string"),
    );
    expect(holes).toEqual(
      [[{ number: 0 }], [{ number: 0 }], [{ number: 0 }, { number: 1 }], [{ number: 1 }]].map(
        (each) => expect.arrayContaining(each) as unknown,
      ),
    );
    expect(variant[0]?.order).toMatchObject({ resource: "payment", number: [{ number: 0 }] });
    expect(variant[2]?.order).toMatchObject({ resource: "refund", number: [{ number: 1 }], of: [{ number: 0 }] });
  });

  test("differ in amounts", async () => {
    const made = await templatesOf(scope, headOf([], journeys));
    const amounts = made?.journeys[0]?.variants.map(([first]) => first?.order?.amount) ?? [];
    expect(new Set(amounts).size).toBeGreaterThan(10);
  });

  test("refuse a journey that builds on what it does not call", async () => {
    await expect(templatesOf(scope, headOf([], { odd: ["payment.query"] }))).rejects.toThrow("does not call before");
  });
});

describe("requests that are signed ahead", () => {
  const phases = [{ seconds: 400, from: 0.05, to: 0.05 }];

  test("carry the time at which their call is due, and numbers of their own", async () => {
    const rows: K6Row[] = [];
    for await (const row of signedAhead(scope, headOf(phases, { pay: ["payment.create"] }), undefined)) rows.push(row);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    const times = rows.map(({ steps: [step] }) =>
      Number(/timestamp="(\d+)"/.exec(step?.headers["Authorization"] ?? "")?.[1]),
    );
    const distances = times.slice(1, 20).map((time, index) => time - (times[index] ?? 0));
    // The moment of the begin is set once the first rows have shown how long all take.
    expect(distances.filter((distance) => Math.abs(distance - 20) <= 2).length).toBeGreaterThanOrEqual(18);
    expect(new Set(rows.map(({ steps: [step] }) => step?.order?.number.join(""))).size).toBe(rows.length);
  });

  test("are refused where they are too many", async () => {
    const many = signedAhead(
      scope,
      headOf([{ seconds: 1000, from: 300, to: 300 }], { pay: ["payment.create"] }),
      undefined,
    );
    await expect(many.next()).rejects.toThrow("signed ahead");
  });
});

describe("the user's k6", () => {
  const named = (path: string): Promise<unknown> => k6Binary({ PATH: process.env["PATH"], K6_BIN: path });

  test.each(["v1.0.0", "v1.3.0", "v2.2.0"])("is taken as %s", async (version) => {
    expect(await named(standIn({ STAND_IN_VERSION: version }))).toMatchObject({ version });
  });

  test("is refused before v1.0, and where there is none", async () => {
    await expect(named(standIn({ STAND_IN_VERSION: "v0.57.0" }))).rejects.toThrow("for k6 v1.0 or later");
    await expect(named("/nowhere/k6")).rejects.toThrow("k6 cannot be run");
    const refusal = await named("/nowhere/k6").catch((cause: unknown) => cause);
    expect(refusal).toMatchObject({
      where: "K6_BIN",
      remedy: { zh: expect.stringContaining("请自行安装") as unknown },
    });
  });

  test("fetches nothing, tells nobody, and takes the script's settings alone", () => {
    const { PATH, ...rest } = k6Environment({ PATH: "/bin", K6_DURATION: "1h", K6_BIN: "k6" });
    expect(PATH).toBe("/bin");
    expect(rest).toEqual({ K6_AUTO_EXTENSION_RESOLUTION: "false", K6_NO_USAGE_REPORT: "true", NO_COLOR: "1" });
  });
});

describe("the process of k6", () => {
  /** A program that says when it runs and by what it is ended. */
  function program(text: string) {
    const folder = mkdtempSync(join(tmpdir(), "liantiao-k6-process-"));
    const binary = shellProgram(folder, text);
    const stop = new AbortController();
    const run = startK6({
      runtime: scope.runtime,
      environment: process.env,
      binary,
      folder,
      results: "results.json",
      authorities: "/ca.pem",
      signal: stop.signal,
    });
    const output = (): string => readFileSync(join(folder, "k6.log"), "utf8");
    return { run, stop, output, folder };
  }

  test("is waited for after one interrupt", async () => {
    const { run, stop, output } = program(
      'trap "echo interrupted; exit 105" INT; echo ready; while :; do sleep 0.05; done',
    );
    await expect.poll(output).toContain("ready");
    stop.abort();
    run.interrupt();
    expect(await run.ended).toEqual({ code: 105, signal: null });
    expect(output().match(/interrupted/g)).toHaveLength(1);
  });

  test("gets script, results and authorities, and its output is the owner's", async () => {
    const { run, output, folder } = program('echo "$@ $SSL_CERT_FILE $K6_NO_USAGE_REPORT"; exit 3');
    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(output()).toBe("run --quiet --out json=results.json load.js /ca.pem true\n");
    expect(statSync(join(folder, "k6.log")).mode & 0o777).toBe(0o600);
  });
});
