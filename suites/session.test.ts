import { describe, expect, test } from "vitest";
import { CheckSkipped } from "./outcome.ts";
import { Session } from "./session.ts";
import { fakeRun } from "./testing/fake-scope.ts";

const session = (): Session => new Session(fakeRun(() => ({ status: 400, json: { code: "PARAM_ERROR", message: "no" } })).scope, "test.session", new AbortController().signal);

describe("a check that looks for a word which the pack does not have", () => {
  test("is skipped, and says what to do: a code", async () => {
    const one = session();
    const refused = await one.send(await one.request("echo", { message: "m" }));
    expect(() => one.expectRefusal(refused, "LOAN_REFUSED")).toThrow(CheckSkipped);
    expect(() => one.expectRefusal(refused, "LOAN_REFUSED")).toThrow(/no code LOAN_REFUSED; .*"means" in pack\.json/);
    // With one of several it is judged.
    expect(() => one.expectRefusal(refused, ["LOAN_REFUSED", "PARAM_ERROR"])).not.toThrow();
  });

  test("is skipped, and says what to do: a state", () => {
    expect(() => session().mustHaveState("REPAID")).toThrow(/no state REPAID/);
    expect(() => session().mustHaveState("SUCCEEDED")).not.toThrow();
  });
});
