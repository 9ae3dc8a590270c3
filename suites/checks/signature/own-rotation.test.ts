import { expect, test } from "vitest";
import { runPlanned } from "../../run/runner.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import { ownRotation } from "./own-rotation.ts";

const KEYS = {
  party_id: "P1001",
  keys: [
    {
      serial: "B1",
      algorithm: "WECHATPAY2-ED25519",
      public_key: "as it is",
      effective_at: "2026-01-01T00:00:00+08:00",
    },
  ],
};

test("a SUT whose keys rotate gets its first ones back when the check is ended", async () => {
  const rotated: unknown[] = [];
  let asked = 0;
  const { scope } = fakeRun(
    (request) => {
      if (request.url.endsWith("/rotate")) {
        rotated.push((JSON.parse(new TextDecoder().decode(request.body)) as { readonly from: unknown }).from);
        return { status: 200 };
      }
      asked += 1;
      return asked === 1 ? { status: 200, json: KEYS } : "hang";
    },
    { checkTimeoutSeconds: 0.1 },
  );
  const running = {
    scope: {
      ...scope,
      statement: { ...scope.statement, hooks: { url: "http://fake.invalid/hooks", supports: ["rotate" as const] } },
    },
    stop: new AbortController().signal,
    deadline: undefined,
  };
  const line = {
    id: ownRotation.id,
    check: ownRotation,
    instance: { id: "key.list", interface: "key.list" },
    requirement: ownRotation.requirement,
    level: "MUST" as const,
    title: ownRotation.title,
  };
  expect(await runPlanned(line, running)).toMatchObject({ verdict: "inconclusive" });
  expect(rotated).toEqual([expect.any(String), null]);
});
