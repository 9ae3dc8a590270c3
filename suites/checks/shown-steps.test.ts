import { describe, expect, test } from "vitest";
import type { Interface } from "../../core/pack/types.ts";
import { shownIn } from "../resources/shown.ts";
import type { Shown } from "../resources/shown.ts";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { Fields } from "../wire/draft.ts";
import { expectOther, expectSame, shownText } from "./shown-steps.ts";

const WHAT = { en: "they differ", zh: "不同" };

/** A session without a SUT, and views of a payment as a query shows it. */
function setting(): { readonly session: Session; readonly view: (body: Fields) => Shown } {
  const { scope } = fakeRun(() => "timeout");
  const query = scope.pack.resources.of("bank").find(({ name }) => name === "payment")?.reads as Interface;
  return {
    session: new Session(scope, "test.check", new AbortController().signal),
    view: (body) => shownIn(scope.pack, query, body),
  };
}

describe("fields that neither of two views shows", () => {
  test("are neither the same nor different", () => {
    const { session, view } = setting();
    expect(() => expectSame(session, view({}), view({}), "id", WHAT)).not.toThrow();
    expect(() => expectOther(session, view({}), view({}), "id", WHAT)).not.toThrow();
    expect(session.vacuousReason()).toMatch(/without having judged anything/);
  });

  test("skip a check that goes on with them", () => {
    const { session, view } = setting();
    expect(() => shownText(session, view({}), "date")).toThrow(/shows no date/);
  });
});

test("fields that views show are compared by value", () => {
  const { session, view } = setting();
  const [one, other] = [view({ transaction_id: "txn_1" }), view({ transaction_id: "txn_2" })];
  expectSame(session, one, one, "id", WHAT);
  expectOther(session, one, other, "id", WHAT);
  expect(() => expectSame(session, one, other, "id", WHAT)).toThrow("they differ");
  expect(() => expectSame(session, one, view({}), "id", WHAT)).toThrow("they differ");
  expect(() => expectOther(session, one, one, "id", WHAT)).toThrow("they differ");
});
