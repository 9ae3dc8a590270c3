import type { Bilingual } from "../core/run/verdict.ts";
import { alike } from "../core/text/alike.ts";
import { describe, expect, test } from "vitest";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "./outcome.ts";
import { Session } from "./session.ts";
import type { State } from "./session.ts";
import { fakeRun } from "./testing/fake-scope.ts";
import type { FakeAnswer } from "./testing/fake-scope.ts";

const session = (): Session =>
  new Session(
    fakeRun(() => ({ status: 400, json: { code: "PARAM_ERROR", message: "no" } })).scope,
    "test.session",
    new AbortController().signal,
  );

describe("words that the pack lacks", () => {
  test("a check of a code that the pack lacks is skipped", async () => {
    const one = session();
    const refused = await one.send(await one.request("echo", { message: "m" }));
    expect(() => one.expectRefusal(refused, "LOAN_REFUSED")).toThrow(CheckSkipped);
    expect(() => one.expectRefusal(refused, "LOAN_REFUSED")).toThrow(/the pack has no code LOAN_REFUSED/);
    // With one of several it is judged.
    expect(() => one.expectRefusal(refused, ["LOAN_REFUSED", "PARAM_ERROR"])).not.toThrow();
  });
});

describe("no effect", () => {
  const balance = (value: number): FakeAnswer => ({
    status: 200,
    json: { binding_id: "b1", available: { value, currency: "CNY" } },
  });
  const absent: FakeAnswer = { status: 404, json: { code: "BINDING_NOT_FOUND", message: "no" } };
  /** What is said of a bank whose queries are answered in one way before, and in another after. */
  async function told(before: FakeAnswer, after: FakeAnswer): Promise<unknown> {
    let answer = before;
    const one = new Session(fakeRun(() => answer).scope, "test.session", new AbortController().signal);
    const draft = await one.request("payment.create");
    try {
      const state = await one.observe(draft);
      answer = after;
      await one.expectUnchanged(state, { en: "nothing", zh: "无请求" });
    } catch (thrown) {
      return thrown;
    }
    return "unchanged";
  }

  test('"no effect" is shown by equal states, and refuted by different ones', async () => {
    expect(await told(balance(5), balance(5))).toBe("unchanged");
    expect(await told(absent, absent)).toBe("unchanged");
    expect(await told(balance(5), balance(4))).toBeInstanceOf(CheckFailed);
    expect(await told(absent, balance(4))).toBeInstanceOf(CheckFailed);
  });

  test('"no effect" survives what changes while nothing is sent', async () => {
    let value = 100;
    const one = new Session(fakeRun(() => balance((value -= 1))).scope, "test.session", new AbortController().signal);
    const state = await one.observe(await one.request("payment.create"));
    await expect(one.expectUnchanged(state, { en: "nothing", zh: "无请求" })).rejects.toThrow(
      /while this run sends nothing/,
    );
  });

  test('a refuted "no effect" shows the request that had one', async () => {
    let answer = balance(5);
    const one = new Session(
      fakeRun(({ method }) => (method === "POST" ? absent : answer)).scope,
      "test.session",
      new AbortController().signal,
    );
    const draft = await one.request("payment.create");
    const state = await one.observe(draft);
    await one.send(draft, { label: "the request" });
    answer = balance(4);
    const thrown: unknown = await one
      .expectUnchanged(state, { en: "it", zh: "该请求" })
      .catch((failed: unknown) => failed);
    expect((thrown as CheckFailed).failure.evidence?.map(({ label }) => label)).toContain("the request");
    expect((thrown as CheckFailed).failure.evidence?.at(-1)?.label).toMatch(/^observe/);
  });

  test.each<readonly [string, FakeAnswer]>([
    ["a server that failed", { status: 500, json: { code: "SYSTEM_ERROR", message: "no" } }],
    ["a rate limit", { status: 429, json: { code: "FREQUENCY_LIMITED", message: "no" } }],
    ["a redirection", { status: 302 }],
    ["a success that says nothing", { status: 200 }],
    ["a foreign page", { status: 404 }],
    ["a gateway", "gateway"],
    ["a signature refused", { status: 401, json: { code: "SIGN_ERROR", message: "no" } }],
  ])('"no effect" stays inconclusive after %s', async (_what, no) => {
    expect(await told(balance(5), no)).toBeInstanceOf(CheckInconclusive);
    expect(await told(no, balance(5))).toBeInstanceOf(CheckInconclusive);
    expect(await told(no, no)).toBeInstanceOf(CheckInconclusive);
  });
});

test("a rate-limited call counts neither as success nor as the expected refusal", async () => {
  const one = new Session(
    fakeRun(() => ({ status: 429, json: { code: "FREQUENCY_LIMITED", message: "no" } })).scope,
    "test.session",
    new AbortController().signal,
  );
  const exchange = await one.send(await one.request("echo", { message: "m" }));
  expect(() => one.expectSuccess(exchange)).toThrow(CheckInconclusive);
  expect(() => one.expectRefusal(exchange, "SIGN_ERROR")).toThrow(CheckInconclusive);
  expect(() => one.expectRefusal(exchange, "FREQUENCY_LIMITED")).not.toThrow();
});

test("a failed expectation says in both languages what was expected and seen", async () => {
  const one = session();
  const refused = await one.send(await one.request("echo", { message: "m" }));
  const failureOf = (judge: () => unknown): CheckFailed["failure"] | undefined => {
    try {
      judge();
    } catch (thrown) {
      if (thrown instanceof CheckFailed) return thrown.failure;
      throw thrown;
    }
    return undefined;
  };
  expect(failureOf(() => one.expectRefusal(refused, "SIGN_ERROR"))).toMatchObject({
    expected: {
      en: "refused with SIGN_ERROR (HTTP 401), signed",
      zh: "以 SIGN_ERROR（HTTP 401）拒绝，且应答已签名",
    },
    seen: alike("HTTP 400 PARAM_ERROR"),
  });
  expect(failureOf(() => one.expectSuccess(refused))).toMatchObject({
    expected: { en: "HTTP 200, signed, as the schema of echo says", zh: "HTTP 200，已签名，且符合 echo 的模式" },
  });
});

test("a check that says something in one language alone breaks, and fails nothing", async () => {
  const one = session();
  const plain = "one alone" as unknown as Bilingual;
  const both = { en: "one", zh: "一" };
  expect(() => one.fail({ summary: both, expected: plain, seen: both })).toThrow(/"expected" of a fail .* \{ en: /u);
  expect(() => one.fail({ summary: both, expected: both, seen: both })).toThrow(CheckFailed);
  await expect(one.expectUnchanged({} as State, plain)).rejects.toThrow(TypeError);
});
