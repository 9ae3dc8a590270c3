import { describe, expect, test } from "vitest";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { mayBeDated } from "./books.ts";

const NOON = Date.parse("2026-11-22T12:00:00+08:00");

/** A session with a bank that has these entries, each booked at a moment, under a business date; its clock can be moved or cannot. */
function sessionWith(entries: readonly (readonly [at: string, date: string])[], clock = true): Session {
  const money = { value: 1, currency: "CNY" };
  const { scope } = fakeRun(({ url }) => ({
    status: 200,
    json: {
      party_id: "P1001",
      entries: entries
        .filter(([, date]) => url.includes(`from_date=${date}`))
        .map(([at, date], index) => ({
          entry_id: `e${index}`,
          transfer_id: "t",
          kind: "payment",
          direction: "credit",
          amount: money,
          balance_after: money,
          reference: "r",
          at,
          business_date: date,
        })),
    },
  }));
  const statement = {
    ...scope.statement,
    ...(clock ? { hooks: { url: "http://hooks.invalid", supports: ["clock" as const] } } : {}),
  };
  return new Session(
    {
      ...scope,
      statement,
      lanes: [{ statement }],
      runtime: { ...scope.runtime, now: () => NOON },
      sutClock: { offsetMs: 0, mostMs: 0, uncertainMs: 0 },
    },
    "test.books",
    new AbortController().signal,
  );
}

describe("the date of an event at noon", () => {
  test("an event at noon is dated that day only", async () => {
    for (const clock of [true, false]) {
      const session = sessionWith([], clock);
      expect(
        await Promise.all(["2026-11-21", "2026-11-22", "2026-11-23"].map((date) => mayBeDated(session, date, NOON))),
      ).toEqual([false, true, false]);
    }
  });

  test("an event may have a later date that the bank's clock demonstrably reached", async () => {
    const told = sessionWith([["2026-11-30T08:00:00+08:00", "2026-11-30"]]);
    expect([await mayBeDated(told, "2026-11-30", NOON), await mayBeDated(told, "2026-11-29", NOON)]).toEqual([
      true,
      false,
    ]);
    const moved = sessionWith([]);
    moved.run.sutClock.mostMs = 86_400_000;
    expect([await mayBeDated(moved, "2026-11-23", NOON), await mayBeDated(moved, "2026-11-24", NOON)]).toEqual([
      true,
      false,
    ]);
  });

  test("an event may have a later date only where its clock is known to have moved", async () => {
    expect(await mayBeDated(sessionWith([["2026-11-22T11:00:00+08:00", "2026-11-23"]]), "2026-11-23", NOON)).toBe(
      false,
    );
    expect(
      await mayBeDated(sessionWith([["2026-11-30T08:00:00+08:00", "2026-11-30"]], false), "2026-11-30", NOON),
    ).toBe(false);
  });
});

test("an event at the turn of the day may have either date", async () => {
  const edge = Date.parse("2026-11-22T23:59:58+08:00");
  const session = sessionWith([], false);
  expect(
    await Promise.all(["2026-11-22", "2026-11-23", "2026-11-24"].map((date) => mayBeDated(session, date, edge))),
  ).toEqual([true, true, false]);
});
