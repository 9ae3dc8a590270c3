import { describe, expect, test } from "vitest";
import { gatewayHeaders, signedTarget } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";

const gateway = (baseUrl: string, signedPrefix?: string): Gateway => ({
  baseUrl,
  headers: [
    ["X-Api-Key", "k"],
    ["Authorization", "gateway"],
  ],
  ...(signedPrefix === undefined ? {} : { signedPrefix }),
});

describe("the signed target", () => {
  test.each([
    ["of a gateway that strips a path", gateway("https://g.test/bank", ""), "/bank/v1/keys?a=1", "/v1/keys?a=1"],
    ["of a gateway that adds a path", gateway("https://g.test", "/inner"), "/v1/keys", "/inner/v1/keys"],
    ["of a gateway that changes a path", gateway("https://g.test/a/b", "/c"), "/a/b/v1/keys", "/c/v1/keys"],
    ["of a gateway that keeps the path", gateway("https://g.test/bank"), "/bank/v1/keys", "/bank/v1/keys"],
    ["of a path that only begins alike", gateway("https://g.test/bank", ""), "/banking/v1", "/banking/v1"],
    ["of a path beside the gateway's", gateway("https://g.test/bank", ""), "/notify", "/notify"],
  ])("%s", (_what, one, target, signed) => {
    expect(signedTarget(one, `https://g.test${target}`, target)).toBe(signed);
  });

  test("of another origin, or without a gateway, is the target itself", () => {
    expect(signedTarget(gateway("https://g.test/bank", ""), "https://other.test/bank/v1", "/bank/v1")).toBe("/bank/v1");
    expect(signedTarget(undefined, "https://g.test/bank/v1", "/bank/v1")).toBe("/bank/v1");
  });
});

test("a message keeps its own header where the gateway has one of that name", () => {
  const one = gateway("https://g.test");
  expect(gatewayHeaders(one, "https://g.test/v1", [["authorization", "ours"]])).toEqual({
    sent: [["X-Api-Key", "k"]],
    shown: [["X-Api-Key", "******"]],
  });
  expect(gatewayHeaders(one, "https://g.test:8443/v1", [])).toEqual({ sent: [], shown: [] });
});
