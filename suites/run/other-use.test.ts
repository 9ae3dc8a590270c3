import { expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import { alike } from "../../core/text/alike.ts";
import type { Check } from "../check.ts";
import type { Entry } from "../laws/history.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { OtherUse } from "./other-use.ts";
import { runPlanned } from "./runner.ts";

const NOW = 1_800_000_000_000;
const OWN = "LT000000100001";
const OTHERS = "LT000000200001";

const entry = (reference: string, bookedAt = NOW): Entry => ({
  id: `e-${reference}`,
  transfer: "t1",
  type: "PAYMENT",
  direction: "credit",
  amount: 100,
  currency: "CNY",
  balanceAfter: 100,
  reference,
  bookedAt,
});

function watching(): { readonly others: OtherUse; readonly notes: string[] } {
  const notes: string[] = [];
  return { others: new OtherUse(NOW - 60_000, ["0000001"], ({ en }) => notes.push(en)), notes };
}

test("entries of another run booked meanwhile tell of another use, once", () => {
  const { others, notes } = watching();
  others.listed([entry(OWN), entry("INTEREST-7"), entry(OTHERS, NOW - 3_600_000)], NOW);
  others.listed([entry(OTHERS, NOW + 86_400_000)], NOW);
  expect(others.seen).toBeUndefined();
  others.listed([entry(OTHERS)], NOW);
  others.listed([entry("LT000000300001")], NOW);
  expect(others.seen?.en).toBe(`${OTHERS} was booked (PAYMENT)`);
  expect(notes).toHaveLength(1);
});

test("entries that come while a run is still are those of others", () => {
  const { others } = watching();
  others.own(["T-1", undefined]);
  others.appeared([entry(OWN), entry("T-1")]);
  expect(others.seen).toBeUndefined();
  others.appeared([entry("T-2")]);
  expect(others.seen?.en).toBe("T-2 was booked (PAYMENT)");
});

/** A check that fails while others use the SUT's data. */
async function failing(restsOn?: "answer"): Promise<CheckFinished> {
  const { scope } = fakeRun(() => "timeout");
  scope.others.noticed({ en: "X was booked", zh: "X 已记账" });
  const title = { en: "t", zh: "t" };
  const run: Check["run"] = async (session) => {
    session.fail({
      summary: { en: "the balance moved", zh: "余额变动" },
      expected: alike(1),
      seen: alike(2),
      ...(restsOn === undefined ? {} : { restsOn }),
    });
  };
  const check: Check = { id: "test.check", requirement: "SIG-01", title, effort: "smoke", run };
  const line = { id: check.id, check, instance: { id: "" }, requirement: "SIG-01", level: "MUST", title } as const;
  return runPlanned(line, { scope, stop: new AbortController().signal, deadline: undefined });
}

test("a fail that rests on balances is inconclusive where others use the data", async () => {
  expect(await failing()).toMatchObject({
    verdict: "inconclusive",
    reason: { en: expect.stringMatching(/X was booked.*the balance moved.*Only one run/u) as unknown },
  });
});

test("a fail that one answer shows by itself stays one", async () => {
  expect(await failing("answer")).toMatchObject({ verdict: "fail" });
});
