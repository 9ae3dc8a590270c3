import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Hono } from "hono";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { hostTurn } from "../../core/runtime/live.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import { englishRuns } from "../../tests/english-runs.ts";
import { startServer } from "../http/server.ts";
import { BANK_KEY, peerOf, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { TestClient } from "../testing/client.ts";
import { askControl, CONTROL_TOKEN } from "../testing/control-client.ts";
import type { Told } from "../testing/control-client.ts";
import type { TestAnswer } from "../testing/client.ts";
import { ED25519, namedKey, RSA, SM2 } from "../testing/keys.ts";
import type { TestKey } from "../testing/keys.ts";
import { cooperationPack } from "../testing/packs.ts";
import { controlApp } from "./control.ts";

const pack = cooperationPack();
const SCHEMES = [
  [RSA, "rsa2048"],
  [SM2, "sm2"],
  [ED25519, "ed25519"],
] as const;

function generated(algorithm: string, scheme: string, serial: string): TestKey {
  const made = pairScheme(scheme);
  const { privatePem, publicPem } = made.generate();
  return {
    serial,
    algorithm,
    privatePem,
    publicPem,
    privateKey: made.privateKey(privatePem),
    publicKey: made.publicKey(publicPem),
  };
}

let bank: TestBank;
let control: Hono;
beforeEach(async () => {
  bank = await startBank({ pack });
  control = controlApp(bank.simulator, { token: CONTROL_TOKEN });
});
afterEach(() => {
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

const admin = async (method: string, path: string, body?: unknown, token?: string | null): Promise<Told> =>
  askControl(control, method, path, body, token);

test("notifications that were given up are shown masked, whatever the pack puts there", async () => {
  await bank.simulator.store.transact(function* (): Unit<undefined> {
    const work = new Workspace();
    work.put("outbox-ended", "x/0/n", {
      id: "n",
      body: { account_no: "6222029907000000001", nested: [{ mobile: "13800138000" }] },
    });
    return work.outcome(undefined);
  });
  const { json } = await admin("GET", "/notifications");
  expect(json).toMatchObject({ given_up: [{ id: "n" }] });
  expect(JSON.stringify(json)).not.toMatch(/6222029907000000001|13800138000/);
});

describe("the token", () => {
  test.each([null, "", "wrong", "secret-token-and-more", "SECRET-TOKEN"])("the token %j is refused", async (token) => {
    for (const [method, path] of [
      ...(token === null ? [] : [["GET", "/health"] as const]),
      ["GET", "/requests"],
      ["POST", "/keys"],
      ["POST", "/hooks/sms-code"],
      ["GET", "/nothing"],
    ] as const) {
      const told = await admin(method, path, method === "POST" ? {} : undefined, token);
      expect([told.status, String(told.json["error"])]).toEqual([
        401,
        expect.stringContaining("Authorization: Bearer"),
      ]);
    }
  });

  test("health without a token tells that the simulator runs, and nothing else", async () => {
    expect(await admin("GET", "/health", undefined, null)).toEqual({ status: 200, json: { status: "ok" } });
  });

  test("the right token opens the control plane, and a wrong path lists the paths", async () => {
    const health = await admin("GET", "/health");
    expect(health.status).toBe(200);
    for (const resource of health.json["resources"] as string[]) expect(resource).toMatch(/^[a-z]+$/);
    const missing = await admin("GET", "/nothing");
    expect([missing.status, String(missing.json["error"])]).toEqual([404, expect.stringContaining("/__admin/health")]);
  });

  test("the port that peers reach keeps the control plane out, even with the token", async () => {
    const response = await bank.simulator.app.request("/__admin/health", {
      headers: { authorization: "Bearer secret-token" },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "ROUTE_NOT_FOUND" });
  });

  test("the control plane answers on loopback", async () => {
    const server = await startServer({ app: control, hostname: "127.0.0.1", port: 0 });
    expect(
      (await fetch(`${server.url}/__admin/health`, { headers: { authorization: "Bearer secret-token" } })).status,
    ).toBe(200);
    expect((await fetch(`${server.url}/__admin/ledger`)).status).toBe(401);
    await server.close();
  });
});

describe("mistakes are answered with what is allowed", () => {
  test.each([
    ["POST", "/faults", {}, "answer-lost-after-commit"],
    ["POST", "/faults", { name: "flood" }, "latency"],
    ["POST", "/faults", { name: "latency", settings: { delayMs: -1 } }, "from 1 to 120000"],
    ["POST", "/faults", "not json", "JSON object"],
    ["POST", "/faults", [], "JSON object"],
    ["POST", "/faults", { name: "latency", interface: "payment.creat" }, "payment.create"],
    ["POST", "/keys", { party_id: "bad id", serial: "S", algorithm: RSA, public_key: "x" }, "party_id"],
    ["POST", "/keys", { party_id: "P1", serial: 'S"', algorithm: RSA, public_key: "x" }, "serial"],
    ["POST", "/clock", {}, "advance_seconds"],
    ["POST", "/keys", {}, "public_key"],
    ["POST", "/keys", { party_id: "P1", serial: "S", algorithm: "HMAC", public_key: "x" }, SM2],
    [
      "POST",
      "/keys",
      { party_id: "P1", serial: "S", algorithm: RSA, public_key: "not a key" },
      "the public key cannot be used",
    ],
    [
      "POST",
      "/keys",
      { party_id: "P1", serial: "S", algorithm: RSA, public_key: BANK_KEY.publicPem },
      "the public key cannot be used",
    ],
    [
      "POST",
      "/keys",
      { party_id: "P1", serial: "S", algorithm: ED25519, public_key: BANK_KEY.publicPem, notify_prefixes: ["shop"] },
      "absolute URLs",
    ],
    [
      "POST",
      "/keys",
      {
        party_id: "P1",
        serial: "S",
        algorithm: ED25519,
        public_key: BANK_KEY.publicPem,
        notify_url: "https://shop.test/x",
      },
      "notify_prefixes",
    ],
    ["GET", "/requests?limit=many", undefined, "whole number"],
    ["GET", "/requests?after=-1", undefined, "whole number"],
    ["GET", "/requests?wait_ms=soon", undefined, "whole number"],
    ["GET", "/rows/nothing", undefined, "payment"],
    ["POST", "/operate", { resource: "payment", key: "x" }, "out_trade_no"],
    ["POST", "/hooks/fixtures", { scenario: "customer.rich" }, "customer.funded"],
    ["POST", "/hooks/sms-code", { party_id: "P1001", binding_id: "bnd_nobody" }, "no binding"],
    [
      "POST",
      "/hooks/call",
      { interface: "payment.create", party_id: "P1001", url: "http://127.0.0.1:9", data: {} },
      "order.query",
    ],
    [
      "POST",
      "/hooks/call",
      { interface: "order.query", party_id: "NOBODY", url: "http://127.0.0.1:9", data: {} },
      "P1001",
    ],
    [
      "POST",
      "/hooks/call",
      { interface: "order.query", party_id: "P1001", url: "file:///etc/passwd", data: {} },
      "base URL",
    ],
  ] as const)("a control mistake is answered with what is allowed: %s %s %j", async (method, path, body, hint) => {
    const told = await admin(method, path, body);
    expect([400, 404]).toContain(told.status);
    expect(told.json["error"]).toContain(hint);
    expect(String(told.json["error_zh"])).toMatch(/[\u4e00-\u9fff]/u);
    expect(englishRuns(String(told.json["error_zh"]))).toEqual([]);
  });

  test("a refused enrolment leaves the keys as they were", async () => {
    await admin("POST", "/keys", { party_id: "P1001", serial: "S", algorithm: RSA, public_key: "not a key" });
    expect(bank.simulator.identity.peer("P1001")?.keys.map(({ serial }) => serial)).toEqual(["P1001-KEY-1"]);
  });
});

describe("enrolling a key", () => {
  const own = SCHEMES.map(([algorithm, scheme]) => generated(algorithm, scheme, `BANK01-${scheme}`));

  test("the 50th and the 1,000th party have test data of their own", async () => {
    const positions = [6, 7, 50, 95, 99, 100, 1_000];
    for (const position of positions)
      await bank.simulator.enrol(peerOf({ id: `P${position}`, key: BANK_KEY }, position - 1));
    const first = positions.map((position) => bank.simulator.scenarios(`P${position}`)["customer.funded"]);
    const copies = await Promise.all(
      [6, 7].flatMap((position) =>
        [1, 8].map((copy) => bank.simulator.situation(`P${position}`, "customer.funded", copy)),
      ),
    );
    const bindings = [...first, ...copies].map((bound) => bound?.["binding_id"]);
    expect(bindings).not.toContain(undefined);
    expect(new Set(bindings).size).toBe(bindings.length);
    const payees = positions.map((position) => bank.simulator.scenarios(`P${position}`)["payout.payee"]);
    for (const payee of payees) expect(payee?.["payee_account_no"]).toMatch(/^[0-9]{19}$/);
  });

  test.each(SCHEMES)(
    "enrolling a key of %s opens a party whose answers use the same algorithm",
    async (algorithm, scheme) => {
      bank.simulator.stop();
      bank = await startBank({ pack, ownKeys: own });
      control = controlApp(bank.simulator, { token: CONTROL_TOKEN });
      const party = { id: "P2001", key: generated(algorithm, scheme, "P2001-KEY") };
      const client = new TestClient({
        pack,
        party,
        answerKeys: own,
        clock: () => bank.runtime.now(),
        send: (request) => bank.simulator.handle(request),
      });
      const stranger = await client.call("POST", "/v1/echo", { party_id: "P2001", message: "x" });
      expect([stranger.code, stranger.signed]).toEqual(["SIGN_ERROR", true]);

      const enrolled = await admin("POST", "/keys", {
        party_id: "P2001",
        serial: "P2001-KEY",
        algorithm,
        public_key: party.key.publicPem,
      });
      expect(enrolled.status).toBe(201);
      const { binding_id } =
        (enrolled.json["scenarios"] as Record<string, Record<string, string>>)["customer.funded"] ?? {};
      const paid = await client.pay("order-0001", binding_id ?? "", 100);
      expect([paid.status, paid.json["state"], paid.signed, paid.headers["wechatpay-signature-type"]]).toEqual([
        200,
        "SUCCEEDED",
        true,
        algorithm,
      ]);
      const refused = await client.pay("order-0002", "bnd_nobody", 100);
      expect([refused.code, refused.signed, refused.headers["wechatpay-signature-type"]]).toEqual([
        "BINDING_NOT_FOUND",
        true,
        algorithm,
      ]);
    },
  );

  test("a second key of a known party signs beside the first, and scenarios stay", async () => {
    const before = bank.simulator.scenarios("P1001");
    const key = generated(ED25519, "ed25519", "P1001-KEY-2");
    await admin("POST", "/keys", {
      party_id: "P1001",
      serial: key.serial,
      algorithm: ED25519,
      public_key: key.publicPem,
    });
    expect(bank.simulator.scenarios("P1001")).toEqual(before);
    expect((await bank.client.get("/v1/keys")).status).toBe(200);
    expect(
      (await bank.client.call("GET", "/v1/keys?party_id=P1001", undefined, { key, serial: key.serial })).status,
    ).toBe(200);
    expect((await bank.client.call("GET", "/v1/keys?party_id=P1001", undefined, { key })).code).toBe("SIGN_ERROR");
  });

  test("each party has accounts and bindings of its own", async () => {
    const key = generated(ED25519, "ed25519", "P2001-KEY");
    await admin("POST", "/keys", {
      party_id: "P2001",
      serial: key.serial,
      algorithm: ED25519,
      public_key: key.publicPem,
    });
    const client = new TestClient({
      pack,
      party: { id: "P2001", key },
      answerKeys: [BANK_KEY],
      clock: () => bank.runtime.now(),
      send: (request) => bank.simulator.handle(request),
    });
    expect((await client.pay("order-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 100)).code).toBe(
      "BINDING_NOT_FOUND",
    );
    await bank.client.pay("order-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 100);
    expect((await client.get("/v1/payments/order-0001")).code).toBe("ORDER_NOT_FOUND");
  });
});

describe("what it shows and does", () => {
  test("the control plane shows that the books balance", async () => {
    await bank.client.pay("order-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 10_000);
    const ledger = await admin("GET", "/ledger");
    expect(ledger.json["balance_of_books"]).toEqual({ CNY: 0 });
    expect(
      (ledger.json["accounts"] as { account: string; posted: number }[]).find(({ account }) => account === "fee:income")
        ?.posted,
    ).toBe(60);
  });

  test("the clock can be moved, to a time and back, and what is due then happens", async () => {
    await bank.client.pay("order-late", bank.scenario("payment.settles-late-success")["binding_id"] ?? "", 100);
    const moved = await admin("POST", "/clock", { advance_seconds: 86_400 });
    expect(moved.json["offset_ms"]).toBe(86_400_000);
    await expect.poll(async () => (await bank.client.get("/v1/payments/order-late")).json["state"]).toBe("SUCCEEDED");
    const set = await admin("POST", "/clock", { now: Date.parse("2030-01-01T00:00:00Z") });
    expect(Math.abs(Number(set.json["now"]) - Date.parse("2030-01-01T00:00:00Z"))).toBeLessThan(60_000);
    expect((await bank.client.get("/v1/keys")).status).toBe(200);
    expect((await admin("POST", "/clock", { reset: true })).json["offset_ms"]).toBe(0);
  });

  test.each([
    ["/clock", { advance_seconds: 1e308 }],
    ["/clock", { advance_seconds: -1e12 }],
    ["/clock", { now: 8.64e15 }],
    ["/hooks/clock", { advanceSeconds: 1e300 }],
    ["/hooks/clock", { now: "9999-01-01T00:00:00Z" }],
  ])("the clock stays where the calendar holds: %s %j", async (path, order) => {
    expect((await admin("POST", path, order)).status).toBe(400);
    expect((await admin("GET", "/clock")).json["offset_ms"]).toBe(0);
    expect((await bank.client.get("/v1/keys")).status).toBe(200);
  });

  test("a body of the control plane is bounded in bytes and in depth", async () => {
    const post = (body: string): Promise<Response> =>
      Promise.resolve(
        control.request("/__admin/operate", {
          method: "POST",
          headers: { authorization: "Bearer secret-token" },
          body,
        }),
      );
    expect((await post("[".repeat(300_000))).status).toBe(413);
    const deep = await post(`{"input":${"[".repeat(5_000)}${"]".repeat(5_000)}}`);
    expect([deep.status, ((await deep.json()) as { error: string }).error]).toEqual([
      400,
      expect.stringContaining("JSON object: "),
    ]);
  });

  test("the overview of test data is masked, and one scenario by its name is whole", async () => {
    const payee = bank.scenario("payout.payee")["payee_account_no"] ?? "";
    const { json: overview } = await admin("GET", "/scenarios");
    expect(JSON.stringify(overview)).not.toContain(payee);
    expect((await admin("POST", "/hooks/fixtures", { scenario: "payout.payee" })).json["payee_account_no"]).toBe(payee);
  });

  test("an operator's decision moves a row, and a misfit names the states it fits", async () => {
    const account = String(bank.scenario("payout.payee")["payee_account_no"]);
    expect(
      (await admin("POST", "/operate", { resource: "account", key: [account], transition: "freeze" })).status,
    ).toBe(200);
    expect((await bank.client.payOut("payout-0001", bank.scenario("payout.payee"), 100)).code).toBe("ACCOUNT_FROZEN");
    const again = await admin("POST", "/operate", { resource: "account", key: [account], transition: "freeze" });
    expect([again.status, again.json]).toEqual([409, { kind: "not-now", state: "FROZEN", from: ["OPEN"] }]);
  });

  test("faults are listed and switched; reset forgets requests and keeps money", async () => {
    expect((await admin("POST", "/faults", { name: "server-error", times: 1 })).status).toBe(201);
    expect((await bank.client.get("/v1/keys")).status).toBe(500);
    expect((await bank.client.get("/v1/keys")).status).toBe(200);
    await bank.client.pay("order-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 100);
    await admin("POST", "/faults", { name: "latency" });
    expect((await admin("DELETE", "/faults/latency")).json).toEqual({ switched_off: 1 });
    await admin("POST", "/faults", { name: "server-error" });
    expect((await admin("POST", "/reset")).status).toBe(204);
    expect((await admin("GET", "/faults")).json["active"]).toEqual([]);
    expect((await admin("GET", "/requests")).json["requests"]).toEqual([]);
    expect((await bank.client.get("/v1/payments/order-0001")).json["state"]).toBe("SUCCEEDED");
  });

  test("requests show both sides of an exchange and how it was judged", async () => {
    await bank.client.pay("order-0001", "bnd_nobody", 100);
    const [entry] = (await admin("GET", "/requests?interface=payment.create")).json["requests"] as Record<
      string,
      Record<string, unknown>
    >[];
    expect(entry).toMatchObject({
      direction: "in",
      interface: "payment.create",
      party: "P1001",
      code: "BINDING_NOT_FOUND",
      request: { method: "POST", target: "/v1/payments" },
      response: { status: 404 },
    });
    expect(String(entry?.["request"]?.["body"])).toContain("order-0001");
    expect(String((await admin("GET", "/metrics")).json["text"])).toContain(
      'interface="payment.create",status="404",code="BINDING_NOT_FOUND"} 1',
    );
  });

  test("the hook fixtures gives further customers, the same for the same copy", async () => {
    const of = (asked: object) => admin("POST", "/hooks/fixtures", { party_id: "P1001", ...asked });
    const bindings = [undefined, 1, 2].map((copy) =>
      of({ scenario: "customer.funded", ...(copy === undefined ? {} : { copy }) }),
    );
    const ids = (await Promise.all(bindings)).map(({ json }) => String(json["binding_id"]));
    expect(new Set(ids).size).toBe(3);
    expect((await of({ scenario: "customer.funded", copy: 2 })).json["binding_id"]).toBe(ids[2]);
    for (const [index, id] of ids.entries()) await bank.client.pay(`order-000${index}`, id, 100 * (index + 1));
    const balances = await Promise.all(ids.map((id) => bank.client.get(`/v1/bindings/${id}/balance`)));
    const [first, second, third] = balances.map(
      ({ json }) => (json["available"] as unknown as { readonly value: number }).value,
    ) as [number, number, number];
    expect([first - second, second - third]).toEqual([100, 100]);
    expect((await of({ scenario: "customer.funded", copy: 9 })).status).toBe(404);
    expect((await of({ scenario: "customer.funded", copy: 0 })).status).toBe(400);
    expect((await admin("GET", "/ledger")).json["balance_of_books"]).toEqual({ CNY: 0 });
  });

  test("requests may be asked for from a moment on", async () => {
    await bank.client.get("/v1/keys");
    const at = Number(((await admin("GET", "/requests")).json["requests"] as { readonly at: number }[])[0]?.at);
    expect((await admin("GET", `/requests?since=${at}`)).json["requests"]).toHaveLength(1);
    expect((await admin("GET", `/requests?since=${at + 1}`)).json["requests"]).toEqual([]);
  });

  describe("a follower of the requests", () => {
    interface Followed extends Record<string, unknown> {
      readonly next: number;
      readonly requests: readonly { readonly number: number; readonly interface: string }[];
    }
    const follow = async (query: string): Promise<Followed> => (await admin("GET", `/requests?${query}`)).json as never;
    const numbers = ({ requests }: Followed): readonly number[] => requests.map(({ number }) => number);
    const asked = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) await bank.client.get("/v1/keys");
    };

    test("a follower of the requests gets each once, however many an answer has", async () => {
      await asked(5);
      const first = await follow("after=0&limit=2");
      const second = await follow(`after=${first.next}&limit=2`);
      const third = await follow(`after=${second.next}&limit=2`);
      expect([first, second, third].map(numbers)).toEqual([[1, 2], [3, 4], [5]]);
      expect(await follow(`after=${third.next}`)).toEqual({ total: 5, next: 5, requests: [] });
    });

    test("a follower of the requests is answered when what it waits for comes", async () => {
      await asked(1);
      let answered = false;
      const waiting = follow("after=1&interface=payment.query&wait_ms=30000").finally(() => (answered = true));
      await asked(2);
      for (let turn = 0; turn < 20; turn += 1) await hostTurn();
      expect(answered).toBe(false);
      await bank.client.get("/v1/payments/order-0001");
      const { next, requests } = await waiting;
      expect([next, requests]).toMatchObject([4, [{ number: 4, interface: "payment.query" }]]);
    });

    test("a follower of the requests is answered with none when its time is over", async () => {
      expect(await follow("after=0&wait_ms=20")).toEqual({ total: 0, next: 0, requests: [] });
    });

    test("a follower of the requests that has gone is waited for no longer", async () => {
      const gone = new AbortController();
      const waiting = control.request("/__admin/requests?after=0&wait_ms=30000", {
        headers: { authorization: "Bearer secret-token" },
        signal: gone.signal,
      });
      await hostTurn();
      gone.abort();
      expect(await (await waiting).json()).toMatchObject({ requests: [] });
    });

    test("a follower of the requests is told how many the journal has dropped", async () => {
      await asked(3);
      bank.simulator.journal.clear();
      await asked(1);
      const { missed, requests } = await follow("after=1");
      expect([missed, requests]).toMatchObject([2, [{ number: 4 }]]);
    });

    test("a follower of the requests begins anew after a restart", async () => {
      await asked(2);
      expect(numbers(await follow("after=700"))).toEqual([1, 2]);
    });
  });

  test("an enrolled key is good between its times", async () => {
    const key = namedKey("P1001-KEY-2");
    const enrolled = (times: object) =>
      admin("POST", "/hooks/keys", {
        party_id: "P1001",
        serial: key.serial,
        algorithm: key.algorithm,
        public_key: key.publicPem,
        ...times,
      });
    const client = new TestClient({
      pack: bank.pack,
      party: { id: "P1001", key },
      answerKeys: [BANK_KEY],
      clock: () => bank.simulator.clock.runtime.now(),
      send: (request) => bank.simulator.handle(request),
      firstNonce: 7_000_000,
    });
    const [past, ahead] = [-3_600_000, 3_600_000].map((ms) =>
      new Date(bank.simulator.clock.runtime.now() + ms).toISOString(),
    );
    for (const [times, status] of [
      [{ from: past, until: ahead }, 200],
      [{ from: ahead }, 401],
      [{ until: past }, 401],
      [{}, 200],
    ] as const) {
      expect((await enrolled(times)).status).toBe(204);
      expect((await client.get("/v1/keys")).status).toBe(status);
    }
    expect((await bank.client.get("/v1/keys")).status).toBe(200);
    expect((await enrolled({ from: "tomorrow" })).status).toBe(400);
  });

  test("the hook reset brings back balances and bindings, and keeps what was made", async () => {
    const { client } = bank;
    const low = bank.scenario("customer.low-balance")["binding_id"] ?? "";
    const person = bank.scenario("customer.applies");
    const available = async (): Promise<number> =>
      (await client.get(`/v1/bindings/${low}/balance`)).json["available"]?.["value"] ?? Number.NaN;
    let applications = 0;
    const bound = async (): Promise<TestAnswer> => {
      const { holder_name, account_no, id_no, mobile } = person;
      const out_bind_no = `bind-000${(applications += 1)}`;
      const { json } = await client.call("POST", "/v1/bindings", {
        party_id: "P1001",
        out_bind_no,
        id_type: "01",
        holder_name,
        account_no,
        id_no,
        mobile,
      });
      const data = { party_id: "P1001", sms_code: person["sms_code"] };
      return client.call("POST", `/v1/bindings/${json["binding_id"]}/confirm`, data);
    };
    const before = await available();
    expect((await client.pay("order-0001", low, 3)).status).toBe(200);
    expect(await available()).toBe(before - 3);
    const first = await bound();
    expect([first.status, (await bound()).code]).toEqual([200, "BINDING_EXISTS"]);

    expect((await admin("POST", "/hooks/reset", {})).status).toBe(204);
    expect(await available()).toBe(before);
    expect((await bound()).status).toBe(200);
    expect((await client.get(`/v1/bindings/${first.json["binding_id"]}`)).json["state"]).toBe("CANCELLED");
    expect((await client.get("/v1/payments/order-0001")).json["state"]).toBe("SUCCEEDED");

    // Seeded rows are in their states again, and a second reset finds nothing to do.
    const active = bank.scenario("customer.funded")["binding_id"] ?? "";
    await client.call("POST", `/v1/bindings/${active}/cancel`, { party_id: "P1001" });
    await admin("POST", "/hooks/reset", {});
    await admin("POST", "/hooks/reset", {});
    expect((await client.get(`/v1/bindings/${active}`)).json["state"]).toBe("ACTIVE");
    expect((await client.pay("order-0002", active, 3)).status).toBe(200);
  });

  test("the hook decide takes a decision, and says why one cannot be taken", async () => {
    const { payee_account_no } = bank.scenario("payout.payee");
    const decide = (decision: string, account_no: string): Promise<Told> =>
      admin("POST", "/hooks/decide", { decision, account_no });
    expect((await decide("account.freeze", String(payee_account_no))).status).toBe(204);
    const again = await decide("account.freeze", String(payee_account_no));
    expect([again.status, again.json["error"]]).toEqual([409, expect.stringContaining("is FROZEN")]);
    expect((await decide("account.freeze", "0000000000000000")).status).toBe(404);
    const unknown = await decide("account.melt", String(payee_account_no));
    expect([unknown.status, unknown.json["error"]]).toEqual([404, expect.stringContaining("account.freeze")]);
  });

  test("the hooks give fixtures and the SMS code", async () => {
    const person = (await admin("POST", "/hooks/fixtures", { scenario: "customer.applies" })).json as Record<
      string,
      string
    >;
    const applied = await bank.client.call("POST", "/v1/bindings", {
      party_id: "P1001",
      out_bind_no: "bind-0001",
      holder_name: person["holder_name"],
      account_no: person["account_no"],
      id_type: "01",
      id_no: person["id_no"],
      mobile: person["mobile"],
    });
    const { sms_code } = (
      await admin("POST", "/hooks/sms-code", { party_id: "P1001", binding_id: applied.json["binding_id"] })
    ).json;
    expect(
      (
        await bank.client.call("POST", `/v1/bindings/${applied.json["binding_id"]}/confirm`, {
          party_id: "P1001",
          sms_code,
        })
      ).json["state"],
    ).toBe("ACTIVE");
  });
});
