import { expect, test } from "vitest";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";

const limited: FakeAnswer = {
  status: 429,
  json: { code: "FREQUENCY_LIMITED", message: "later" },
  headers: [["Retry-After", "0"]],
};
const echo: FakeAnswer = {
  status: 200,
  json: { party_id: "P1001", message: "tea", received_at: "2026-11-22T21:00:00+08:00" },
};

/** A session with a bank that gives these answers one after the other. */
function against(...answers: readonly FakeAnswer[]): {
  readonly session: Session;
  readonly calls: () => number;
  readonly notes: () => readonly string[];
} {
  let calls = 0;
  const { scope, events } = fakeRun(() => answers[Math.min(calls++, answers.length - 1)] as FakeAnswer);
  return {
    session: new Session(scope, "test.limited", new AbortController().signal),
    calls: () => calls,
    notes: () => events.flatMap((event) => (event.type === "run.noted" ? [event.note] : [])),
  };
}

test("a call that a check depends on is sent again when the SUT says", async () => {
  const { session, calls } = against(limited, limited, echo);
  expect((await session.perform("echo")).body["message"]).toBe("tea");
  expect(calls()).toBe(3);
});

/** A gateway's own page: neither a code of the pack nor a signature. */
const heldBack: FakeAnswer = { status: 429, html: "<h1>Too Many Requests</h1>", headers: [["Retry-After", "0"]] };

test("a call that a gateway held back is sent again when it says, and told of once", async () => {
  const { session, calls, notes } = against(heldBack, heldBack, echo);
  expect((await session.send(await session.request("echo"))).answer?.status).toBe(200);
  expect(calls()).toBe(3);
  expect(notes()).toEqual(["turned-away"]);
});

test("a call that a gateway answers as broken is sent once", async () => {
  const { session, calls } = against({ ...heldBack, status: 503 }, echo);
  expect((await session.send(await session.request("echo"))).failure?.kind).toBe("gateway");
  expect(calls()).toBe(1);
});

test("a call that is judged is sent once", async () => {
  const { session, calls } = against(limited, echo);
  expect((await session.send(await session.request("echo"))).answer?.status).toBe(429);
  expect(calls()).toBe(1);
});

test("a read on which a check builds is asked once more after a lost connection", async () => {
  const { session, calls } = against("reset", echo);
  expect((await session.perform("echo")).body["message"]).toBe("tea");
  expect(calls()).toBe(2);
});

test("a call that changes something is sent once, also after a lost connection", async () => {
  const { session, calls } = against("reset", echo);
  await expect(session.perform("payment.create")).rejects.toThrow("reset");
  expect(calls()).toBe(1);
});

test("a call that is turned away for too long is given up", async () => {
  const { session, calls } = against({ ...limited, headers: [["Retry-After", "3600"]] }, echo);
  await expect(session.perform("echo")).rejects.toThrow("was answered 429 FREQUENCY_LIMITED");
  expect(calls()).toBe(1);
});
