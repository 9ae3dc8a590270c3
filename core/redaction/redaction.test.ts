import * as fc from "fast-check";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../pack/load.ts";
import { maskAccountNumbers } from "./mask.ts";
import { redaction } from "./redaction.ts";

const redact = redaction(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));

const FIELDS = ["holder_name", "payee_name", "account_no", "payee_account_no", "id_no", "mobile", "sms_code"] as const;

describe("fields that the pack calls sensitive", () => {
  test("sensitive fields are masked by kind, also behind a $ref", () => {
    expect(
      redact.json({
        holder_name: "欧阳修远",
        account_no: "6222029907000000001",
        id_no: "99999919900101071X",
        mobile: "13800138000",
        sms_code: "123456",
        payee_account_no: "6222029907000000001",
        payee_name: "李四",
      }),
    ).toEqual({
      holder_name: "欧***",
      account_no: "622202*********0001",
      id_no: "9****************X",
      mobile: "138****8000",
      sms_code: "******",
      payee_account_no: "622202*********0001",
      payee_name: "李*",
    });
  });

  test("sensitive fields are masked at any depth, and whole where they hold no text", () => {
    expect(
      redact.json({
        a: [
          {
            binding: {
              mobile: 13800138000,
              account_no: { deep: "6222029907000000001" },
              holder_name: ["张三"],
              id_no: null,
              out_bind_no: "b-1",
            },
          },
        ],
      }),
    ).toEqual({
      a: [
        {
          binding: {
            mobile: "138****8000",
            account_no: "******",
            holder_name: "******",
            id_no: null,
            out_bind_no: "b-1",
          },
        },
      ],
    });
  });

  test("sensitive values too short for a partial mask are hidden whole", () => {
    expect(redact.json({ mobile: "1234567", account_no: "123456", id_no: "12" })).toEqual({
      mobile: "*******",
      account_no: "******",
      id_no: "**",
    });
  });
});

describe("bodies as text", () => {
  test("redaction keeps every other byte of a body: blanks, order, escapes, line ends", () => {
    const body = '{ "b" : 1,\r\n  "mobile":"13800138000" , "a":"\\u0041\\"", "amount":{"value": 100}}\n';
    expect(redact.text(body)).toBe(body.replace("13800138000", "138****8000"));
  });

  test.each([
    '{"holder_name":"CANARY"',
    '{"holder_name":"CANARY',
    '{"holder_name" : "CANARY",}',
    "{'holder_name':'CANARY'}",
    '{holder_name:"CANARY"}',
    "{holder_name:CANARY}",
    '{"holder_name":CANARY}',
    '{"holder_name":["CANARY"]}',
    '{"holder_name":{"x":["CANARY"',
    '{"holder_name:"CANARY"}',
    '{"holder_name":"a\\"CANARY"}',
    '{"holder_name":"a"CANARY"}',
    '{"\\u0068older_name":"CANARY"}',
    '{"holder_name":"x","holder_name":"CANARY"}',
    '{"holder_name":"CANARY","holder_name":""}',
    "holder_name=CANARY&x=1",
    "/v1/bindings?holder_name=CANARY",
    '{"id_type":01","holder_name":CANARY"}',
    '{"id_type":01","holder_name":["CANARY"]}',
    '{"attach":"{\\"holder_name\\":\\"CANARY\\"}"}',
    'GET\n/x?holder_name=CANARY\n1\nn\n{"holder_name":"CANARY"}\n',
    '{"holder_name"\n:\n"CANARY"}',
    '\u0000{"holder_name":"CANARY"}',
  ])("redaction hides the name in %j", (body) => {
    expect(redact.text(body)).not.toContain("CANARY");
  });

  test("redaction hides sensitive values in bodies that are cut, quoted or nested", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FIELDS),
        fc.integer({ min: 1e8, max: 9e8 }),
        fc.constantFrom("string", "number", "array", "object"),
        fc.nat(60),
        fc.boolean(),
        (field, digits, shape, cut, nested) => {
          const secret = `77${digits}77`;
          const inner =
            shape === "string"
              ? secret
              : shape === "number"
                ? Number(secret)
                : shape === "array"
                  ? [secret]
                  : { x: secret };
          const text = JSON.stringify(
            nested ? { list: [{ a: 1, [field]: inner }], b: 2 } : { a: "x", [field]: inner, b: 2 },
          );
          expect(redact.text(text.slice(0, text.length - (cut % 12)))).not.toContain(secret);
          expect(JSON.stringify(redact.json(JSON.parse(text)))).not.toContain(secret);
        },
      ),
      { numRuns: 300, seed: 20261122 },
    );
  });

  test("redaction keeps valid JSON valid", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...FIELDS, "a", "b"), fc.jsonValue({ maxDepth: 3 })), (value) => {
        expect(() => JSON.parse(redact.text(JSON.stringify(value))) as unknown).not.toThrow();
      }),
      { numRuns: 200, seed: 20261122 },
    );
  });

  test("masks a card number in free text and keeps an order number", () => {
    expect(redact.text('{"description":"card 4111111111111111 please","out_trade_no":"2026112200000001"}')).toBe(
      '{"description":"card 411111******1111 please","out_trade_no":"2026112200000001"}',
    );
  });
});

test("masks sensitive query parameters and keeps order numbers in paths", () => {
  expect(redact.target("/v1/payments/2026112200000001?party_id=P1001")).toBe(
    "/v1/payments/2026112200000001?party_id=P1001",
  );
  expect(
    redact.target("/v1/keys?party_id=P1001&account_no=6222029907000000001&mobile=13800138000&6222029907000000001"),
  ).toBe("/v1/keys?party_id=P1001&account_no=*******************&mobile=***********&622202*********0001");
});

describe("known values in free text", () => {
  const known = redact.knowing(
    new Map([
      ["6222029907000000001", "account"],
      ["联调测试户 0701", "name"],
      ["13800138000", "mobile"],
    ]),
  );

  test.each([
    '{"description":"for 联调测试户 0701, card 6222029907000000001"}',
    '{"debug":"\\u0036222029907000000001 and 13800138000"}',
    "card 6222029907000000001!",
    "x=13800138000;y",
    JSON.stringify({ a: { b: ["联调测试户 0701"] } }).replace("联", "\\u8054"),
  ])("known values are masked in %s", (text) => {
    for (const masked of [known.text(text), known.line(JSON.parse(JSON.stringify(text)) as string)])
      expect(masked).not.toMatch(/6222029907000000001|13800138000|联调测试户 0701/);
    expect(known.text(text)).not.toMatch(/u0036222029907|u8054调测试户/);
  });

  test.each([
    "card 6222 0299 0700 0000 001.",
    '{"display":"6222-0299-0700-0000-001"}',
    "call 138 0013 8000 or +86 138-0013-8000",
  ])("known values are masked when written in groups: %s", (text) => {
    for (const masked of [known.text(text), known.line(text)]) expect(masked).not.toMatch(/0299|0700|0013|8000/);
  });

  test("known values look the same everywhere, and masked ones stay as they are", () => {
    expect(known.text('{"account_no":"6222029907000000001","description":"6222029907000000001"}')).toBe(
      '{"account_no":"622202*********0001","description":"622202*********0001"}',
    );
    const masked = '{"account_no":"622202*********0001"}';
    expect(redact.knowing(redact.values(masked)).text(masked)).toBe(masked);
  });

  test("a field filled with padding is masked without being searched for elsewhere", () => {
    const body = JSON.stringify({ mobile: "7".repeat(300_000) });
    expect(redact.knowing(redact.values(body)).text(body)).not.toContain("7777777");
  });

  test("known values are masked only as whole words of sufficient length", () => {
    expect(known.line("order 136222029907000000001, nonce a13800138000")).toBe(
      "order 136222029907000000001, nonce a13800138000",
    );
    expect(
      redact
        .knowing(
          new Map([
            ["12345", "account"],
            ["王五", "name"],
          ]),
        )
        .line("12345 王五"),
    ).toBe("12345 王五");
  });

  test("reads the values to search for from valid and malformed bodies", () => {
    expect([
      ...redact
        .values('{"a":{"account_no":"6222029907000000001","mobile":["13800138000"]},"out_trade_no":"T1"}')
        .keys(),
    ]).toEqual(["6222029907000000001", "13800138000"]);
    expect([...redact.values("{'holder_name':'张三丰','x':1, \"mobile\":13800138000").keys()]).toEqual([
      "张三丰",
      "13800138000",
    ]);
  });
});

test("masks the value of an unknown query parameter and shows its name", () => {
  expect(redact.target("/v1/keys?party_id=P1001&q=6222029907000000001&who=%E5%BC%A0%E4%B8%89")).toBe(
    "/v1/keys?party_id=P1001&q=*******************&who=**",
  );
});

test("masks accounts in messages by their length", () => {
  expect(maskAccountNumbers("customer:6222029907000000001 would fall to -100 CNY")).toBe(
    "customer:622202*********0001 would fall to -100 CNY",
  );
});
