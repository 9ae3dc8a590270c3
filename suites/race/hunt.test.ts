import { describe, expect, test } from "vitest";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { huntRace } from "./hunt.ts";

const session = (): Session => new Session(fakeRun(() => "timeout").scope, "test.race", new AbortController().signal);

describe("huntRace", () => {
  test.each([3, 4, 5, 7, 10, 13, 19, 20])("gives the smallest width that still shows the race, also where that is %i, and how often it came back", async (least) => {
    const widths: number[] = [];
    const caught = await huntRace(session(), async (n) => {
      widths.push(n);
      return n >= least ? { expected: "one", seen: "two" } : undefined;
    });
    expect(caught).toEqual({ n: least, expected: "one", seen: "two", reproduced: { tries: 5, failures: 5 } });
    expect(widths.slice(0, 2)).toEqual([2, 20]);
  });

  test("keeps the width that showed it when no smaller one does", async () => {
    let shown = false;
    const caught = await huntRace(session(), async (n) => {
      if (n < 20 || shown) return undefined;
      shown = true;
      return { expected: "one", seen: "two" };
    });
    expect(caught).toMatchObject({ n: 20, reproduced: { tries: 5, failures: 0 } });
  });

  test("says nothing of a SUT that holds", async () => {
    expect(await huntRace(session(), async () => undefined)).toBeUndefined();
  });
});
