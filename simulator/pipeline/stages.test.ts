import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { namedKey } from "../testing/keys.ts";
import type { Breakage, TestAnswer } from "../testing/client.ts";
import type { RawRequest } from "../http/raw.ts";

const utf8 = new TextEncoder();

let bank: TestBank;
beforeAll(async () => {
  bank = await startBank();
  await bank.client.pay("taken-0001", bank.scenario("customer.funded")["binding_id"] ?? "", 100);
});
afterAll(() => {
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

/** What a message is broken by: each names the stage's code, and how it changes what is sent. */
interface Fault {
  readonly name: string;
  readonly code: string;
  readonly method?: string;
  readonly target?: string;
  readonly data?: (right: Record<string, unknown>) => unknown;
  readonly broken?: Breakage;
  /** Set on the finished message. */
  readonly finish?: (request: RawRequest) => RawRequest;
  /** Sent once before, so that the nonce is used. */
  readonly usesNonceTwice?: boolean;
}

const bytes =
  (text: string): ((right: unknown) => Uint8Array) =>
  () =>
    utf8.encode(text);

/** In the order of DESIGN: route and size, signature, freshness and replay, decode, schema, idempotency, guards. */
const STAGES: readonly Fault[] = [
  { name: "unknown path", code: "ROUTE_NOT_FOUND", target: "/v1/paiments" },
  { name: "wrong method", code: "METHOD_NOT_ALLOWED", method: "PUT" },
  { name: "body too large", code: "PAYLOAD_TOO_LARGE", broken: { body: "too-large" } },
  { name: "wrong media type", code: "UNSUPPORTED_MEDIA_TYPE", broken: { contentType: "text/plain" } },
  { name: "wrong signature", code: "SIGN_ERROR", broken: { key: namedKey("P1001-KEY-9") } },
  { name: "stale timestamp", code: "TIMESTAMP_OUT_OF_WINDOW", broken: { timestamp: "1000000000" } },
  { name: "used nonce", code: "NONCE_REUSED", usesNonceTwice: true },
  { name: "malformed body", code: "MALFORMED_BODY", data: bytes('{"party_id":"P1001",}') },
  {
    name: "body of the wrong shape",
    code: "PARAM_ERROR",
    data: (right) => ({ ...right, amount: { value: 0, currency: "CNY" } }),
  },
  { name: "another party's name", code: "PARTY_MISMATCH", data: (right) => ({ ...right, party_id: "P1002" }) },
  {
    name: "a number used for another payment",
    code: "CONTEXT_INCONSISTENT",
    data: (right) => ({ ...right, out_trade_no: "taken-0001" }),
  },
  { name: "an unknown binding", code: "BINDING_NOT_FOUND", data: (right) => ({ ...right, binding_id: "bnd_nobody" }) },
];

let numbers = 0;

function send(faults: readonly Fault[]): Promise<TestAnswer> {
  numbers += 1;
  const method = faults.find((fault) => fault.method !== undefined)?.method ?? "POST";
  const target = faults.find((fault) => fault.target !== undefined)?.target ?? "/v1/payments";
  let data: unknown = {
    party_id: "P1001",
    out_trade_no: `order-${String(numbers).padStart(6, "0")}`,
    binding_id: bank.scenario("customer.funded")["binding_id"],
    amount: { value: 100, currency: "CNY" },
    description: "x",
  };
  // Bytes last: a fault of the shape must not undo one of the text.
  for (const fault of faults.toReversed())
    if (fault.data !== undefined && !(data instanceof Uint8Array)) data = fault.data(data as Record<string, unknown>);
  const broken: Breakage = Object.assign({}, ...faults.map((fault) => fault.broken ?? {})) as Breakage;
  const used = faults.some((fault) => fault.usesNonceTwice) ? { nonce: "nonce-used-once" } : {};
  return bank.client.call(method, target, data, { ...broken, ...used });
}

describe("the stages come in one order", () => {
  beforeAll(async () => {
    expect(
      (await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { nonce: "nonce-used-once" }))
        .status,
    ).toBe(200);
  });

  test.each(STAGES)("$name alone is refused with $code, signed", async (fault) => {
    const answer = await send([fault]);
    expect(answer.code).toBe(fault.code);
    expect(answer.status).toBe(bank.pack.error(fault.code).status);
    expect(answer.signed).toBe(true);
    expect(answer.json["message"]).toMatch(/[\u4e00-\u9fff]/);
  });

  const pairs = STAGES.slice(1).map((later, index) => ({ earlier: STAGES[index] as Fault, later }));
  test.each(pairs)("of the faults $earlier.name and $later.name the first decides", async ({ earlier, later }) => {
    const answer = await send([earlier, later]);
    expect(answer.code).toBe(earlier.code);
    expect(answer.signed).toBe(true);
  });

  test("of two faults far apart the earlier decides as well", async () => {
    const far = STAGES.map((fault, index) => ({ earlier: fault, later: STAGES[index + 3] })).filter(
      (pair) => pair.later !== undefined,
    );
    for (const { earlier, later } of far) expect((await send([earlier, later as Fault])).code).toBe(earlier.code);
  });
});

describe("route", () => {
  test("a target of the limit is taken, and a longer one is too large", async () => {
    const limit = bank.pack.source.manifest.policies.limits.targetBytes;
    const target = (length: number): string => "/v1/keys?party_id=P1001&".padEnd(length, "x");
    expect((await bank.client.call("GET", target(limit + 1))).code).toBe("PAYLOAD_TOO_LARGE");
    expect((await bank.client.call("GET", target(limit))).code).toBe("PARAM_ERROR");
  });

  test("a known path names the methods that it takes", async () => {
    const answer = await bank.client.call("DELETE", "/v1/payments");
    expect(answer.code).toBe("METHOD_NOT_ALLOWED");
    expect(answer.json["detail"]?.["issue"]).toContain("POST");
  });

  test.each([
    null,
    "text/json",
    "application/json; charset=gbk",
    "application/jsonp",
    "application/json, application/json",
  ])("Content-Type %s is refused", async (contentType) => {
    const answer = await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { contentType });
    expect([answer.status, answer.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  test.each(["application/json", "application/json;charset=utf-8", 'Application/JSON; charset="UTF-8"'])(
    "Content-Type %s is taken",
    async (contentType) => {
      expect(
        (await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { contentType })).status,
      ).toBe(200);
    },
  );

  test("two Content-Type headers are refused, whichever comes first", async () => {
    const request = bank.client.request("POST", "/v1/echo", { party_id: "P1001", message: "x" });
    expect(
      (await bank.client.send({ ...request, headers: [...request.headers, ["content-type", "application/json"]] }))
        .code,
    ).toBe("UNSUPPORTED_MEDIA_TYPE");
  });
});

describe("signature refusals in test mode", () => {
  const causes: readonly {
    name: string;
    cause: string;
    broken: Breakage;
    data?: unknown;
    method?: string;
    target?: string;
  }[] = [
    {
      name: "the last newline is missing",
      cause: "missing-last-newline",
      broken: { base: (base) => base.slice(0, -1) },
    },
    {
      name: "the path was signed without its query",
      cause: "path-without-query",
      method: "GET",
      target: "/v1/keys?party_id=P1001",
      broken: { signedTarget: "/v1/keys" },
    },
    {
      name: "the body was serialised again",
      cause: "body-reserialised",
      data: utf8.encode('{ "party_id": "P1001", "message": "x" }'),
      broken: { signedBody: utf8.encode('{"party_id":"P1001","message":"x"}') },
    },
    { name: "another party's key signed", cause: "wrong-key", broken: { key: namedKey("P1002-KEY-1") } },
    {
      name: "the timestamp is in milliseconds",
      cause: "timestamp-in-milliseconds",
      broken: { timestamp: "1700000000000", base: (base) => base.replace("1700000000000", "1700000000") },
    },
    {
      name: "the signature is hexadecimal",
      cause: "encoding-hex",
      broken: { signature: (signature) => Buffer.from(signature).toString("hex") },
    },
  ];

  test.each(causes)("test mode hints that $name", async ({ cause, broken, data, method, target }) => {
    const other = await startBank({
      parties: [
        { id: "P1001", key: namedKey("P1001-KEY-1") },
        { id: "P1002", key: namedKey("P1002-KEY-1") },
      ],
    });
    const answer = await other.client.call(
      method ?? "POST",
      target ?? "/v1/echo",
      method === "GET" ? undefined : (data ?? { party_id: "P1001", message: "x" }),
      broken,
    );
    other.simulator.stop();
    expect([answer.code, answer.signed]).toEqual(["SIGN_ERROR", true]);
    expect(String(answer.json["hint"]?.["verified_string"])).toMatch(
      /^(GET|POST)\n\/v1\/(echo|keys\?party_id=P1001)\n\d+\n/,
    );
    expect(answer.json["hint"]?.["likely_cause"]?.["id"]).toBe(cause);
    expect(answer.json["hint"]?.["likely_cause"]?.["zh"]).toMatch(/[\u4e00-\u9fff]/);
  });

  test("outside test mode all signature failures are answered alike", async () => {
    const strict = await startBank({ options: { testMode: false } });
    const failures: Breakage[] = [
      { key: namedKey("P1001-KEY-9") },
      { authorization: null },
      { authorization: "nonsense" },
      { serial: "UNKNOWN" },
      { party: "P9999" },
      { signature: (signature) => Buffer.from(signature).toString("hex") },
      { base: (base) => base.slice(0, -1) },
    ];
    const bodies = new Set<string>();
    for (const broken of failures) {
      const answer = await strict.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, broken);
      expect([answer.code, answer.signed]).toEqual(["SIGN_ERROR", true]);
      expect(answer.json["hint"]).toBeUndefined();
      bodies.add(answer.text);
    }
    strict.simulator.stop();
    expect(bodies.size).toBe(1);
  });
});

describe("strict reading", () => {
  test.each([
    ["?party_id=P1001&party_id=P1001", "PARAM_ERROR"],
    ["?party_id=P1001&x=%zz", "PARAM_ERROR"],
    ["?party_id=P1001&x=a+b", "PARAM_ERROR"],
    ["?party_id=P1001&unknown=1", "PARAM_ERROR"],
    ["?party_id=P1002", "PARTY_MISMATCH"],
    ["", "PARAM_ERROR"],
  ])("query %s is refused with %s", async (query, code) => {
    expect((await bank.client.call("GET", `/v1/keys${query}`)).code).toBe(code);
  });

  test("a message refused after the freshness check has used up its nonce", async () => {
    const nonce = "nonce-of-a-refusal";
    expect((await bank.client.call("POST", "/v1/echo", { party_id: "P1001" }, { nonce })).code).toBe("PARAM_ERROR");
    expect((await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { nonce })).code).toBe(
      "NONCE_REUSED",
    );
  });

  test("a message with a wrong signature leaves the nonce unused", async () => {
    const nonce = "nonce-of-a-stranger";
    expect(
      (
        await bank.client.call(
          "POST",
          "/v1/echo",
          { party_id: "P1001", message: "x" },
          { nonce, key: namedKey("stranger") },
        )
      ).code,
    ).toBe("SIGN_ERROR");
    expect((await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" }, { nonce })).status).toBe(
      200,
    );
  });
});
