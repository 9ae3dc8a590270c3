import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { startChild } from "./child.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-algorithm-"));
const RSA = "WECHATPAY2-SHA256-RSA2048";
const SM2 = "WECHATPAY2-SM2-WITH-SM3";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...words: string[]): { readonly code: number | null; readonly err: string } {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, err: stderr };
}

/** Verdicts of a served bank, by check. */
async function judged(name: string, only: string, ...flags: string[]): Promise<Readonly<Record<string, string>>> {
  const state = join(folder, name);
  const bank = startChild(["serve", "bank", "--json", "--port", "0", "--store", "memory", "--state", state, ...flags], {
    signal: new AbortController().signal,
  });
  try {
    await bank.firstLine;
    run("verify", "bank", "--sut", join(state, "sut.json"), "--only", only, "--out", join(state, "run"));
  } finally {
    await bank.end();
  }
  return Object.fromEntries(
    readFileSync(join(state, "run", "events.ndjson"), "utf8")
      .trim()
      .split("\n")
      .flatMap((line) => {
        const event = JSON.parse(line) as RunEvent;
        return event.type === "check.finished" ? [[event.check, event.verdict]] : [];
      }),
  );
}

test("with two algorithms each party has one, and one run judges both", async () => {
  const verdicts = await judged("both", "{SIG-05,SIG-11,SIG-14}", "--algorithm", RSA, "--algorithm", SM2);
  const { parties } = JSON.parse(readFileSync(join(folder, "both", "sut.json"), "utf8")) as {
    parties: { algorithm: string }[];
  };
  expect(parties.map(({ algorithm }) => algorithm)).toEqual([RSA, SM2]);
  expect(verdicts).toMatchObject({
    "signature.rsa-padding/echo": "pass",
    "signature.rsa-padding/payment.create": "pass",
    "signature.sm2-malformed/echo": "pass",
    "signature.other-party/payment.create": "pass",
  });
  expect(Object.values(verdicts)).not.toContain("fail");
});

test("verify finds a bank that skips the range check of SM2's numbers", async () => {
  expect(await judged("lax", "SIG-14", "--algorithm", SM2, "--defect", "sm2-ranges-unchecked")).toEqual({
    "signature.sm2-malformed/echo": "fail",
  });
  expect(readdirSync(join(folder, "lax", "keys"))).toContain("P1001.sm2.key.pem");
});

test("serve refuses a defect that cannot show and an unknown algorithm", () => {
  for (const [flags, ...words] of [
    [["--defect", "sm2-ranges-unchecked"], "no party signs with it", `--algorithm ${SM2}`],
    [["--algorithm", SM2, "--defect", "lax-rsa-padding"], "no party signs with it", `--algorithm ${RSA}`],
    [["--defect", "old-tls"], "plain HTTP is served", "--tls-cert"],
    [["--algorithm", "WECHATPAY2-SM2"], "no algorithm", SM2],
  ] as const) {
    const { code, err } = run("serve", "bank", "--port", "0", "--state", join(folder, "refused"), ...flags);
    for (const word of [...words, "next:"]) expect(err).toContain(word);
    expect(code).toBe(2);
  }
});
