import { describe, expect, it } from "vitest";
import { TIMESTAMP_FORMS, timesOf } from "./times.ts";

const AT = Date.UTC(2026, 10, 30, 13, 50, 7);

describe("times of signing", () => {
  it.each([
    ["seconds", "1796046607"],
    ["milliseconds", "1796046607000"],
    ["rfc3339", "2026-11-30T21:50:07+08:00"],
    ["yyyy-MM-dd HH:mm:ss", "2026-11-30 21:50:07"],
    ["yyyyMMddHHmmss", "20261130215007"],
  ] as const)("are written and read as %s", (form, text) => {
    const times = timesOf(form, "Asia/Shanghai");
    expect(times.write(AT)).toBe(text);
    expect(times.read(text)).toBe(AT / 1000);
  });

  it("a text of one form is read by no other form as the same moment", () => {
    for (const form of TIMESTAMP_FORMS)
      for (const other of TIMESTAMP_FORMS)
        if (form !== other)
          expect(
            timesOf(other, "Asia/Shanghai").read(timesOf(form, "Asia/Shanghai").write(AT)),
            `${form} as ${other}`,
          ).not.toBe(AT / 1000);
  });

  it.each([
    "",
    "-1",
    "+1796046607000",
    "01796046607000",
    "1796046607000.0",
    "1e12",
    " 1796046607000",
    "1796046607000\n",
  ])("refuses %j as milliseconds", (text) => {
    expect(timesOf("milliseconds").read(text)).toBeUndefined();
  });
});
