import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { startChild } from "./child.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-overload-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a run of the check of limits comes to. */
async function judged(
  name: string,
  ...flags: string[]
): Promise<{
  readonly verdict: string | undefined;
  readonly reason: string | undefined;
  readonly codes: readonly (string | undefined)[];
}> {
  const state = join(folder, name);
  const bank = startChild(["serve", "bank", "--json", "--port", "0", "--state", state, ...flags], {
    signal: new AbortController().signal,
  });
  try {
    await bank.firstLine;
    spawnSync(
      process.execPath,
      [
        MAIN,
        "verify",
        "bank",
        "--sut",
        join(state, "sut.json"),
        "--only",
        "{ERR-10,contract.valid-request/echo}",
        "--out",
        join(state, "run"),
      ],
      { cwd: folder, stdio: "ignore" },
    );
  } finally {
    await bank.end();
  }
  const events = readFileSync(join(state, "run", "events.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  const finished = events.flatMap((one) =>
    one.type === "check.finished" && one.check === "errors.limited/payment" ? [one] : [],
  )[0];
  return {
    verdict: finished?.verdict,
    reason: finished?.reason?.en,
    codes: events.flatMap((one) => (one.type === "exchange" ? [one.code] : [])),
  };
}

test("a bank with a low limit is overloaded by state, and its refusals are judged", async () => {
  const { verdict, codes } = await judged("few", "--max-in-flight", "2");
  expect(verdict).toBe("pass");
  expect(codes).toContain("FREQUENCY_LIMITED");
});

test("the check of limits is skipped where no limit is met", async () => {
  const { verdict, reason, codes } = await judged("many");
  expect(verdict).toBe("skipped");
  expect(reason).toContain("met a limit");
  expect(codes).not.toContain("FREQUENCY_LIMITED");
});

test("serve refuses a limit of zero, and a defect of limits where none is set", () => {
  for (const [flags, word] of [
    [["--max-in-flight", "0"], "--max-in-flight"],
    [["--defect", "limited-after-effect"], "--max-in-flight 4"],
  ] as const) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, "serve", "bank", "--port", "0", "--state", join(folder, "refused"), ...flags],
      { cwd: folder, encoding: "utf8" },
    );
    expect(stderr).toContain(word);
    expect(status).toBe(2);
  }
});
