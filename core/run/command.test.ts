import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { verifyCommand } from "./command.ts";

/** The words that a shell makes of it. */
const words = (command: string): readonly string[] =>
  execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

test("the command survives the shell with any file name and pattern", () => {
  for (const [statementFile, only] of [
    ["sut.json", "IDM-*"],
    ["our bank/sut.json", "{a,b}/*"],
    ["it's/$HOME/`x`.json", "a'b"],
  ] as const) {
    expect(words(verifyCommand({ role: "bank", statementFile, only, seed: 7 }))).toEqual([
      "npm",
      "run",
      "-s",
      "liantiao",
      "--",
      "verify",
      "bank",
      "--sut",
      statementFile,
      "--only",
      only,
      "--seed",
      "7",
    ]);
  }
});

test("the command names modules and an unusual effort, which decide what is judged", () => {
  expect(verifyCommand({ role: "platform", statementFile: "sut.json", only: "x", effort: "exhaustive", seed: 7 })).toBe(
    "npm run -s liantiao -- verify platform --sut sut.json --only 'x' --effort exhaustive --seed 7",
  );
  expect(verifyCommand({ role: "bank", statementFile: "sut.json", modules: ["keys", "payout"] })).toBe(
    "npm run -s liantiao -- verify bank --sut sut.json --modules keys,payout",
  );
  expect(verifyCommand({ role: "platform", statementFile: "sut.json", effort: "standard" })).toBe(
    "npm run -s liantiao -- verify platform --sut sut.json",
  );
});
