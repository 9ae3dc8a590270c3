import { expect, test } from "vitest";
import { consoleBody, consoleLine, consoleText } from "./console-text.ts";

test("escape sequences and marks of direction are shown and do nothing", () => {
  expect(consoleText("a\u001b]52;c;eA==\u0007b\u202ec\r")).toBe("a‹U+001B›]52;c;eA==‹U+0007›b‹U+202E›c‹U+000D›");
});

test("commands to a CI system are shown and do nothing", () => {
  expect(consoleText("ok\n  ::error::x\n::set-output name=a::b")).toBe(
    "ok\n  ‹U+003A›:error::x\n‹U+003A›:set-output name=a::b",
  );
  expect(consoleText("x ##[command]y ##vso[task] # ## heading")).toBe(
    "x ‹U+0023›#[command]y ‹U+0023›#vso[task] # ## heading",
  );
  expect(consoleLine("a\r\n::error::b")).toBe("a‹U+000D›‹U+000A›::error::b");
});

test("a long body is printed to a bound, with its true length", () => {
  expect(consoleBody("x".repeat(200_000))).toMatch(/^x{16384}… \(200000 characters in all\)$/u);
});
