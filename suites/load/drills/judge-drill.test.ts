import { describe, expect, test } from "vitest";
import { emptyInterval } from "../../../core/load/interval.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { DrillProbe } from "./drill.ts";
import { judgeDrill } from "./judge-drill.ts";
import type { Timeline } from "./judge-drill.ts";
import { drillFile, readDrill } from "./read-drill.ts";

const read = readDrill(drillFile("network-cut") ?? "");
if (!read.ok) throw new Error("the drill is sound");
const DRILL = { drill: { ...read.drill, recoverySeconds: 5 } };

/** A second of a load: `.` all answered, `x` most unanswered, `s` answered slowly, `o` none answered, ` ` idle. */
function second(kind: string, index: number): Interval {
  const empty = emptyInterval(index, 0);
  if (kind === " ") return empty;
  const unanswered = kind === "x" ? 8 : 0;
  const success = kind === "o" ? 0 : 10 - unanswered;
  return {
    ...empty,
    due: 10,
    endings: { ...empty.endings, success, unanswered },
    latencies: {
      "payment.create": {
        sinceScheduled: success === 0 ? [] : [kind === "s" ? 3_000_000 : 20_000, success],
        sinceSent: [],
      },
    },
  };
}

/** The load as its seconds, with a drill from its fifth second to its eighth. */
function judged(seconds: string, changes: Partial<Timeline> = {}) {
  const intervals = seconds.split("").map((kind, index) => second(kind, index));
  return judgeDrill(DRILL, { startedAt: 5, endedAt: 8, probes: [], ...changes }, intervals, 1);
}

const verdict = (seconds: string, changes?: Partial<Timeline>): string => judged(seconds, changes).judged.verdict;

describe("a drill", () => {
  test("passes where the state is steady again at once", () => {
    const { judged: one, figures } = judged(".....xxx........");
    expect(one.verdict).toBe("pass");
    expect(figures).toEqual({ detectedAfter: 1, recoveredAfter: 0, badCalls: 24 });
  });

  test("passes where it disturbs nothing", () => {
    const { judged: one, figures } = judged("................");
    expect(one.verdict).toBe("pass");
    expect(figures.detectedAfter).toBeUndefined();
  });

  test("passes where recovery takes as long as it may", () => {
    const { judged: one, figures } = judged(".....xxxxxxsx......");
    expect(one.verdict).toBe("pass");
    expect(figures.recoveredAfter).toBe(5);
  });

  test("fails where recovery takes longer", () => {
    expect(judged(".....xxxxxxxxx......").judged).toMatchObject({ verdict: "fail", finding: { seen: { en: "6 s" } } });
  });

  test("fails where the state never is steady again", () => {
    expect(verdict(".....xxxxxxxxxxxxxxx")).toBe("fail");
  });

  test("fails where calls are answered and slow", () => {
    expect(judged(".....ooosssssssssssss").judged).toMatchObject({
      finding: { seen: { en: expect.stringContaining("95th percentile") as string } },
    });
  });

  test("fails where the state falls back after it was steady", () => {
    expect(verdict(".....xxx...xxxxxxxxx")).toBe("fail");
  });

  test("takes a second or two without an answer for slow calls", () => {
    const { judged: one, figures } = judged(".....oo..oo......");
    expect(one.verdict).toBe("pass");
    expect(figures.detectedAfter).toBeUndefined();
  });

  test("counts calls that none answers, and leaves idle seconds out", () => {
    const { judged: one, figures } = judged(".....ooo .. .. ..");
    expect(one.verdict).toBe("pass");
    expect(figures.detectedAfter).toBe(1);
    expect(figures.recoveredAfter).toBe(1);
  });

  test("is not judged where the state was not steady before", () => {
    expect(verdict("..xxxxxx........")).toBe("inconclusive");
  });

  test("is not judged where nothing shows the state before", () => {
    expect(verdict("     xxx........")).toBe("inconclusive");
  });

  test("is not judged where the load ends too soon after it", () => {
    expect(judged(".....xxxxx").judged).toMatchObject({
      verdict: "inconclusive",
      reason: { en: expect.stringContaining("too soon") as string },
    });
  });
});

describe("a probe of a drill's method", () => {
  const probe: DrillProbe = {
    type: "probe",
    name: "answered-meanwhile",
    tolerance: { range: [95, 100] },
    provider: { measure: "answered-percent" },
  };
  const meanwhile = { probes: [{ probe, from: 5, until: 8 }] };

  test("fails the drill where calls are lost meanwhile", () => {
    expect(verdict(".....x..........", meanwhile)).toBe("fail");
  });

  test("holds where calls are slow alone", () => {
    expect(verdict(".....sss........", meanwhile)).toBe("pass");
  });
});
