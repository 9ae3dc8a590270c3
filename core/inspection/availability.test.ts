import { describe, expect, test } from "vitest";
import { AvailabilityMeter, shareUp } from "./availability.ts";
import type { Availability } from "./availability.ts";
import { DOWN_RULES } from "./down-rule.ts";
import type { DownRule } from "./down-rule.ts";
import type { InspectionHead, LookEnding } from "./round.ts";

const [RULE] = DOWN_RULES as [DownRule];
const MINUTE = 60_000;
/** 23:00 of 1 December in Shanghai. */
const BEGIN = Date.UTC(2026, 11, 1, 15);

const headBy = (rule: DownRule, keepDays = 35): InspectionHead => ({
  version: 1,
  role: "bank",
  sut: { name: "A bank", baseUrl: "https://bank.example" },
  pack: { name: "cooperation", version: "1.0.0", timeZone: "Asia/Shanghai" },
  rule,
  keepDays,
});

/** What is known of rounds that begin at these minutes: `.` is an answer, `x` none, `!` an error of the server. */
function seen(looks: Readonly<Record<number, string>>, until: number, head = headBy(RULE)): Availability {
  const meter = new AvailabilityMeter(head);
  const endings: Readonly<Record<string, LookEnding>> = { ".": "success", x: "unanswered", "!": "server-error" };
  for (const [first, row] of Object.entries(looks))
    for (const [index, sign] of row.split("").entries())
      meter.take({
        at: BEGIN + (Number(first) + index) * MINUTE,
        everySeconds: 60,
        tookMs: 100,
        looks: [{ interface: "echo", ending: endings[sign] ?? "success", ms: 100 }],
      });
  return meter.availability(BEGIN + until * MINUTE);
}

const echoOf = ({ days }: Availability, date = "2026-12-01") =>
  days.find((day) => day.date === date)?.interfaces["echo"];

describe("availability", () => {
  test("is whole where each request was answered", () => {
    expect(echoOf(seen({ 0: ".........." }, 10))).toEqual({
      looks: 10,
      unanswered: 0,
      agreed: 10,
      observedMs: 10 * MINUTE,
      downMs: 0,
    });
  });

  test("counts an outage from the first of five unanswered requests", () => {
    const known = seen({ 0: "..xxxxxx.." }, 10);
    expect(known.outages).toEqual([
      { interface: "echo", from: BEGIN + 2 * MINUTE, until: BEGIN + 8 * MINUTE, recovered: true, looks: 6 },
    ]);
    expect(shareUp(echoOf(known) ?? { observedMs: 0, downMs: 0 })).toBeCloseTo(0.4, 9);
  });

  test("counts no outage where the fifth request is answered", () => {
    const known = seen({ 0: "..xxxx...." }, 10);
    expect(known.outages).toEqual([]);
    expect(echoOf(known)).toMatchObject({ unanswered: 4, downMs: 0 });
  });

  test("takes an error of the server for an answer only where the rule does", () => {
    const [, agreed] = DOWN_RULES as [DownRule, DownRule];
    expect(seen({ 0: "..!!!!!!.." }, 10).outages).toEqual([]);
    expect(seen({ 0: "..!!!!!!.." }, 10, headBy(agreed)).outages).toHaveLength(1);
  });

  test("tells an outage that goes on", () => {
    expect(seen({ 0: "..xxxxx" }, 7).outages).toEqual([
      { interface: "echo", from: BEGIN + 2 * MINUTE, recovered: false, looks: 5 },
    ]);
  });
});

describe("a time without inspection", () => {
  test("is neither up nor down", () => {
    const known = seen({ 0: "..", 30: ".." }, 32);
    expect(known.gaps).toEqual([{ from: BEGIN + 2 * MINUTE, until: BEGIN + 30 * MINUTE }]);
    expect(echoOf(known)).toMatchObject({ observedMs: 4 * MINUTE, downMs: 0 });
    expect(known.days[0]?.gapMs).toBe(28 * MINUTE);
  });

  test("ends a row of unanswered requests", () => {
    expect(seen({ 0: "..xxx", 30: "xxx." }, 34).outages).toEqual([]);
  });

  test("ends an outage without saying that it was over", () => {
    const known = seen({ 0: "xxxxx", 30: "." }, 31);
    expect(known.outages).toEqual([
      { interface: "echo", from: BEGIN, until: BEGIN + 5 * MINUTE, recovered: false, looks: 5 },
    ]);
    expect(echoOf(known)).toMatchObject({ observedMs: 6 * MINUTE, downMs: 5 * MINUTE });
  });

  test("begins when the round before it has no more to say", () => {
    expect(seen({ 0: ".." }, 30).gaps).toEqual([{ from: BEGIN + 2 * MINUTE, until: BEGIN + 30 * MINUTE }]);
    expect(seen({ 0: ".." }, 2).gaps).toEqual([]);
  });
});

describe("days", () => {
  test("are those of the pack's time zone", () => {
    const known = seen({ 0: ".".repeat(90) }, 90);
    expect(echoOf(known)).toMatchObject({ looks: 60, observedMs: 60 * MINUTE });
    expect(echoOf(known, "2026-12-02")).toMatchObject({ looks: 30, observedMs: 30 * MINUTE });
  });

  test("go when they are too old", () => {
    const known = seen({ 0: ".", [24 * 60]: ".", [48 * 60]: "." }, 48 * 60, headBy(RULE, 2));
    expect(known.days.map(({ date }) => date)).toEqual(["2026-12-02", "2026-12-03"]);
  });
});
