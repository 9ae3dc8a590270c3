import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { englishRuns } from "../tests/english-runs.ts";

/*
 * The verbs over the control plane of a running simulator, as a person at a terminal uses them.
 */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-control-"));
const state = join(folder, "bank");
let bank: ChildProcess;

beforeAll(async () => {
  const child = spawn(
    process.execPath,
    [MAIN, "serve", "bank", "--json", "--port", "0", "--store", "memory", "--state", state],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  bank = child;
  await once(createInterface({ input: child.stdout }), "line");
});

afterAll(async () => {
  bank.kill("SIGINT");
  await once(bank, "exit");
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words, "--state", state], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, out: stdout, err: stderr };
}

const callBank = (...words: string[]): number | null =>
  spawnSync(process.execPath, [MAIN, "call", ...words, "--sut", join(state, "sut.json")], { cwd: folder }).status;

test("the clock is shown, moved and given back, one way at a time", () => {
  expect(run("clock", "--set", "2031-01-02T03:04:05+08:00").out).toMatch(/^2031-01-01T19:04:0/);
  expect(run("clock").out).toMatch(/^2031-01-01T19:04:/);
  expect(run("clock", "--reset").out).toContain("(0 s from the host's clock)");
  expect(run("clock", "--set", "tomorrow").err).toContain("such as 2026-11-22T23:59:50+08:00");
  expect(run("clock", "--reset", "--advance", "5")).toMatchObject({ code: 2, out: "" });
});

test("the journal shows an exchange as one line, and with its bytes when asked", () => {
  expect(callBank("echo")).toBe(0);
  expect(run("journal", "--interface", "echo").out).toMatch(/<- echo +P1001 +200 .*POST \/v1\/echo/);
  expect(run("journal", "--limit", "1", "--interface", "echo", "--full").out).toMatch(/ {4}HTTP 200[\s\S]+"message"/);
  const { requests } = JSON.parse(run("journal", "--json").out) as { readonly requests: readonly object[] };
  expect(requests.length).toBeGreaterThan(0);
  run("journal", "--clear");
  expect(run("journal").out).toBe("");
});

test("fixtures shows every party's data, and makes a situation by its name", () => {
  const all = JSON.parse(run("fixtures").out) as Record<string, Record<string, object>>;
  const one = JSON.parse(run("fixtures", "customer.funded").out) as object;
  expect(Object.keys(all["P1001"]?.["customer.funded"] ?? {})).toEqual(Object.keys(one));
  expect(run("fixtures", "customer.found").err).toContain("customer.funded");
});

test("reset brings back what was used up and switches faults off", () => {
  run("faults", "on", "server-error");
  expect(callBank("echo")).toBe(1);
  expect(run("reset")).toMatchObject({ code: 0, err: "" });
  expect(callBank("echo")).toBe(0);
});

test("notifications shows what waits for an acknowledgement", () => {
  const data = JSON.stringify({ notify_url: `${notifyPrefix()}never` });
  expect(callBank("payment.create", "--scenario", "customer.funded", "--data", data)).toBe(0);
  expect(run("notifications").out).toContain("/never");
});

test("operate takes an operator's decision, and says why one is not taken", () => {
  const account = (JSON.parse(run("fixtures", "payout.payee").out) as Record<string, string>)["payee_account_no"] ?? "";
  expect(account).not.toBe("");
  expect(JSON.parse(run("operate", "account", "freeze", account).out)).toMatchObject({ row: { state: "FROZEN" } });
  expect(run("operate", "account", "freeze", account).err).toContain('not-now: {"state":"FROZEN","from":["OPEN"]}');
  expect(run("operate", "acount", "freeze", account).err).toContain("account");
});

/** Where the statement's counterparty may be notified. */
function notifyPrefix(): string {
  const statement = JSON.parse(readFileSync(join(state, "sut.json"), "utf8")) as {
    readonly notify: { readonly publicUrl: string };
  };
  return `${statement.notify.publicUrl}/`;
}

test.each([
  ["clock", "--advance", "99999999999"],
  ["fixtures", "customer.found"],
  ["journal", "--limit", "many"],
  ["operate", "nothing", "freeze", "X"],
  ["operate", "account", "freeze", "X"],
  ["faults", "on", "latenci"],
  ["faults", "on", "latency", "--set", "delayMs=-1"],
  ["faults", "on", "latency", "--interface", "nothing"],
  ["enrol", "--party", "P 1", "--serial", "S", "--key", "party.pem"],
])("what the control plane refuses is told in Chinese: %s %s %s", (...words) => {
  const { code, err } = run(...words, "--lang", "zh");
  expect(code).toBe(2);
  expect(err).toMatch(/^错误：[^]*[\u4e00-\u9fff]/u);
  expect(englishRuns(err)).toEqual([]);
});
