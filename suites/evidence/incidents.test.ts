import { describe, expect, test } from "vitest";
import type { WireExchange } from "../../core/run/finding.ts";
import { alike } from "../../core/text/alike.ts";
import { Incidents } from "./incidents.ts";
import type { Incident } from "./incidents.ts";

function incident(over: Partial<Incident> = {}): Incident {
  const exchange: WireExchange = {
    label: "pay",
    request: { method: "POST", url: "/", headers: [], body: "", bodyEncoding: "utf8" },
    startedAt: 1,
    durationMs: 1,
  };
  return {
    kind: "server-error",
    check: "a.one",
    interface: "payment.create",
    expected: { en: "no HTTP 5xx", zh: "无 HTTP 5xx" },
    seen: alike("HTTP 500"),
    exchange,
    ...over,
  };
}

describe("the incidents of a run", () => {
  test("all incidents of a run are counted, the first few of a kind with their bytes", () => {
    const incidents = new Incidents();
    for (let at = 0; at < 1_000; at += 1)
      incidents.add(incident({ check: `a.${at}`, seen: alike(`HTTP ${500 + at}`) }));
    const { count, samples, places, checks } = incidents.report(["server-error"]);
    expect(count).toBe(1_000);
    expect(samples.map(({ check }) => check)).toEqual(["a.0", "a.1", "a.2", "a.3", "a.4"]);
    expect(places).toHaveLength(10);
    expect(places[0]).toEqual({ en: "payment.create (a.0): HTTP 500", zh: "payment.create（a.0）：HTTP 500" });
    expect(checks).toEqual(["a.0", "a.1", "a.2", "a.3", "a.4", "a.5"]);
  });

  test("a place that shows the same again is named once", () => {
    const incidents = new Incidents();
    for (let times = 0; times < 20; times += 1) incidents.add(incident());
    incidents.add(incident({ interface: "refund.create" }));
    expect(incidents.report(["server-error"]).places.map(({ en }) => en)).toEqual([
      "payment.create (a.one): HTTP 500",
      "refund.create (a.one): HTTP 500",
    ]);
  });

  test("incidents of several kinds are told in the order in which they were met", () => {
    const incidents = new Incidents();
    incidents.add(incident({ kind: "error-body", check: "a.first" }));
    incidents.add(incident({ kind: "server-error", check: "a.second" }));
    incidents.add(incident({ kind: "error-body", check: "a.third" }));
    incidents.add(incident({ kind: "encoding", check: "a.other" }));
    const { count, samples, checks } = incidents.report(["server-error", "error-body"]);
    expect(count).toBe(3);
    expect(samples.map(({ check }) => check)).toEqual(["a.first", "a.second", "a.third"]);
    expect(checks).toEqual(["a.first", "a.second", "a.third"]);
    expect(incidents.report(["secret"])).toEqual({ count: 0, samples: [], places: [], checks: [] });
  });

  test("a check is misled by the first of its own answers that a schema refused", () => {
    const incidents = new Incidents();
    for (let at = 0; at < 100; at += 1)
      incidents.add(incident({ kind: "answer-schema", check: `a.${at}`, seen: alike("X") }));
    incidents.add(incident({ kind: "answer-schema", check: "a.99", seen: alike("Y") }));
    incidents.add(incident({ check: "a.server" }));
    expect(incidents.misleading("a.99")).toEqual({ interface: "payment.create", seen: alike("X") });
    expect(incidents.misleading("a.server")).toBeUndefined();
  });
});
