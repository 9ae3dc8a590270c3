import { expect, test } from "vitest";
import { cooperationPack } from "../testing/packs.ts";
import type { RawRequest } from "../http/raw.ts";
import { belowBasePath, packRouter, pathOf } from "./router.ts";

const routed = packRouter(cooperationPack(), "bank");
const get = (target: string): RawRequest => ({ method: "GET", target, headers: [], body: new Uint8Array() });
const found = (router: typeof routed, target: string): unknown => {
  const match = router(get(target), pathOf(get(target)));
  return match.kind === "match" ? [match.interface.id, match.parameters] : match.kind;
};

test("a base path is taken off ahead of the pack's routes", () => {
  const below = belowBasePath("/gateway/v3", routed);
  const query = ["payment.query", { out_trade_no: "T1" }];
  expect(found(routed, "/v1/payments/T1")).toEqual(query);
  expect(found(below, "/gateway/v3/v1/payments/T1?x=1")).toEqual(query);
  expect(found(below, "/v1/payments/T1")).toEqual(query);
  expect(found(below, "/gateway/v3")).toBe("unknown");
  expect(found(below, "/gateway/v3x/v1/payments/T1")).toBe("unknown");
});

test("a base path that is the only one leaves nothing beside it", () => {
  const only = belowBasePath("/bank/v1", routed, true);
  expect(found(only, "/bank/v1/v1/payments/T1")).toEqual(["payment.query", { out_trade_no: "T1" }]);
  for (const target of ["/v1/payments/T1", "/bank/v1", "/bank/v1x/v1/payments/T1", "/BANK/v1/v1/payments/T1"])
    expect(found(only, target), target).toBe("unknown");
});

test("an empty base path leaves the router as it is", () => {
  expect(belowBasePath("", routed)).toBe(routed);
});
