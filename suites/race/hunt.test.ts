import { describe, expect, test } from "vitest";
import { alike } from "../../core/text/alike.ts";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import type { Exchange } from "../wire/exchange.ts";
import { CheckInconclusive } from "../outcome.ts";
import { expectAllDeclined, huntRace } from "./hunt.ts";

const session = (): Session => new Session(fakeRun(() => "timeout").scope, "test.race", new AbortController().signal);

describe("huntRace", () => {
  test.each([3, 4, 5, 7, 10, 13, 19, 20])(
    "finds the smallest width that shows the race (%i), and how often it came back",
    async (least) => {
      const widths: number[] = [];
      const caught = await huntRace(session(), async (n) => {
        widths.push(n);
        return n >= least ? { expected: alike(1), seen: alike(2) } : undefined;
      });
      expect(caught).toEqual({ n: least, expected: alike(1), seen: alike(2), reproduced: { tries: 5, failures: 5 } });
      expect(widths.slice(0, 2)).toEqual([2, 20]);
    },
  );

  test("keeps the width that showed the race when every smaller one fails to", async () => {
    let shown = false;
    const caught = await huntRace(session(), async (n) => {
      if (n < 20 || shown) return undefined;
      shown = true;
      return { expected: alike(1), seen: alike(2) };
    });
    expect(caught).toMatchObject({ n: 20, reproduced: { tries: 5, failures: 0 } });
  });

  test("keeps what it caught when the SUT goes away during minimising", async () => {
    let attempts = 0;
    const one = session();
    const caught = await huntRace(one, async () => {
      attempts += 1;
      return attempts > 1 ? one.inconclusive("no answer", "无应答") : { expected: alike(1), seen: alike(2) };
    });
    expect(caught).toMatchObject({ n: 2, seen: alike(2), reproduced: { tries: 5, failures: 0 } });
  });

  test("finds nothing in a SUT that holds", async () => {
    expect(await huntRace(session(), async () => undefined)).toBeUndefined();
  });
});

describe("a race of declined calls", () => {
  const raced = async (
    ...answers: readonly FakeAnswer[]
  ): Promise<{ readonly one: Session; readonly exchanges: readonly Exchange[] }> => {
    let at = 0;
    const one = new Session(fakeRun(() => answers[at++] ?? "timeout").scope, "test.race", new AbortController().signal);
    return {
      one,
      exchanges: await one.race(await Promise.all(answers.map(() => one.request("echo", { message: "m" }))), "call"),
    };
  };
  const declined: FakeAnswer = { status: 403, json: { code: "INSUFFICIENT_FUNDS", message: "no" } };

  test("a race is judged when every call was declined for want of what they compete for", async () => {
    const { one, exchanges } = await raced(declined, declined);
    expect(() => expectAllDeclined(one, exchanges, ["INSUFFICIENT_FUNDS"])).not.toThrow();
  });

  test.each<readonly [string, FakeAnswer]>([
    ["lost", "reset"],
    ["turned away", { status: 429, json: { code: "FREQUENCY_LIMITED", message: "no" } }],
    ["refused for another reason", { status: 403, json: { code: "NOTIFY_URL_NOT_ALLOWED", message: "no" } }],
    ["answered by a gateway", "gateway"],
  ])("a race is inconclusive when one of the calls was %s", async (_how, answer) => {
    const { one, exchanges } = await raced(declined, answer);
    expect(() => expectAllDeclined(one, exchanges, ["INSUFFICIENT_FUNDS"])).toThrow(CheckInconclusive);
  });
});
