import { expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { openTrial } from "./trial.ts";

/** What balances, states, sums over shared accounts and the clock decide. */
const SHARED = "{LIF-02,LIF-03,IDM-05,IDM-13,IDM-18,REC-01,REC-03,LAW-04}";

test("two runs at once fail a conforming bank in nothing, and say so", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", forTwo: true });
  try {
    const runs = await Promise.all(
      [false, true].map(async (second) => {
        const notes: string[] = [];
        const lines = await trial.judge({
          only: SHARED,
          seed: second ? 12 : 11,
          second,
          onEvent: (event: RunEvent) => void (event.type === "run.noted" && notes.push(event.note)),
        });
        return { lines, notes };
      }),
    );
    for (const { lines, notes } of runs) {
      expect(
        lines
          .filter(({ verdict }) => verdict === "fail" || verdict === "error")
          .map(({ check, reason, error }) => [check, reason?.en ?? error]),
      ).toEqual([]);
      expect(notes).toEqual(["foreign-movement"]);
      expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(3);
    }
  } finally {
    await trial.close();
  }
});

test("a run alone on a bank sees no others", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519" });
  try {
    const notes: RunEvent[] = [];
    const lines = await trial.judge({
      only: "{LIF-02,REC-01}",
      onEvent: (event) => void (event.type === "run.noted" && notes.push(event)),
    });
    expect(notes).toEqual([]);
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, verdict }) => [check, verdict]),
    ).toEqual([]);
  } finally {
    await trial.close();
  }
});
