import { expect, test } from "vitest";
import type { ExchangeSeen } from "../../core/run/event.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { callHook } from "./hook.ts";

/** Calls the hook sms-code, and gives what the event log has of it. */
async function called(answer: FakeAnswer): Promise<{ readonly said: unknown; readonly events: readonly unknown[] }> {
  const { scope } = fakeRun(() => answer);
  const events: ExchangeSeen[] = [];
  const hooks = { url: "http://sut.invalid/hooks", token: "a-token", supports: ["sms-code"] as const };
  const hooking = {
    ...scope,
    statement: { ...scope.statement, hooks },
    check: "test.check",
    emit: (event: ExchangeSeen) => void events.push(event),
  };
  const said = await callHook(hooking, "sms-code", { party_id: "P1001" }).catch((failure: unknown) => failure);
  return { said, events };
}

test("a hook's call stands in the log with its answer, masked and without its token", async () => {
  const { said, events } = await called({ status: 200, json: { sms_code: "246810" } });
  expect(said).toEqual({ sms_code: "246810" });
  expect(events).toMatchObject([
    {
      type: "exchange",
      check: "test.check",
      answeredBy: "hook",
      exchange: { label: "hook sms-code", request: { url: "http://sut.invalid/hooks/sms-code" } },
    },
  ]);
  expect(JSON.stringify(events)).not.toMatch(/a-token|246810/);
});

test("a hook's call that gets no answer stands there too", async () => {
  const { events } = await called("timeout");
  expect(events).toMatchObject([{ answeredBy: "hook", exchange: { failure: { kind: "timeout" } } }]);
});
