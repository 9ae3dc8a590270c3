import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
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
