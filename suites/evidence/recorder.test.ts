import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import { packView } from "../pack-view.ts";
import { recorder } from "./recorder.ts";

const source = loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url)));
const recording = recorder(redaction(source));
const request = (body: string | Uint8Array, target = "/v1/bindings"): Parameters<typeof recording.record>[1] => ({
  method: "POST",
  url: `http://sut${target}`,
  headers: [["X", "y"]],
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  timeoutMs: 1,
});

test("evidence masks sensitive values only, in request, target and answer", () => {
  const body = '{ "mobile" : "13800138000",  "out_bind_no":"b-1" }';
  const { request: sent, response } = recording.record(
    "x",
    request(body, "/v1/x?mobile=13800138000&a=1"),
    { status: 200, headers: [], body: new TextEncoder().encode(body) },
    5,
    9,
  );
  expect(sent.body).toBe(body.replace("13800138000", "138****8000"));
  expect(sent.url).not.toContain("13800138000");
  expect(sent.url).toContain("&a=1");
  expect(response?.body).toBe(sent.body);
});

test("evidence keeps binary bodies whole, and failures with what was sent", () => {
  const { request: sent, failure } = recording.record(
    "x",
    request(new Uint8Array([0xff, 0xfe])),
    new TransportFailure("reset", "cut", true),
    5,
    4,
  );
  expect(sent).toMatchObject({ body: "//4=", bodyEncoding: "base64" });
  expect(failure).toEqual({ kind: "reset", message: "cut", sent: true });
});

test("suites and redaction agree about which fields are sensitive", () => {
  expect([...packView(source).sensitiveFields].toSorted()).toEqual([
    "account_no",
    "holder_name",
    "id_no",
    "mobile",
    "payee_account_no",
    "payee_name",
    "sms_code",
  ]);
});
