import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redaction } from "../../core/redaction/redaction.ts";
import { journalView } from "../control/journal-view.ts";
import { startServer } from "./server.ts";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { serve } from "../testing/socket.ts";
import type { Served } from "../testing/socket.ts";

let bank: TestBank;
let served: Served;
beforeAll(async () => {
  bank = await startBank();
  served = await serve(bank);
});
afterAll(async () => {
  await served.close();
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

const LIMIT = 65_536;

/** Everything that comes back until the peer closes, or until `enough` is in it. */
async function exchange(parts: readonly string[], enough?: RegExp): Promise<string> {
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  let text = "";
  const over = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("data", (piece: Buffer) => {
      text += piece.toString();
      if (enough?.test(text) === true) resolve();
    });
  });
  for (const part of parts) socket.write(part);
  await over;
  socket.destroy();
  return text;
}

const head = (more: string): string =>
  `POST /v1/echo HTTP/1.1\r\nHost: bank.test\r\nContent-Type: application/json\r\n${more}\r\n`;

test("a body of the limit is read, one byte more is too large", async () => {
  const filled = (bytes: number): Uint8Array => {
    const frame = JSON.stringify({ party_id: "P1001", message: "" });
    return new TextEncoder().encode(frame.replace('""', `"${"x".repeat(bytes - frame.length)}"`));
  };
  expect((await served.client.call("POST", "/v1/echo", filled(LIMIT))).code).toBe("PARAM_ERROR");
  const refused = await served.client.call("POST", "/v1/echo", filled(LIMIT + 1));
  expect([refused.status, refused.code, refused.signed, refused.headers["connection"]]).toEqual([
    413,
    "PAYLOAD_TOO_LARGE",
    true,
    "close",
  ]);
});

test("an announced length that is too large is refused before the body comes", async () => {
  expect(await exchange([head("Content-Length: 100000000\r\n"), "{"], /PAYLOAD_TOO_LARGE/)).toMatch(/^HTTP\/1.1 413/);
});

test("an endless chunked body is refused when it passes the limit", async () => {
  const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
  expect(
    await exchange(
      [head("Transfer-Encoding: chunked\r\n"), ...Array.from({ length: 5 }, () => chunk)],
      /PAYLOAD_TOO_LARGE/,
    ),
  ).toMatch(/^HTTP\/1.1 413/);
});

test("a gateway that sends on behind a refusal is not reset", async () => {
  // Half open, as gateways are: the end of the answer does not end what is sent.
  const socket = connect({ port: Number(new URL(served.url).port), host: "127.0.0.1", allowHalfOpen: true });
  let failure: unknown;
  socket.on("error", (error) => (failure = error));
  const closed = once(socket, "close").catch(() => {});
  await once(socket, "connect");
  socket.write(head(`Content-Length: ${4 * LIMIT}\r\n`));
  expect(String(await once(socket, "data"))).toMatch(/^HTTP\/1.1 413/);
  for (let piece = 0; piece < 8; piece += 1) {
    socket.write("x".repeat(LIMIT / 2));
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
  socket.end();
  await closed;
  expect(failure).toBe(undefined);
});

test("the rest of an oversized body is kept apart from the next request", async () => {
  const smuggled = "GET /v1/nothing HTTP/1.1\r\nHost: bank.test\r\n\r\n";
  const text = await exchange([head(`Content-Length: ${LIMIT + 1}\r\n`), "x".repeat(LIMIT + 1), smuggled]);
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413"]);
});

test("a peer that leaves in the middle of its body does no harm", async () => {
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  await once(socket, "connect");
  const before = bank.simulator.journal.total;
  socket.write(head("Content-Length: 50\r\n") + '{"party_id"');
  socket.end();
  socket.resume();
  while (bank.simulator.journal.total === before) await new Promise((resolve) => void setImmediate(resolve));
  expect(bank.simulator.journal.entries(1)[0]).toMatchObject({ code: "MALFORMED_BODY", request: { body: "broken" } });
  expect((await served.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" })).status).toBe(200);
});

test("the path and the query are verified byte for byte, escapes and all", async () => {
  const target = "/v1/keys?party_id=%50%31001";
  expect((await served.client.call("GET", target)).status).toBe(200);
  expect((await served.client.call("GET", target, undefined, { signedTarget: "/v1/keys?party_id=P1001" })).code).toBe(
    "SIGN_ERROR",
  );
});

/** A signed GET of the bank's keys as raw text, with one line of its head written otherwise. */
async function rawGet(change: { readonly host?: string; readonly target?: string; readonly signed?: string }) {
  const signed = change.signed ?? "/v1/keys?party_id=P1001";
  const { headers } = served.client.request("GET", signed, undefined);
  return [
    `GET ${change.target ?? signed} HTTP/1.1`,
    `Host: ${change.host ?? "bank.test"}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
    "",
    "",
  ].join("\r\n");
}

test.each([
  ["an IPv6 host in its long form", { host: "[0:0:0:0:0:0:0:1]:18280" }],
  ["a host with an empty port", { host: "bank.test:" }],
  ["a host in capitals", { host: "BANK.Test" }],
  ["a target in absolute form", { target: "http://bank.test/v1/keys?party_id=P1001" }],
])("legal HTTP is answered, signed and journalled: %s", async (_name, change) => {
  const before = bank.simulator.journal.total;
  const text = await exchange([await rawGet(change)]);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text).toMatch(/\r\nWechatpay-Signature: /i);
  expect(bank.simulator.journal.total).toBe(before + 1);
});

test("a client of HTTP/1.0 without a host is answered, signed and journalled", async () => {
  const before = bank.simulator.journal.total;
  const request = (await rawGet({})).replace("HTTP/1.1", "HTTP/1.0").replace(/Host: .*\r\n/, "");
  const text = await exchange([request.replace("Connection: close\r\n", "")]);
  expect(text).toMatch(/^HTTP\/1\.[01] 200 /);
  expect(text).toMatch(/\r\nWechatpay-Signature: /i);
  expect(text).toMatch(/\r\nContent-Length: \d+\r\n/i);
  expect(bank.simulator.journal.total).toBe(before + 1);
});

test("raw UTF-8 in a path is refused in the pack's form, signed and journalled", async () => {
  const signed = "/v1/payments/订单-0001?party_id=P1001";
  const text = await exchange([await rawGet({ signed })]);
  expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*percent-encoded/);
  expect(text).toMatch(/\r\nWechatpay-Signature: /i);
  expect(bank.simulator.journal.entries(1)[0]?.request.target).toBe(signed);
});

test("a client that closes its half after the request still has its answer", async () => {
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  await once(socket, "connect");
  let text = "";
  socket.on("data", (piece: Buffer) => (text += piece.toString()));
  socket.end(await rawGet({}));
  await once(socket, "close");
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test("a path that is called with another method names the ones it knows", async () => {
  const refused = await served.client.call("DELETE", "/v1/echo");
  expect([refused.status, refused.headers["allow"], refused.signed]).toEqual([405, "POST", true]);
});

test("every answer has an id of its own, which the journal shows", async () => {
  const answers = [
    await served.client.call("GET", "/v1/keys?party_id=P1001"),
    await served.client.call("GET", "/none"),
  ];
  const ids = answers.map(({ headers }) => headers["request-id"]);
  expect(ids[0]).toMatch(/^[0-9A-F]{24}$/);
  expect(new Set(ids).size).toBe(2);
  const shown = bank.simulator.journal.entries(2).map((entry) => journalView(entry, redaction(bank.pack.source)));
  expect(shown.map((view) => view.request_id)).toEqual(ids);
});

test("what is no HTTP is told, and answered below the pipeline", async () => {
  const told: string[] = [];
  const server = await startServer({
    app: bank.simulator.app,
    hostname: "127.0.0.1",
    port: 0,
    onUnreadable: (error) => told.push(error.message),
  });
  const socket = connect(server.port, "127.0.0.1");
  socket.write("NONSENSE\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(told).toHaveLength(1);
  socket.destroy();
  await server.abort();
});
