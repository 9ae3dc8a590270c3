import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../../core/run/event.ts";
import { runPlanned } from "../../run/runner.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import type { FakeAnswer } from "../../testing/fake-scope.ts";
import { sequences } from "./sequences.ts";

/** Sequences over payouts, played against a bank that answers everything so, from one seed. */
async function played(answer: (method: string) => FakeAnswer, seed: number): Promise<CheckFinished> {
  const { scope } = fakeRun((request) => answer(request.method));
  const statement = {
    ...scope.statement,
    fixtures: { "payout.payee": { values: { payee_name: "n", payee_account_no: "6222020000001234567" } } },
  };
  const instance = { id: "payout/payout.payee", data: { resource: "payout", scenario: "payout.payee", late: true } };
  const line = {
    id: "models.sequences",
    check: sequences,
    instance,
    requirement: "LIF-23",
    level: "MUST",
    title: sequences.title,
  } as const;
  return runPlanned(line, {
    scope: { ...scope, statement, seed },
    lane: { statement },
    stop: new AbortController().signal,
    deadline: undefined,
  });
}

describe("sequences", () => {
  const failing: FakeAnswer = { status: 500, json: { code: "SYSTEM_ERROR", message: "no" } };

  test("sequences are inconclusive when every outcome is unknown", async () => {
    expect(await played(() => failing, 1)).toMatchObject({
      verdict: "inconclusive",
      reason: { en: expect.stringContaining("outcome") as string },
    });
  });

  test("empty sequences are left out, whatever the seed", async () => {
    const absent: FakeAnswer = { status: 404, json: { code: "PAYOUT_NOT_FOUND", message: "no" } };
    for (let seed = 1; seed <= 25; seed += 1)
      expect((await played((method) => (method === "GET" ? absent : failing), seed)).verdict).not.toBe("error");
  });
});
