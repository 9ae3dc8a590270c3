import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { simulatedRuntime } from "../core/runtime/simulated.ts";
import { controlApp } from "./control/control.ts";
import { createSimulator } from "./simulator.ts";
import { Identity } from "./identity/identity.ts";
import { memoryStore } from "./store/memory.ts";
import { LedgerViolation } from "../core/ledger/ledger.ts";
import { BANK_KEY, P1001, peerOf } from "./testing/bank.ts";
import { cooperationPack } from "./testing/packs.ts";
import { bankInWorld, receiver, START } from "./testing/world.ts";
import { liveRuntime } from "../core/runtime/live.ts";

const pack = cooperationPack();
const utf8 = new TextEncoder();

/** Values of people that exist nowhere else in the test. */
const CANARY = {
  holder_name: "仓颉青鸾甲乙",
  account_no: "6222987654321098768",
  id_no: "110101199003077758",
  mobile: "13912345678",
};
const PLATFORM = "https://platform.test";

let said: string[];
beforeEach(() => {
  said = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(
      (...parts: unknown[]) =>
        void said.push(parts.map((part) => (part instanceof Error ? `${part.stack}` : String(part))).join(" ")),
    );
});
afterEach(() => vi.restoreAllMocks());

test("personal data and private keys stay masked in every output", async () => {
  const world = simulatedRuntime({ seed: 5, startAt: START });
  const bank = await world.runUntil(
    bankInWorld(world, { pack, flushMs: 0, parties: [{ ...P1001, notifyUrl: `${PLATFORM}/notify` }] }),
  );
  const { received } = receiver(world, PLATFORM, () => 204);
  const moment = { now: world.now(), entropy: new Uint8Array(16).fill(9) };
  const { simulator } = bank;
  // The account exists, so that the canaries go all the way into rows, bindings and payments.
  const { Workspace } = await import("../core/unit/workspace.ts");
  await world.runUntil(
    simulator.store.transact(function* () {
      const work = new Workspace();
      yield* simulator.engine.place(
        work,
        "account",
        "OPEN",
        { ...CANARY, settlement: "now", refunds: "now", payouts: "now" },
        moment,
      );
      yield* simulator.engine.ledger.post(
        work,
        {
          kind: "opening",
          debit: "cash:opening",
          credit: `customer:${CANARY.account_no}`,
          amount: { value: 100_000, currency: "CNY" },
          reference: "x",
        },
        moment.now,
      );
      return work.outcome(undefined);
    }),
  );

  const shown: string[] = [];
  const call = async (
    ...parameters: Parameters<typeof bank.client.call>
  ): Promise<Awaited<ReturnType<typeof bank.client.call>>> => {
    const answer = await world.runUntil(bank.client.call(...parameters));
    shown.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  };
  const apply = { party_id: "P1001", out_bind_no: "canary-1", id_type: "01", ...CANARY };
  const applied = await call("POST", "/v1/bindings", apply);
  expect(applied.status).toBe(200);
  const bindingId = applied.json["binding_id"] ?? "";
  const code = (await world.runUntil(bank.rows("row.binding"))).find(({ value }) => value["binding_id"] === bindingId)
    ?.value["sms_code"];
  expect((await call("POST", `/v1/bindings/${bindingId}/confirm`, { party_id: "P1001", sms_code: code })).status).toBe(
    200,
  );
  expect(
    (
      await call("POST", "/v1/payments", {
        party_id: "P1001",
        out_trade_no: "canary-order",
        binding_id: bindingId,
        amount: { value: 1000, currency: "CNY" },
        description: "x",
      })
    ).status,
  ).toBe(200);
  expect(
    (
      await call("POST", "/v1/payouts", {
        party_id: "P1001",
        out_payout_no: "canary-payout",
        payee_name: CANARY.holder_name,
        payee_account_no: CANARY.account_no,
        amount: { value: 100, currency: "CNY" },
        purpose: "01",
      })
    ).status,
  ).toBe(200);
  for (const path of [
    `/v1/bindings/${bindingId}`,
    `/v1/bindings/${bindingId}/balance`,
    "/v1/payments/canary-order",
    "/v1/payouts/canary-payout",
  ])
    await call("GET", `${path}?party_id=P1001`);

  // Refused in every stage, with the canaries in them.
  const codes = new Set<string | undefined>();
  const refused = async (data: unknown, broken = {}): Promise<void> =>
    void codes.add((await call("POST", "/v1/bindings", data, broken)).code);
  await refused({ ...apply, out_bind_no: "canary-2", holder_name: `${CANARY.holder_name}x` });
  await refused({ ...apply, id_no: "110101199003077757" });
  for (const name of Object.keys(CANARY) as (keyof typeof CANARY)[]) {
    for (const wrong of [[CANARY[name]], { x: CANARY[name] }, CANARY[name].repeat(12), Number(CANARY.mobile)])
      await refused({ ...apply, [name]: wrong });
  }
  for (const text of [
    `${JSON.stringify(apply)},`,
    JSON.stringify(apply).slice(0, -1),
    JSON.stringify(apply).replaceAll('"', "'"),
    JSON.stringify(apply).replaceAll('":"', '":'),
    `{"holder_name":"${CANARY.holder_name}","holder_name":"x"}`,
  ])
    await refused(utf8.encode(text));
  await refused(apply, { base: (base: string) => base.slice(0, -1) });
  await refused(apply, { signedBody: utf8.encode(JSON.stringify(apply, null, 1)) });
  await refused(apply, { contentType: "text/plain" });
  await refused(apply, { timestamp: "1000000000" });
  await call(
    "GET",
    `/v1/keys?party_id=P1001&account_no=${CANARY.account_no}&mobile=${CANARY.mobile}&holder_name=${CANARY.holder_name}`,
  );
  await call("GET", `/v1/keys?party_id=P1001&${CANARY.account_no}`);
  expect(codes).toEqual(
    new Set([
      "IDENTITY_MISMATCH",
      "CONTEXT_INCONSISTENT",
      "PARAM_ERROR",
      "MALFORMED_BODY",
      "SIGN_ERROR",
      "UNSUPPORTED_MEDIA_TYPE",
      "TIMESTAMP_OUT_OF_WINDOW",
    ]),
  );
  await world.run(world.now() + 60_000);

  const control = controlApp(simulator, { token: "t" });
  const admin = async (path: string): Promise<string> => {
    const response = await world.runUntil(
      Promise.resolve(control.request(`/__admin${path}`, { headers: { authorization: "Bearer t" } })),
    );
    expect(response.status, path).toBe(200);
    return response.text();
  };
  const requests = await admin("/requests?limit=1000");
  // The exchanges are there to be seen, only masked.
  expect(requests).toContain("canary-order");
  expect(requests).toContain("622298*********8768");
  shown.push(
    requests,
    await admin("/ledger"),
    await admin("/notifications"),
    await admin("/keys"),
    await admin("/health"),
    await admin("/metrics"),
    await admin("/scenarios"),
  );
  for (const { resource, role } of pack.source.lifecycles)
    if (role === "bank") shown.push(await admin(`/rows/${resource}`));
  expect(received.length).toBe(3);
  for (const { request } of received)
    shown.push(new TextDecoder().decode(request.body), JSON.stringify(request.headers));
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
  shown.push(...said);

  for (const text of shown) {
    for (const value of [...Object.values(CANARY), encodeURIComponent(CANARY.holder_name)])
      expect(
        text.includes(value),
        `${value} in ${text.slice(Math.max(0, text.indexOf(value) - 300), text.indexOf(value) + 60)}`,
      ).toBe(false);
    expect(text).not.toMatch(/PRIVATE KEY/);
    for (const line of [BANK_KEY, P1001.key].map(({ privatePem }) => privatePem.split("\n")[1] ?? ""))
      expect(text).not.toContain(line);
  }
});

test("the log of an internal error hides account numbers", async () => {
  const store = memoryStore();
  let broken = false;
  const simulator = createSimulator({
    pack,
    role: "bank",
    runtime: liveRuntime(),
    baseUrl: () => "https://bank.test",
    identity: new Identity(
      "BANK01",
      [
        {
          serial: BANK_KEY.serial,
          algorithm: BANK_KEY.algorithm,
          key: BANK_KEY.privateKey,
          publicPem: BANK_KEY.publicPem,
          effectiveAt: 0,
        },
      ],
      [peerOf(P1001, 0)],
    ),
    store: {
      close: () => store.close(),
      transact: (unit) =>
        broken
          ? Promise.reject(new LedgerViolation(`customer:${CANARY.account_no} would fall to -1 CNY`))
          : store.transact(unit),
    },
  });
  await simulator.start();
  broken = true;
  const { TestClient } = await import("./testing/client.ts");
  const client = new TestClient({
    pack,
    party: P1001,
    answerKeys: [BANK_KEY],
    clock: () => Date.now(),
    send: (request) => simulator.handle(request),
  });
  const answer = await client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" });
  simulator.stop();
  expect([answer.status, answer.code]).toEqual([500, "SYSTEM_ERROR"]);
  expect(answer.text).not.toContain("would fall");
  expect(said.join("\n")).toContain("would fall");
  expect(said.join("\n")).not.toContain(CANARY.account_no);
});
