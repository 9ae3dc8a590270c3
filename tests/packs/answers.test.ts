import { afterEach, describe, expect, it } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource, Policies } from "../../core/pack/types.ts";
import { edited, interfacePath } from "../../simulator/defects/parts/edit-pack.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestClient } from "../../simulator/testing/client.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { serve } from "../../simulator/testing/socket.ts";
import { openTrial } from "../../trials/trial.ts";
import { writtenPack } from "../../core/pack/testing/written-pack.ts";

/* How a pack has its answers written: headers, the form and status of refusals, one code at several stages. */

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served(source: PackSource): Promise<{ readonly bank: TestBank; readonly client: TestClient }> {
  expect(checkPack(source)).toEqual([]);
  const bank = await startBank({ pack: compilePack(source), options: { deliver: false } });
  const { client, close } = await serve(bank);
  closing.push(async () => {
    bank.simulator.stop();
    await close();
  });
  return { bank, client };
}

const { source: reference } = cooperationPack();
const withPolicies = (more: Partial<Policies>): PackSource =>
  edited(
    reference,
    Object.entries(more).map(([name, value]) => ({ path: ["manifest", "policies", name], value })),
  );

const NESTED = withPolicies({
  refusal: {
    body: {
      head: { result: "FAIL", code: "$error.code", text: "{$error.title.zh}", field: "$detail.field" },
      out_trade_no: "$request.out_trade_no",
    },
    code: "/head/code",
    message: "/head/text",
    status: 200,
  },
});

describe("headers that a pack gives to answers", () => {
  const headed = edited(
    withPolicies({ headers: { "Request-ID": { "fresh-id": ["R"] }, "X-Party": "$party.party_id" } }),
    [
      {
        path: [...interfacePath(reference, "echo"), "response", "headers"],
        value: { "request-id": { concat: ["E-", { length: "$request.message" }] }, "Content-Type": "application/json" },
      },
    ],
  );

  it("headers of the pack are on every answer, the interface's own first", async () => {
    const { bank, client } = await served(headed);
    const balance = await client.get("/v1/settlement/balance");
    expect([balance.status, balance.headers["request-id"], balance.headers["x-party"]]).toEqual([
      200,
      expect.stringMatching(/^R[0-9A-Z]{21}$/u),
      "P1001",
    ]);
    expect(balance.signed).toBe(true);
    const echo = await client.call("POST", "/v1/echo", { party_id: "P1001", message: "four" });
    expect(echo.raw.headers.filter(([name]) => name.toLowerCase() === "request-id")).toEqual([["request-id", "E-4"]]);
    expect(echo.headers["content-type"]).toBe("application/json");
    const unknown = await client.get("/v1/nowhere");
    expect([unknown.status, unknown.headers["request-id"], unknown.headers["x-party"]]).toEqual([
      404,
      expect.stringMatching(/^R/u),
      undefined,
    ]);
    expect(bank.simulator.journal.entries(1)[0]?.response?.headers).toContainEqual([
      "Request-ID",
      unknown.headers["request-id"],
    ]);
  });

  it.each([
    ["of the signature", "wechatpay-signature"],
    ["of the connection", "Content-Length"],
  ])("headers of the pack are refused where they are those %s", (_what, name) => {
    expect(checkPack(withPolicies({ headers: { [name]: "x" } })).map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ["response.headers", `/policies/headers/${name}`],
    ]);
  });

  it("headers of the pack that would break the answer are left out and reported", async () => {
    const { bank, client } = await served(
      edited(reference, [
        { path: [...interfacePath(reference, "echo"), "response", "headers"], value: { "X-Text": "$request.message" } },
      ]),
    );
    const echo = await client.call("POST", "/v1/echo", { party_id: "P1001", message: "a\r\nX-Other: b" });
    expect([echo.status, echo.headers["x-text"], echo.headers["x-other"]]).toEqual([200, undefined, undefined]);
    expect(bank.internalErrors.map(String)).toEqual([expect.stringContaining("the header X-Text would be")]);
  });
});

describe("refusals in a form of the pack", () => {
  it("refusals have the body, the language and the status that the pack gives them", async () => {
    const { client } = await served(NESTED);
    const unpaid = await client.get("/v1/payments/NOT-THERE");
    expect([unpaid.status, unpaid.code, unpaid.signed]).toEqual([200, "ORDER_NOT_FOUND", true]);
    expect(unpaid.json).toEqual({
      head: { result: "FAIL", code: "ORDER_NOT_FOUND", text: "订单不存在" },
      out_trade_no: "NOT-THERE",
    });
    const wrong = await client.call("POST", "/v1/echo", { party_id: "P1001" });
    expect(wrong.json["head"]).toMatchObject({ code: "PARAM_ERROR", field: "/message" });
    const forged = await client.call(
      "POST",
      "/v1/echo",
      { party_id: "P1001", message: "m" },
      { nonce: "another-nonce-1", signature: () => "AAAA" },
    );
    expect(forged.json).toEqual({ head: expect.objectContaining({ code: "SIGN_ERROR" }) });
  });

  it("pack check finds a refusal that lacks its code at the named place", () => {
    const lost = withPolicies({ refusal: { body: { code: "$error.code" }, code: "/head/code", message: "/text" } });
    expect(checkPack(lost).map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ["refusal.pointer", "/policies/refusal/code"],
      ["refusal.pointer", "/policies/refusal/message"],
    ]);
  });

  it("refusals with the status of good answers are judged by their code", async () => {
    const folder = writtenPack(NESTED);
    expect(checkPack(loadPack(folder))).toEqual([]);
    const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: folder });
    closing.push(() => trial.close());
    const lines = await trial.judge({
      wanted: (id) =>
        /^(?:errors\.(?:declared-codes|wrong-route)|contract\.valid-request|idempotency\.other-content|signature\.absent|parsing\.duplicate-key)\//u.test(
          id,
        ),
    });
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]),
    ).toEqual([]);
    expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(20);
    expect(trial.crashes).toEqual([]);
  });

  it("a bank whose refusals have another status than the pack's fails", async () => {
    const folder = writtenPack(NESTED);
    const played = edited(NESTED, [{ path: ["manifest", "policies", "refusal", "status"], value: 202 }]);
    const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: folder, pack: played });
    closing.push(() => trial.close());
    const lines = await trial.judge({ wanted: (id) => id === "signature.absent/echo" });
    expect(lines.map(({ verdict }) => verdict)).toEqual(["fail"]);
  });
});

describe("one code at several stages", () => {
  const stages = {
    ...reference.manifest.policies.stages,
    "freshness.timestamp": "isv.invalid-signature",
    signature: "isv.invalid-signature",
  };
  const shared: PackSource = {
    ...withPolicies({ stages }),
    errors: reference.errors.flatMap((error) =>
      error.code === "TIMESTAMP_OUT_OF_WINDOW"
        ? []
        : [
            error.code === "SIGN_ERROR"
              ? { ...error, code: "isv.invalid-signature", also: [{ stage: "freshness" as const, status: 408 }] }
              : error,
          ],
    ),
  };

  it("one code of several stages has the status of the stage that refuses", async () => {
    const { client } = await served(shared);
    const echo = (broken: object) => client.call("POST", "/v1/echo", { party_id: "P1001", message: "m" }, broken);
    const [forged, stale] = [await echo({ signature: () => "AAAA" }), await echo({ timestamp: "1000000000" })];
    expect([forged.status, forged.code, stale.status, stale.code]).toEqual([
      401,
      "isv.invalid-signature",
      408,
      "isv.invalid-signature",
    ]);
  });

  it("pack check finds a code at a stage that it is undeclared for", () => {
    const undeclared = { ...shared, errors: shared.errors.map(({ also: _none, ...error }) => error) };
    expect(checkPack(undeclared).map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ["error.stage", "/policies/stages/freshness.timestamp"],
    ]);
  });
});
