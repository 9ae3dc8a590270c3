import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "verify-"));
const banks = new Set<ChildProcess>();

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function bank(name: string, ...more: string[]): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      join(root, "examples/rival-bank/bank.mjs"),
      "--port",
      "0",
      "--data",
      join(folder, name),
      "--keys",
      join(folder, "keys"),
      ...more,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  banks.add(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return (JSON.parse(line) as { url: string }).url;
}

function statement(name: string, baseUrl: string, more: object = {}): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      name,
      role: "bank",
      pack: "cooperation",
      baseUrl,
      sutPartyId: "BANK01",
      parties: [
        {
          partyId: "P1001",
          serial: "P1001-KEY-1",
          algorithm: "WECHATPAY2-SHA256-RSA2048",
          privateKey: "keys/P1001.key.pem",
        },
      ],
      sutKeys: [{ serial: "RIVAL-KEY-1", algorithm: "WECHATPAY2-SHA256-RSA2048", publicKey: "keys/bank.pub.pem" }],
      profile: { interfaces: ["echo", "payment.*", "refund.*", "account.*", "key.list"] },
      fixtures: {
        "customer.funded": { binding_id: "RB-P1001-FUNDED" },
        "customer.low-balance": { binding_id: "RB-P1001-LOW", balance: { value: 100, currency: "CNY" } },
      },
      ...more,
    }),
  );
  return file;
}

/** In a process of its own: vitest does not host itself. */
async function verified(
  name: string,
  options: object,
): Promise<{ readonly events: readonly RunEvent[]; readonly failure: string }> {
  const out = join(folder, `out-${name}`);
  const script = `import { verify } from ${JSON.stringify(join(root, "suites/verify.ts"))};
    await verify({ packDirectory: ${JSON.stringify(join(root, "specs/cooperation"))}, seed: 5, effort: "smoke", outDirectory: ${JSON.stringify(out)}, ...${JSON.stringify(options)} });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let failure = "";
  child.stderr.on("data", (bytes: Buffer) => (failure += bytes.toString()));
  await ended(child);
  let text = "";
  try {
    text = readFileSync(join(out, "events.ndjson"), "utf8");
  } catch {
    // Nothing was written: the caller looks at `failure`.
  }
  return {
    failure,
    events: text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as RunEvent),
  };
}

/** The events that a watcher of a run had, as lines of the log, and of how many checks it had the end before the run's. */
async function watched(
  name: string,
  options: object,
): Promise<{ readonly lines: readonly string[]; readonly live: number }> {
  const out = join(folder, `out-${name}`);
  const script = `import { verify } from ${JSON.stringify(join(root, "suites/verify.ts"))};
    const seen = [];
    let following;
    const watch = (events) => {
      following = events.subscribe((event) => void seen.push(event), { onError: (error) => console.error(error) });
    };
    await verify({ packDirectory: ${JSON.stringify(join(root, "specs/cooperation"))}, seed: 5, effort: "smoke", outDirectory: ${JSON.stringify(out)}, watcher: { watch }, ...${JSON.stringify(options)} });
    const live = seen.filter(({ type }) => type === "check.finished").length;
    await following.settled();
    following.unsubscribe();
    console.log(JSON.stringify({ live, lines: seen.map((event) => JSON.stringify(event)) }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await once(child, "close");
  return JSON.parse(text) as { readonly lines: readonly string[]; readonly live: number };
}

function verdicts(events: readonly RunEvent[]): Readonly<Record<string, readonly string[]>> {
  const by: Record<string, string[]> = {};
  for (const event of events) if (event.type === "check.finished") (by[event.verdict] ??= []).push(event.check);
  return by;
}

beforeAll(async () => {
  await ended(
    spawn(process.execPath, [join(root, "examples/rival-bank/make-keys.mjs"), join(folder, "keys")], {
      stdio: "ignore",
    }),
  );
});

afterAll(async () => {
  for (const child of banks) {
    child.kill("SIGKILL");
    await ended(child);
  }
  rmSync(folder, { recursive: true, force: true });
});

describe("verify", () => {
  test("verify passes an independent conforming bank, and catches a careless one", async () => {
    const good = await verified("good", { statementFile: statement("good", await bank("good-data")) });
    const { pass = [], fail = [], error = [], inconclusive = [] } = verdicts(good.events);
    expect({ fail, error, inconclusive }).toEqual({ fail: [], error: [], inconclusive: [] });
    expect(pass.length).toBeGreaterThan(100);
    const head = good.events[0];
    if (head?.type !== "run.started") throw new Error("no head");
    expect(good.events.filter((one) => one.type === "check.finished").map((one) => one.check)).toEqual(
      head.plan.map((one) => one.check),
    );

    const careless = await verified("careless", {
      statementFile: statement("careless", await bank("careless-data", "--careless")),
      only: "IDM-0*",
    });
    const caught = careless.events.find(
      (one) => one.type === "check.finished" && one.check === "idempotency.copies/payment.create",
    );
    expect(caught).toMatchObject({
      verdict: "fail",
      requirement: "IDM-03",
      finding: { minimal: { value: { simultaneous: 2 } } },
    });
  });

  test("a watcher of a run has each event of its log, in order and while it runs", async () => {
    const { lines, live } = await watched("watched", {
      statementFile: statement("watched", await bank("watched-data")),
      only: "{CON-01,SIG-0*}",
    });
    const log = readFileSync(join(folder, "out-watched", "events.ndjson"), "utf8");
    expect(`${lines.join("\n")}\n`).toBe(log);
    expect(live).toBeGreaterThan(10);
  });

  test("verify leaves an unreachable SUT unjudged", async () => {
    const { events } = await verified("unreachable", { statementFile: statement("unreachable", "http://127.0.0.1:9") });
    expect(events.find((one) => one.type === "preflight.finished" && !one.ok)).toMatchObject({
      name: "reachability",
      attribution: "network",
    });
    expect(events.at(-1)).toMatchObject({ type: "run.finished", partial: true });
    expect(verdicts(events)).toEqual({});
  });

  test("verify tells a wrong key from a nonconforming SUT", async () => {
    const url = await bank("wrong-key-data");
    const { events } = await verified("wrong-key", {
      statementFile: statement("wrong-key", url, {
        sutKeys: [{ serial: "RIVAL-KEY-1", algorithm: "WECHATPAY2-SHA256-RSA2048", publicKey: "keys/P1002.pub.pem" }],
      }),
    });
    expect(events.find((one) => one.type === "preflight.finished" && !one.ok)).toMatchObject({
      name: "keys",
      attribution: "configuration",
    });
  });

  test("verify refuses an empty plan and leaves the folder empty", async () => {
    const { events, failure } = await verified("empty", {
      statementFile: statement("empty", "http://127.0.0.1:9"),
      only: "no.such.check",
    });
    expect(events).toEqual([]);
    expect(failure).toContain("nothing is planned");
  });

  test("a vendor's vitest assertion that fails is a finding", async () => {
    const file = join(folder, "asserting.mjs");
    writeFileSync(
      file,
      `import assert from "node:assert";
      import { expect } from ${JSON.stringify(import.meta.resolve("vitest"))};
      const title = { en: "t", zh: "t" };
      const check = (id, judge) => ({ id, requirement: "CON-01", title, effort: "smoke", run: async (session) => {
        const exchange = await session.send(await session.request("echo", { message: "joint test" }));
        session.expectSuccess(exchange);
        judge(exchange.answer);
      } });
      export const checks = [
        check("asserting.holds", ({ json }) => expect(json).toMatchObject({ message: "joint test" })),
        check("asserting.expect", ({ status }) => expect(status).toBe(201)),
        check("asserting.assert", ({ status }) => assert.equal(status, 201)),
      ];`,
    );
    const { events } = await verified("asserting", {
      statementFile: statement("asserting", await bank("asserting-data"), { checks: [file] }),
      only: "asserting.*",
    });
    expect(verdicts(events)).toEqual({ pass: ["asserting.holds"], fail: ["asserting.expect", "asserting.assert"] });
    const found = events.find((one) => one.type === "check.finished" && one.check === "asserting.expect");
    expect(found).toMatchObject({
      finding: { expected: "201", seen: "200", evidence: [{ response: { status: 200 } }] },
    });
  });

  test("what a check throws behind its end says nothing about the others", async () => {
    const vendor = join(folder, "stray.mjs");
    writeFileSync(
      vendor,
      `const title = { en: "t", zh: "t" };
      const check = (id, run) => ({ id, requirement: "CON-01", title, effort: "smoke", run });
      export const checks = [
        check("stray.throws", async (session) => {
          setTimeout(() => { throw new Error("late"); });
          void Promise.reject(new Error("unheard"));
          session.judged();
        }),
        check("stray.goes-on", async (session) => { await session.sleep(100); session.judged(); }),
      ];`,
    );
    const { events } = await verified("stray", {
      statementFile: statement("stray", await bank("stray-data"), { checks: [vendor] }),
      only: "stray.*",
    });
    expect(verdicts(events)).toEqual({ pass: ["stray.throws", "stray.goes-on"] });
    expect(events.at(-1)).toMatchObject({ type: "run.finished", partial: false });
  });

  test("a check that kills its worker is an error, and so is every one after it", async () => {
    const vendor = join(folder, "vendor.mjs");
    writeFileSync(
      vendor,
      `const title = { en: "t", zh: "t" };
      const check = (id, run) => ({ id, requirement: "CON-01", title, effort: "smoke", run });
      export const checks = [
        check("vendor.crash", async () => { throw new Error("defect of the check"); }),
        check("vendor.kill", async () => { process.exit(7); }),
        check("vendor.never", async (session) => session.judged()),
      ];`,
    );
    const { events } = await verified("killed", {
      statementFile: statement("killed", await bank("killed-data"), { checks: [vendor] }),
      only: "vendor.*",
    });
    expect(verdicts(events).pass ?? []).not.toContain("vendor.kill");
    expect(verdicts(events).error).toEqual(expect.arrayContaining(["vendor.crash", "vendor.kill"]));
    expect(events.at(-1)?.type).toBe("run.finished");
  });
});
