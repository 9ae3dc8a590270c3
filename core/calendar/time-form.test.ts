import { describe, expect, it } from "vitest";
import { calendar } from "./calendar.ts";
import { formatTime, parseTime, TIME_FORMS } from "./time-form.ts";

const shanghai = calendar("Asia/Shanghai", "00:00:00");
const newYork = calendar("America/New_York", "00:00:00");
const at = (text: string): number => Date.parse(text);

describe("a moment", () => {
  it.each(TIME_FORMS)("a time in the form %s reads back to the second", (form) => {
    for (const moment of [at("2026-11-22T13:00:05Z"), at("2000-02-29T16:00:00Z"), at("1999-12-31T15:59:59Z"), 0])
      for (const zone of [shanghai, newYork])
        expect(parseTime(zone, formatTime(zone, moment, form), form)).toBe(moment);
  });

  it("a time is written as local time of the zone", () => {
    const moment = at("2026-11-22T17:00:05.999Z");
    expect(formatTime(shanghai, moment, "yyyy-MM-dd HH:mm:ss")).toBe("2026-11-23 01:00:05");
    expect(formatTime(shanghai, moment, "yyyyMMddHHmmss")).toBe("20261123010005");
    expect(formatTime(shanghai, moment, "yyyy-MM-ddTHH:mm:ss")).toBe("2026-11-23T01:00:05");
  });

  it("a local time that occurs twice means the first, and a skipped one is refused", () => {
    expect(parseTime(newYork, "2026-11-01 01:30:00", "yyyy-MM-dd HH:mm:ss")).toBe(at("2026-11-01T05:30:00Z"));
    expect(parseTime(newYork, "2026-03-08 02:30:00", "yyyy-MM-dd HH:mm:ss")).toBeUndefined();
  });

  it.each([
    ["2026-11-22T21:00:00+08:00", "2026-11-22T13:00:00Z"],
    ["2026-11-22T21:00:00.25+08:00", "2026-11-22T13:00:00.250Z"],
    ["2026-11-22t13:00:00z", "2026-11-22T13:00:00Z"],
    ["2026-11-22T07:30:00-05:30", "2026-11-22T13:00:00Z"],
  ])("%s is read as RFC 3339 has it", (text, moment) => {
    expect(parseTime(shanghai, text, "rfc3339")).toBe(at(moment));
  });

  it.each([
    "2026-11-22T21:00:00",
    "2026-11-22 21:00:00+08:00",
    "2026-02-30T21:00:00+08:00",
    "2047-36-25T38:33:32+08:00",
    "2026-11-22T24:00:00+08:00",
    "2026-11-22T21:60:00+08:00",
    "2026-11-22T21:00:61+08:00",
    "2026-11-22T21:00:00+25:00",
    "2026-11-22T21:00:00+0800",
    " 2026-11-22T21:00:00+08:00",
  ])("refuses %j as a time of RFC 3339", (text) => {
    expect(parseTime(shanghai, text, "rfc3339")).toBeUndefined();
  });
});
