import { expect, test } from "vitest";
import type { RawRequest } from "../simulator/http/raw.ts";
import { packRouter, pathOf } from "../simulator/pipeline/router.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import { notificationsAnywhere } from "./notification-router.ts";

const pack = cooperationPack();
const router = notificationsAnywhere(pack, "platform", packRouter(pack, "platform"));
const found = (method: string, target: string, body: unknown): string => {
  const request: RawRequest = { method, target, headers: [], body: new TextEncoder().encode(JSON.stringify(body)) };
  const match = router(request, pathOf(request));
  return match.kind === "match" ? match.interface.id : match.kind;
};

test("a notification is found at any path by its event", () => {
  expect(found("POST", "/anything?x=1", { event: "payment.result" })).toBe("notify.payment_result");
  expect(found("POST", "/anything", { event: "binding.change" })).toBe("notify.binding_change");
});

test("a body without a known event is routed by its path", () => {
  expect(found("POST", "/anything", { event: "no.such" })).toBe("unknown");
  expect(found("GET", "/v1/orders/T1", {})).toBe("order.query");
});

test("a notification by another method is routed by its path", () => {
  expect(found("PUT", "/anything", { event: "payment.result" })).toBe("unknown");
});
