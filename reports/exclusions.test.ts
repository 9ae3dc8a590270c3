import { expect, test } from "vitest";
import { judgeRun } from "../core/run/judge.ts";
import { exclusionsBlock, exclusionsFor } from "./exclusions.ts";
import { AT, done, sampleHead } from "./testing/sample-events.ts";

const judged = (verdict: "skipped" | "fail") =>
  judgeRun([
    sampleHead({
      requirements: sampleHead({}).requirements.filter(({ id }) => id === "SIG-01" || id === "RPL-01"),
      exclusions: [{ requirement: "SIG-14", reason: "RSA only" }],
      plan: ["SIG-01", "RPL-01"].map((id) => ({ check: id, requirement: id, title: { en: id, zh: id } })),
    }),
    done("SIG-01", verdict === "fail" ? "fail" : "pass"),
    done("RPL-01", "skipped", { skipCause: "capability", reason: { en: 'needs the hook "clock"', zh: "需要时钟" } }),
    { type: "run.finished", at: AT + 9, partial: false },
  ]);

test("what is to be excluded is pasted into a statement as it stands, with what it has", () => {
  const block = exclusionsBlock(judged("skipped"));
  expect(JSON.parse(`{${block ?? ""}}`)).toEqual({
    profile: {
      requirements: {
        except: [
          { requirement: "SIG-14", reason: "RSA only" },
          { requirement: "RPL-01", reason: 'needs the hook "clock"' },
        ],
      },
    },
  });
});

test("a run that failed is not told what to exclude", () => {
  expect(exclusionsFor(judged("fail"))).toEqual([]);
});
