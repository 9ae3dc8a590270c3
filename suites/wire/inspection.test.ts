import { describe, expect, test } from "vitest";
import { fakeRun } from "../testing/fake-scope.ts";
import type { Answer } from "./answer.ts";
import { Canaries } from "./canaries.ts";
import { inspect, sensitiveValues } from "./inspection.ts";

const { scope } = fakeRun(() => "timeout");
const ACCOUNT = "6222029907000000001";
const NAME = "联调测试户 0701";

/** The traits found in an answer of payment.create after an account and a name were sent. */
function traits(
  status: number,
  body: string | Uint8Array,
  options: { readonly type?: string; readonly sent?: string } = {},
): readonly string[] {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let json: Answer["json"];
  try {
    json = JSON.parse(new TextDecoder().decode(bytes)) as Answer["json"];
  } catch {
    json = undefined;
  }
  const answer: Answer = {
    status,
    httpStatus: status,
    body: bytes,
    json,
    written: json,
    code: undefined,
    claims: {},
    signature: { ok: true, timestampSeconds: 0 },
  };
  const response = { status, headers: [["Content-Type", options.type ?? "application/json"]] as const, body: bytes };
  const request = {
    method: "POST",
    url: "http://fake.invalid/",
    headers: [],
    body: new TextEncoder().encode(options.sent ?? ""),
    timeoutMs: 1,
  };
  return inspect(scope.pack.interface("payment.create"), answer, response, request, {
    pack: scope.pack,
    canaries: new Canaries([ACCOUNT, NAME, "880007"]),
  }).map((found) => found.trait);
}

const refusal = (more: object): string =>
  JSON.stringify({ code: "PARAM_ERROR", message: "A parameter is wrong. 参数错误。", ...more });

describe("every answer is looked at", () => {
  test("a sensitive value is found in texts and field names, and left alone as a number", () => {
    const balance = 6_222_029_001;
    const seen = (body: string): readonly string[] =>
      inspect(
        scope.pack.interface("payment.create"),
        {
          status: 400,
          httpStatus: 400,
          body: new TextEncoder().encode(body),
          json: JSON.parse(body) as Answer["json"],
          written: JSON.parse(body) as Answer["json"],
          code: "PARAM_ERROR",
          claims: {},
          signature: { ok: true, timestampSeconds: 0 },
        },
        { status: 400, headers: [["Content-Type", "application/json"]], body: new TextEncoder().encode(body) },
        { method: "POST", url: "http://fake.invalid/", headers: [], body: new Uint8Array(), timeoutMs: 1 },
        { pack: scope.pack, canaries: new Canaries([String(balance)]) },
      ).map((found) => found.trait);
    expect(seen(refusal({ hint: { value: balance } }))).toEqual([]);
    expect(seen(refusal({ hint: { value: String(balance) } }))).toContain("unmasked");
    expect(seen(refusal({ hint: { [String(balance)]: "x" } }))).toContain("unmasked");
  });

  test("a right refusal has no traits", () => {
    expect(
      traits(400, refusal({ detail: { field: "/amount/value", issue: "must be an integer", location: "body" } })),
    ).toEqual([]);
    expect(traits(400, refusal({}), { type: 'application/json; charset="UTF-8"' })).toEqual([]);
  });

  test.each([
    ["a stack of Node", "    at createPayment (file:///srv/bank/payments.mjs:88:15)"],
    ["a stack of Java", "\tat com.bank.pay.Service.create(Service.java:42)"],
    ["a stack of Python", 'File "/srv/bank/app.py", line 3, in pay'],
    ["a stack of Go", "goroutine 12 [running]: main.go:31"],
    ["SQL", "SELECT id, amount FROM payments WHERE id = 1"],
    ["a constraint", "UNIQUE constraint failed: payments.out_trade_no"],
    ["a path", "cannot open /var/lib/bank/keys.pem"],
    ["a path of Windows", "C:\\Users\\bank\\app.log"],
    ["an exception", "Cannot read properties of undefined (reading 'id')"],
  ])("a leak of the inside is found: %s", (_name, message) => {
    expect(traits(400, refusal({ trace: message }))).toEqual(["inside"]);
  });

  test("a quotation of our own request is left out of the leaks", () => {
    expect(
      traits(400, refusal({ detail: { issue: "cannot take /etc/passwd" } }), { sent: '{"attach":"take /etc/passwd"}' }),
    ).toEqual([]);
  });

  test("words of business are left out of the leaks", () => {
    expect(
      traits(400, refusal({ message: "Select another account from the list, then update it. See /v1/payments." })),
    ).toEqual([]);
  });

  test("a sensitive value is found as a whole word, escaped too", () => {
    expect(traits(400, refusal({ detail: { issue: `${ACCOUNT} is unknown` } }))).toEqual(["unmasked"]);
    expect(traits(400, `{"code":"PARAM_ERROR","message":"\\u8054\\u8c03\\u6d4b\\u8bd5\\u6237 0701"}`)).toEqual([
      "unmasked",
    ]);
    expect(traits(400, refusal({ detail: { issue: "code 880007 is wrong" } }))).toEqual(["unmasked"]);
    expect(traits(400, refusal({ detail: { issue: "622202*********0001, T18800071" } }))).toEqual([]);
  });

  test("a key, a wrong encoding and a malformed error body are found", () => {
    expect(traits(400, refusal({ pem: "-----BEGIN PRIVATE KEY-----\nMII" }))).toEqual(["secret"]);
    expect(traits(400, refusal({}), { type: "text/html" })).toEqual(["encoding"]);
    expect(traits(400, refusal({}), { type: "application/json; charset=gbk" })).toEqual(["encoding"]);
    expect(traits(400, Uint8Array.from([0x22, 0xd6, 0xd0, 0x22]))).toContain("encoding");
    expect(traits(200, refusal({}))).toEqual(["answer-schema", "error-body"]);
    expect(traits(404, "Not Found", { type: "text/plain" })).toEqual(["error-body", "encoding"]);
  });

  test("a long refusal is read in time linear to its length", () => {
    expect(traits(400, refusal({ detail: { field: `/${"k".repeat(60_000)}` } }))).toEqual([]);
  });
});

test("sensitive values are gathered at any depth, less short and masked ones", () => {
  expect(
    sensitiveValues(
      { account_no: ACCOUNT, deep: [{ mobile: "10000000701" }], sms_code: "12", other: "10000000702" },
      new Set(["account_no", "mobile", "sms_code"]),
    ),
  ).toEqual([ACCOUNT, "10000000701"]);
  expect(sensitiveValues({ account_no: "622202*********0001" }, new Set(["account_no"]))).toEqual([]);
});
