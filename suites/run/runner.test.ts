import { alike } from "../../core/text/alike.ts";
import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import type { Check } from "../check.ts";
import { undeclared } from "../checks/errors/watched.ts";
import { balanceOf } from "../data/books.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { Planned } from "../plan.ts";
import type { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { preparePlanned, runPlanned } from "./runner.ts";
import type { Running } from "./runner.ts";
import type { RunScope } from "./scope.ts";

const echo = {
  status: 200,
  json: { party_id: "P1001", message: "tea", received_at: "2026-11-22T21:00:00+08:00" },
} as const;
const refused = { status: 401, json: { code: "SIGN_ERROR", message: "no" } } as const;

function line(run: Check["run"]): Planned {
  const title = { en: "t", zh: "t" };
  const check: Check = { id: "test.check", requirement: "SIG-01", title, effort: "smoke", run };
  return { id: check.id, check, instance: { id: "" }, requirement: "SIG-01", level: "MUST", title };
}

async function verdict(
  answer: FakeAnswer | ((n: number) => FakeAnswer),
  run: Check["run"],
  limits = {},
  stop = new AbortController().signal,
): Promise<CheckFinished> {
  let count = 0;
  const { scope, events } = fakeRun(() => (typeof answer === "function" ? answer(count++) : answer), limits);
  const finished = await runPlanned(line(run), { scope, stop, deadline: undefined });
  expect(events.at(-1)).toEqual(finished);
  expect(events[0]).toMatchObject({ type: "check.started", check: "test.check" });
  return finished;
}

const succeed: Check["run"] = async (session) =>
  void session.expectSuccess(await session.send(await session.request("echo")));
const refuse: Check["run"] = async (session) =>
  session.expectRefusal(
    await session.send(await session.request("echo"), { tamper: { claims: () => undefined } }),
    "SIGN_ERROR",
  );

describe("the verdict of a check", () => {
  test("a check passes when it saw what it expected, signed and of the right schema", async () => {
    expect(await verdict(echo, succeed)).toMatchObject({ verdict: "pass" });
  });

  test("a check fails with evidence on a refused, unsigned or misshapen answer", async () => {
    for (const answer of [refused, { ...echo, unsigned: true as const }, { status: 200, json: { party_id: 5 } }]) {
      const finished = await verdict(answer, succeed);
      expect(finished).toMatchObject({ verdict: "fail", finding: { requirement: "SIG-01", seed: 1 } });
      expect(finished.finding?.evidence).toHaveLength(1);
      expect(finished.finding?.replay).toContain("--only 'test.check' --effort smoke --seed 1");
    }
  });

  test("a timeout is inconclusive, whether success or refusal was expected", async () => {
    expect(await verdict("timeout", succeed)).toMatchObject({ verdict: "inconclusive" });
    expect(await verdict("timeout", refuse)).toMatchObject({ verdict: "inconclusive" });
  });

  test("a gateway's answer is inconclusive, and left out of the SUT's record", async () => {
    expect(await verdict("gateway", succeed)).toMatchObject({
      verdict: "inconclusive",
      reason: { en: expect.stringContaining("HTTP 502 of a gateway") as string },
    });
    expect(await verdict("gateway", refuse)).toMatchObject({ verdict: "inconclusive" });
    const { scope } = fakeRun(() => "gateway");
    await runPlanned(line(succeed), { scope, stop: new AbortController().signal, deadline: undefined });
    expect(scope.incidents.counts()).toEqual({});
    // What the SUT itself says is its own, whatever the status.
    expect(
      await verdict({ status: 503, json: { code: "SERVICE_UNAVAILABLE", message: "no" }, unsigned: true }, refuse),
    ).not.toMatchObject({ reason: { en: expect.stringContaining("gateway") as string } });
  });

  test("a check is inconclusive when its own time is spent or the run is stopped", async () => {
    expect(await verdict("hang", succeed, { checkTimeoutSeconds: 0.05 })).toMatchObject({ verdict: "inconclusive" });
    expect(await verdict(echo, succeed, {}, AbortSignal.abort())).toMatchObject({ verdict: "inconclusive" });
  });

  test("a check is inconclusive when the run's time is spent during it", async () => {
    const { scope } = fakeRun(() => "hang", { checkTimeoutSeconds: 60 });
    const finished = await runPlanned(line(succeed), {
      scope,
      stop: new AbortController().signal,
      deadline: scope.runtime.now() + 50,
    });
    expect(finished).toMatchObject({
      verdict: "inconclusive",
      reason: { en: "the run's time was spent during this check" },
    });
    expect(finished.durationMs).toBeLessThan(30_000);
  });

  test("findings and errors mask personal data, whatever a check says or throws", async () => {
    const people = "account_no=6222029907000000001, mobile: 13800138000";
    const both = { en: people, zh: people };
    const told: Check["run"][] = [
      async (session) =>
        session.fail({
          summary: both,
          expected: both,
          seen: both,
          likelyCause: both,
          minimal: { description: both, value: { nested: [{ account_no: "6222029907000000001", text: people }] } },
        }),
      async (session) => session.inconclusive(people, people),
      async (session) => session.skip(people, people, "capability"),
      async () => {
        throw new Error(people);
      },
    ];
    for (const run of told) {
      const { scope, events } = fakeRun(() => echo);
      await runPlanned(line(run), { scope, stop: new AbortController().signal, deadline: undefined });
      expect(events.map(({ type }) => type).filter((type) => type.startsWith("check."))).toEqual([
        "check.started",
        "check.finished",
      ]);
      expect(JSON.stringify(events)).not.toMatch(/6222029907000000001|13800138000/);
    }
  });

  test.each(["the check's time", "the run's time", "the run"])(
    "a check that %s ended still cleans up",
    async (what) => {
      const { scope } = fakeRun((request) => (request.url.includes("/v1/keys") ? echo : "hang"), {
        checkTimeoutSeconds: what === "the check's time" ? 0.05 : 60,
      });
      const stop = new AbortController();
      const cleaned: unknown[] = [];
      const run: Check["run"] = async (session) => {
        session.cleanup(
          async (after) => void cleaned.push((await after.send(await after.request("key.list"))).answer?.status),
        );
        if (what === "the run") setTimeout(() => stop.abort(), 20);
        await succeed(session, { id: "" });
      };
      expect(
        await runPlanned(line(run), {
          scope,
          stop: stop.signal,
          deadline: what === "the run's time" ? scope.runtime.now() + 50 : undefined,
        }),
      ).toMatchObject({ verdict: "inconclusive" });
      expect(cleaned).toEqual([200]);
    },
  );

  test("a check that crashes, judges nothing or sees only refusals is an error", async () => {
    expect(
      await verdict(echo, async () => {
        throw new TypeError("defect in the check");
      }),
    ).toMatchObject({ verdict: "error", error: expect.stringContaining("defect in the check") as string });
    expect(
      await verdict(echo, async (session) => void (await session.send(await session.request("echo")))),
    ).toMatchObject({ verdict: "error" });
    expect(await verdict(refused, refuse)).toMatchObject({
      verdict: "error",
      error: expect.stringContaining("positive neighbour") as string,
    });
  });

  test("a crash over an answer that its schema refuses is inconclusive", async () => {
    const incomplete = { status: 200, json: { party_id: "P1001" } };
    const trusting: Check["run"] = async (session) => {
      const { body } = await session.perform("echo");
      expect((body["message"] as string).length).toBeGreaterThan(0);
      session.judged();
    };
    expect(await verdict(echo, trusting)).toMatchObject({ verdict: "pass" });
    expect(await verdict(incomplete, trusting)).toMatchObject({
      verdict: "inconclusive",
      reason: { en: expect.stringContaining("schema refuses") as string },
    });
  });

  test("a refusal with another code, another status or a 5xx fails its check", async () => {
    for (const answer of [
      echo,
      { status: 400, json: { code: "PARAM_ERROR", message: "" } },
      { status: 400, json: refused.json },
      { status: 500, json: refused.json },
      { ...refused, unsigned: true as const },
    ]) {
      expect(await verdict(answer, refuse)).toMatchObject({ verdict: "fail" });
    }
  });

  test("a check of an unbound fixture is skipped, with the cause", async () => {
    expect(await verdict(echo, async (session) => void session.fixture("customer.frozen"))).toMatchObject({
      verdict: "skipped",
      skipCause: "fixture",
    });
  });
});

describe("what a check arranges ahead", () => {
  const arranged = (session: Session): Promise<string> =>
    session.shared("arranged", async () => {
      session.expectSuccess(await session.send(await session.request("echo")));
      return "there";
    });
  const both: Planned = {
    ...line(async (session) => {
      if ((await arranged(session)) === "there") session.judged();
    }),
  };
  const planned: Planned = {
    ...both,
    check: { ...both.check, ahead: async (session) => void (await arranged(session)) },
  };
  const running = (scope: RunScope): Running => ({ scope, stop: new AbortController().signal, deadline: undefined });

  test("what a check arranges ahead is there when it runs, and arranged once", async () => {
    const { scope, events } = fakeRun(() => echo);
    await preparePlanned(planned, running(scope));
    expect(await runPlanned(planned, running(scope))).toMatchObject({ verdict: "pass" });
    expect(events.map((one) => one.type)).toEqual(["exchange", "piece.covered", "check.started", "check.finished"]);
  });

  test("an arrangement that fails fails the check, with its evidence", async () => {
    const { scope } = fakeRun(() => refused);
    await preparePlanned(planned, running(scope));
    expect(await runPlanned(planned, running(scope))).toMatchObject({
      verdict: "fail",
      finding: { evidence: [{ response: { status: 401 } }] },
    });
  });

  test("skipped lines and stopped runs arrange nothing", async () => {
    const { scope, events } = fakeRun(() => echo);
    await preparePlanned({ ...planned, skip: { reason: { en: "no", zh: "no" }, cause: "effort" } }, running(scope));
    await preparePlanned(planned, { ...running(scope), stop: AbortSignal.abort() });
    expect(events).toEqual([]);
  });
});

test.each<readonly [string, Check["run"]]>([
  ["restarts the SUT", async (session) => session.restart()],
  ["moves its clock", async (session) => session.setClock(0)],
  ["releases requests at once", async (session) => void (await session.race([await session.request("echo")], "race"))],
  ["looks at the balance that all share", async (session) => void (await balanceOf(session, SETTLEMENT))],
])("a check that says it is isolated and %s is an error of the harness", async (_what, run) => {
  const { scope } = fakeRun(() => echo);
  const plain = line(run);
  const finished = await runPlanned(
    { ...plain, check: { ...plain.check, isolated: true } },
    { scope, stop: new AbortController().signal, deadline: undefined },
  );
  expect(finished).toMatchObject({
    verdict: "error",
    error: expect.stringContaining('take "isolated" away') as string,
  });
});

describe("every answer", () => {
  test("every answer is watched for undeclared codes, server errors and signatures", async () => {
    const { scope } = fakeRun(() => ({
      status: 500,
      json: { code: "WHO_KNOWS", message: "who knows" },
      unsigned: true,
    }));
    await runPlanned(line(succeed), { scope, stop: new AbortController().signal, deadline: undefined });
    expect(scope.incidents.counts()).toEqual({ "answer-signature": 1, "server-error": 1, "undocumented-code": 1 });
  });

  test("evidence of every answer masks what is sensitive", async () => {
    const { scope, events } = fakeRun(() => ({ status: 404, json: { code: "ACCOUNT_NOT_FOUND", message: "" } }));
    await runPlanned(
      line(async (session) => {
        await session.send(
          await session.request("binding.apply", {
            holder_name: "Zhang",
            account_no: "6222029900000000001",
            id_no: "999999199001010101",
            mobile: "10000000101",
          }),
        );
      }),
      { scope, stop: new AbortController().signal, deadline: undefined },
    );
    const written = JSON.stringify(events.filter((one) => one.type === "exchange"));
    for (const secret of ["Zhang", "6222029900000000001", "999999199001010101", "10000000101"])
      expect(written).not.toContain(secret);
    expect(written).toContain("out_bind_no");
  });
});

describe("a check that judges what the run saw", () => {
  const watching: Planned = {
    id: undeclared.id,
    check: undeclared,
    instance: { id: "" },
    requirement: "ERR-05",
    level: "MUST",
    title: undeclared.title,
  };

  test("a judge of the run, run alone, says which command gives it something to judge", async () => {
    const { scope } = fakeRun(() => echo);
    const { verdict: alone, reason } = await runPlanned(watching, {
      scope,
      stop: new AbortController().signal,
      deadline: undefined,
    });
    expect(alone).toBe("inconclusive");
    for (const text of [reason?.en, reason?.zh])
      expect(text).toContain(
        `verify bank --sut ${scope.statementFile} --only '{errors.undeclared-code,contract.valid-request}'`,
      );
  });

  test("a judge of the run is replayed with the checks that showed what it found", async () => {
    const { scope } = fakeRun(() => ({ status: 400, json: { code: "NO_SUCH_CODE", message: "" } }));
    const running = { scope, stop: new AbortController().signal, deadline: undefined };
    await runPlanned(line(succeed), running);
    const { verdict: found, finding } = await runPlanned(watching, running);
    expect(found).toBe("fail");
    expect(finding?.replay).toContain("--only '{errors.undeclared-code,test.check}' --effort smoke --seed 1");
  });

  test("a judge of the run that names no check is replayed by the whole run", async () => {
    const { scope } = fakeRun(() => echo);
    const law: Check = {
      ...undeclared,
      run: async (session) => session.fail({ summary: { en: "s", zh: "s" }, expected: alike(1), seen: alike(2) }),
    };
    const { finding } = await runPlanned(
      { ...watching, check: law },
      { scope, stop: new AbortController().signal, deadline: undefined },
    );
    expect(finding?.replay).not.toContain("--only");
    expect(finding?.replay).toContain(`--effort ${scope.effort} --seed 1`);
  });
});
