import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BASE_COMPONENTS, requestBase, responseBase } from "./base.ts";
import { formatAuthorization, parseAuthorization } from "./authorization.ts";
import type { AuthorizationFault } from "./authorization.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";
import { AUTHORIZATION_HEADER } from "../testing/policies.ts";

const policy: AuthorizationHeaderPolicy = {
  ...AUTHORIZATION_HEADER,
  algorithms: { "WECHATPAY2-SHA256-RSA2048": "rsa2048", "WECHATPAY2-SM2-WITH-SM3": "sm2" },
  response: {
    timestamp: "Wechatpay-Timestamp",
    nonce: "Wechatpay-Nonce",
    signature: "Wechatpay-Signature",
    serial: "Wechatpay-Serial",
    algorithm: "Wechatpay-Signature-Type",
  },
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const noBytes = new Uint8Array();

describe("signature bases", () => {
  const parts = {
    method: "POST",
    target: "/v3/pay?b=%E9%87%91&a=1",
    timestamp: "1554208460",
    nonce: "593BEC0C930BF1AF",
    body: utf8('{"金额":1}'),
  };

  it("signature bases end every line with a line feed, the last one too", () => {
    expect(text(requestBase(policy, parts))).toBe(
      'POST\n/v3/pay?b=%E9%87%91&a=1\n1554208460\n593BEC0C930BF1AF\n{"金额":1}\n',
    );
    expect(text(responseBase(policy, parts))).toBe('1554208460\n593BEC0C930BF1AF\n{"金额":1}\n');
  });

  it("signature bases have an empty line for an empty body", () => {
    expect(text(requestBase(policy, { ...parts, method: "GET", body: noBytes }))).toMatch(/AF\n\n$/);
    expect(text(responseBase(policy, { ...parts, body: noBytes }))).toBe("1554208460\n593BEC0C930BF1AF\n\n");
  });

  it("signature bases take the body as bytes, even where it is invalid UTF-8", () => {
    const body = Uint8Array.of(0xff, 0xfe, 0x00, 0x0a, 0xd6, 0xd0);
    expect([...responseBase(policy, { timestamp: "1", nonce: "n", body })]).toEqual([
      0x31,
      0x0a,
      0x6e,
      0x0a,
      ...body,
      0x0a,
    ]);
  });

  it("signature bases follow the pack's order and choice", () => {
    const other = { ...policy, requestBase: ["body", "method"], responseBase: ["body"] };
    expect(text(requestBase(other, parts))).toBe('{"金额":1}\nPOST\n');
    expect(text(responseBase(other, parts))).toBe('{"金额":1}\n');
  });

  it("lists the allowed components when the pack names an unknown one", () => {
    expect(BASE_COMPONENTS).toContain("path-and-query");
    expect(() => requestBase({ ...policy, requestBase: ["verb"] }, parts)).toThrow(
      /"verb"; allowed here: method, path-and-query, timestamp, nonce, body/,
    );
    expect(() => requestBase({ ...policy, requestBase: ["constructor"] }, parts)).toThrow(/allowed here/);
    expect(() => responseBase({ ...policy, responseBase: ["method"] }, parts)).toThrow(
      /allowed here: timestamp, nonce, body/,
    );
  });

  it("signature bases refuse line breaks, which would shift components", () => {
    expect(() => requestBase(policy, { ...parts, nonce: "a\nb" })).toThrow(/nonce holds a line break/);
    expect(() => requestBase(policy, { ...parts, target: "/a\r" })).toThrow(/path-and-query holds a line break/);
  });
});

describe("the Authorization header", () => {
  const token = "WECHATPAY2-SHA256-RSA2048";
  const fields = {
    party: "1900009191",
    nonce: "593BEC0C930BF1AF",
    timestamp: "1554208460",
    serial: "PUB_KEY_ID_01",
    signature:
      "uOVRnA4qG/MNnYzdQxJanN+zU+lTgIcnU9BxGw5dKjK+VdEUz2FeIoC+D5sB/LN+nGzX3hfZg6r5wT1pl2ZobmIc6p0ldN7J6yDgUzbX8Uk3sD4a4eZVPTBvqNDoUqcYMlZ9uuDdCvNv4TM3c1WzsXUrExwVkI1XO5jCNbgDJ25nkT/c1gIFvqoogl7MdSFGc4W4xZsqCItnqbypR3RuGIlR9h9vlRsy7zJR9PBI83X8alLDIfR1ukt1P7tMnmogZ0cuDY8cZsd8ZlCgLadmvej58SLsIkVxFJ8XyUgx9FmutKSYTmYtWBZ0+tNvfGmbXU7cob8H/4nLBiCwIUFluw==",
  };
  const written = formatAuthorization(policy, token, fields);

  it("the Authorization header is written as documented and read back", () => {
    expect(written).toBe(
      `${token} mchid="1900009191",nonce_str="593BEC0C930BF1AF",signature="${fields.signature}",timestamp="1554208460",serial_no="PUB_KEY_ID_01"`,
    );
    expect(parseAuthorization(policy, written)).toEqual({ ok: true, token, scheme: "rsa2048", ...fields });
  });

  it("the Authorization header is read in any order, with spaces around commas", () => {
    const pairs = written.slice(token.length + 1).split(",");
    fc.assert(
      fc.property(
        fc.shuffledSubarray(pairs, { minLength: pairs.length }),
        fc.constantFrom(",", ", ", " , "),
        (shuffled, comma) => {
          expect(parseAuthorization(policy, `${token} ${shuffled.join(comma)}`)).toEqual({
            ok: true,
            token,
            scheme: "rsa2048",
            ...fields,
          });
        },
      ),
    );
  });

  const refused: readonly (readonly [string, string | undefined, AuthorizationFault])[] = [
    ["no header", undefined, "missing"],
    ["an empty header", "  ", "missing"],
    ["a header of 9,000 characters", written.padEnd(9000, "x"), "too-long"],
    ["another scheme", `Bearer ${written.slice(token.length + 1)}`, "unknown-algorithm"],
    ["the token in lower case", written.toLowerCase(), "unknown-algorithm"],
    ["a name every object inherits, as token", written.replace(token, "constructor"), "unknown-algorithm"],
    ["the token alone", token, "malformed"],
    ["the token and a space", `${token} `, "malformed"],
    ["two spaces after the token", written.replace(" ", "  "), "malformed"],
    ["space ahead of the token", ` ${written}`, "unknown-algorithm"],
    ["values without quotes", written.replaceAll('"', ""), "malformed"],
    ["single quotes", written.replaceAll('"', "'"), "malformed"],
    ["a quote that is not closed", written.slice(0, -1), "malformed"],
    ["a comma at the end", `${written},`, "malformed"],
    ["two commas", written.replace(",", ",,"), "malformed"],
    ["garbage at the end", `${written}x`, "malformed"],
    ["space at the end", `${written} `, "malformed"],
    ["a tab inside a value", written.replace("1900009191", "19\t09191"), "malformed"],
    ["a character beyond ASCII", written.replace("1900009191", "19é09191"), "malformed"],
    ["an escape inside a value", written.replace("1900009191", '19\\"09191'), "malformed"],
    ["a name in another case", written.replace("mchid", "MchId"), "unknown-parameter"],
    ["one parameter too many", `${written},scope="all"`, "unknown-parameter"],
    ["a parameter twice, alike", `${written},mchid="1900009191"`, "duplicate-parameter"],
    ["a parameter twice, unlike", `${written},mchid="1900009192"`, "duplicate-parameter"],
    ["an empty value", written.replace("1900009191", ""), "empty-parameter"],
    ["a parameter missing", written.replace(/,serial_no="[^"]*"/, ""), "missing-parameter"],
  ];
  it.each(refused)("the Authorization header is refused: %s", (_name, value, why) => {
    const read = parseAuthorization(policy, value);
    expect(read).toMatchObject({ ok: false, why });
    if (!read.ok)
      expect([read.message.en, read.message.zh].every((message) => message.includes("Authorization"))).toBe(true);
  });

  it("reads only Authorization headers that formatting could have written", () => {
    fc.assert(
      fc.property(
        fc.nat(written.length),
        fc.string({ maxLength: 3, unit: "binary" }),
        fc.nat(3),
        (at, inserted, removed) => {
          const changed = written.slice(0, at) + inserted + written.slice(at + removed);
          const read = parseAuthorization(policy, changed);
          if (read.ok) expect(formatAuthorization(policy, read.token, read).length).toBeLessThanOrEqual(changed.length);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("keeps a hostile value inside its quotes in the Authorization header", () => {
    for (const nonce of ['a",mchid="x', "a\nb", "a\\", "é"])
      expect(() => formatAuthorization(policy, token, { ...fields, nonce })).toThrow(/nonce_str cannot be quoted/);
    expect(() => formatAuthorization(policy, "Basic", fields)).toThrow(/allowed: WECHATPAY2/);
  });
});
