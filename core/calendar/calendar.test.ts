import { describe, expect, it } from "vitest";
import { addDays, isDate, nextDate } from "./date.ts";
import { businessDate, calendar, rfc3339, startOfBusinessDate } from "./calendar.ts";

const at = (text: string) => Date.parse(text);

describe("calendar", () => {
  it("turns the business date at local midnight in Shanghai", () => {
    const shanghai = calendar("Asia/Shanghai", "00:00:00");
    expect(shanghai.businessDate(at("2026-11-22T15:59:59.999Z"))).toBe("2026-11-22");
    expect(shanghai.businessDate(at("2026-11-22T16:00:00.000Z"))).toBe("2026-11-23");
    expect(shanghai.startOfBusinessDate("2026-11-23")).toBe(at("2026-11-22T16:00:00Z"));
  });

  it("books the last hour on tomorrow, or the first on yesterday, as the cut-over says", () => {
    expect(businessDate(at("2026-11-22T22:59:59+08:00"), "Asia/Shanghai", "23:00:00")).toBe("2026-11-22");
    expect(businessDate(at("2026-11-22T23:00:00+08:00"), "Asia/Shanghai", "23:00:00")).toBe("2026-11-23");
    expect(startOfBusinessDate("2026-11-23", "Asia/Shanghai", "23:00:00")).toBe(at("2026-11-22T23:00:00+08:00"));
    expect(businessDate(at("2026-11-22T01:59:59+08:00"), "Asia/Shanghai", "02:00:00")).toBe("2026-11-21");
    expect(businessDate(at("2026-11-22T02:00:00+08:00"), "Asia/Shanghai", "02:00:00")).toBe("2026-11-22");
  });

  it("writes RFC 3339 with the offset of the moment, seconds whole", () => {
    expect(rfc3339(at("2026-11-22T13:00:00.999Z"), "Asia/Shanghai")).toBe("2026-11-22T21:00:00+08:00");
    expect(rfc3339(at("2026-01-15T12:00:00Z"), "America/New_York")).toBe("2026-01-15T07:00:00-05:00");
    expect(rfc3339(at("2026-07-15T12:00:00Z"), "America/New_York")).toBe("2026-07-15T08:00:00-04:00");
    expect(rfc3339(at("2026-07-15T12:00:00Z"), "Asia/Kathmandu")).toBe("2026-07-15T17:45:00+05:45");
    expect(rfc3339(0, "UTC")).toBe("1970-01-01T00:00:00+00:00");
  });

  it("changes the offset at the very second daylight saving begins and ends", () => {
    const newYork = calendar("America/New_York", "00:00:00");
    expect(newYork.rfc3339(at("2026-03-08T06:59:59Z"))).toBe("2026-03-08T01:59:59-05:00");
    expect(newYork.rfc3339(at("2026-03-08T07:00:00Z"))).toBe("2026-03-08T03:00:00-04:00");
    expect(newYork.rfc3339(at("2026-11-01T05:59:59Z"))).toBe("2026-11-01T01:59:59-04:00");
    expect(newYork.rfc3339(at("2026-11-01T06:00:00Z"))).toBe("2026-11-01T01:00:00-05:00");
  });

  it("turns at the first instant after the gap that skips the cut-over", () => {
    // Paraguay put its clocks forward at midnight: 2019-10-06 began at 01:00.
    expect(startOfBusinessDate("2019-10-06", "America/Asuncion", "00:00:00")).toBe(at("2019-10-06T04:00:00Z"));
    expect(startOfBusinessDate("2026-03-08", "America/New_York", "02:30:00")).toBe(at("2026-03-08T07:00:00Z"));
    expect(startOfBusinessDate("2026-10-04", "Australia/Lord_Howe", "02:15:00")).toBe(at("2026-10-03T15:30:00Z"));
  });

  it("moves only forwards when the cut-over happens twice", () => {
    const newYork = calendar("America/New_York", "01:30:00");
    expect(newYork.startOfBusinessDate("2026-11-01")).toBe(at("2026-11-01T05:30:00Z"));
    // The second 01:15 of that night is before the cut-over on the clock, and after it in time.
    expect(newYork.businessDate(at("2026-11-01T06:15:00Z"))).toBe("2026-11-01");
    let last = "";
    for (let timeMs = at("2026-10-31T00:00:00Z"); timeMs < at("2026-11-03T00:00:00Z"); timeMs += 900_000) {
      const date = newYork.businessDate(timeMs);
      expect(date >= last).toBe(true);
      last = date;
    }
  });

  it("leaves out a date that a zone skipped", () => {
    const apia = calendar("Pacific/Apia", "00:00:00");
    expect(apia.businessDate(at("2011-12-30T09:59:59Z"))).toBe("2011-12-29");
    expect(apia.businessDate(at("2011-12-30T10:00:00Z"))).toBe("2011-12-31");
  });

  it("agrees with the start of each business date over leap day and year end", () => {
    for (const zone of ["Asia/Shanghai", "Europe/Berlin", "America/New_York"]) {
      const dates = calendar(zone, "00:00:00");
      for (const date of [
        "2028-02-28",
        "2028-02-29",
        "2028-03-01",
        "2026-02-28",
        "2026-12-31",
        "2027-01-01",
        "2026-03-29",
        "2026-10-25",
      ]) {
        const start = dates.startOfBusinessDate(date);
        expect(dates.businessDate(start)).toBe(date);
        expect(dates.businessDate(start - 1)).toBe(addDays(date, -1));
      }
    }
  });

  it("steps over leap day, month end and year end", () => {
    expect(nextDate("2028-02-28")).toBe("2028-02-29");
    expect(nextDate("2026-02-28")).toBe("2026-03-01");
    expect(nextDate("2026-12-31")).toBe("2027-01-01");
    expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
  });

  it("refuses a malformed date, time, zone or cut-over and says what to write", () => {
    expect([isDate("2026-02-29"), isDate("2026-2-1"), isDate("2026-11-22")]).toEqual([false, false, true]);
    expect(() => nextDate("2026-02-30")).toThrow(/YYYY-MM-DD/u);
    expect(() => nextDate("9999-12-31")).toThrow(RangeError);
    expect(() => rfc3339(1.5, "UTC")).toThrow(/milliseconds/u);
    expect(() => calendar("Asia/Nowhere", "00:00:00")).toThrow(/IANA/u);
    expect(() => calendar("UTC", "24:00:00")).toThrow(/HH:MM:SS/u);
  });
});
