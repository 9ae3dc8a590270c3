import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { freePort } from "../hosting/free-port.ts";
import { sampled } from "../trials/sample.ts";

/** The judge on a bank that shares no code with it, through the command line, as a vendor would run it. */
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-rival-"));
const running: ChildProcess[] = [];

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

function run(file: string, words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, file), ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, text }));
  });
}

/** Starts the bank and writes its statement; gives the statement's file. */
async function rival(name: string, more: readonly string[] = []): Promise<string> {
  const port = await freePort("127.0.0.1");
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
      "--notify-allow",
      `http://127.0.0.1:${port}/`,
      "--hooks-port",
      "0",
      ...more,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  running.push(child);
  const line = await new Promise<string>((resolve) => {
    createInterface(child.stdout).once("line", resolve);
  });
  const { url, hooks } = JSON.parse(line) as { url: string; hooks: { url: string; token: string } };
  const statement = await run("examples/rival-bank/make-statement.mjs", [
    url,
    join(folder, "keys"),
    String(port),
    hooks.url,
    hooks.token,
  ]);
  const file = join(folder, `${name}.json`);
  writeFileSync(file, statement.text);
  return file;
}

beforeAll(async () => {
  await run("examples/rival-bank/make-keys.mjs", [join(folder, "keys")]);
});

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** What it is judged by as a caller, through the hook that it offers: each day. */
const AS_A_CALLER = ["SIG-20", "SIG-21", "TLS-03"];

/** The areas of requirements, of which each day holds a third: of the whole, the long checks wait for each other. */
const areas = sampled(
  [...new Set(loadPack(join(root, "specs/cooperation")).requirements.map(({ id }) => id.split("-")[0] ?? ""))],
  3,
  () => "",
);

test(`the rival bank, which has its own code, passes (areas: ${areas.note})`, async () => {
  const judged = await run("cli/main.ts", [
    "verify",
    "bank",
    "--sut",
    await rival("conforming"),
    "--seed",
    "7",
    "--only",
    `{${[...areas.items.map((area) => `${area}-*`), ...AS_A_CALLER].join(",")}}`,
    "--out",
    join(folder, "run-conforming"),
  ]);
  expect(
    judged.code,
    judged.text
      .split("\n")
      .filter((line) => !/^(?:pass|skipped|ok) /.test(line))
      .join("\n"),
  ).toBe(0);
  for (const requirement of AS_A_CALLER) expect(judged.text).toMatch(new RegExp(`^pass +${requirement} `, "m"));
});

test("a rival bank that checks and then inserts fails the rule of simultaneous copies", async () => {
  const judged = await run("cli/main.ts", [
    "verify",
    "bank",
    "--sut",
    await rival("careless", ["--careless"]),
    "--seed",
    "7",
    "--only",
    "idempotency.*/payment.create",
    "--out",
    join(folder, "run-careless"),
  ]);
  expect(judged.code, judged.text).toBe(1);
  expect(judged.text).toMatch(/^FAIL IDM-03 \(MUST\)/m);
  expect(judged.text).toMatch(/minimal +2 simultaneous requests; came back in \d of \d tries/);
  expect(judged.text).not.toMatch(/^FAIL IDM-0[12]/m);
});
