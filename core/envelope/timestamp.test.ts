import { describe, expect, it } from "vitest";
import { parseTimestampSeconds } from "./timestamp.ts";

describe("timestamps", () => {
  it.each([
    ["0", 0],
    ["1554208460", 1_554_208_460],
    ["999999999999", 999_999_999_999],
  ])("reads the timestamp %s", (written, seconds) => {
    expect(parseTimestampSeconds(written)).toBe(seconds);
  });

  it.each(["", "-1", "+1", "01", "00", "1.0", "1e9", " 1", "1 ", "1\n", "0x1", "1554208460000", "１", "١"])(
    "refuses the timestamp %j",
    (written) => {
      expect(parseTimestampSeconds(written)).toBeUndefined();
    },
  );
});
