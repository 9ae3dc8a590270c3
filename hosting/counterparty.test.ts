import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawRequest } from "../simulator/http/raw.ts";
import { TestClient } from "../simulator/testing/client.ts";
import { ED25519, namedKey } from "../simulator/testing/keys.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import { startCounterparty } from "./counterparty.ts";
import type { RunningCounterparty } from "./counterparty.ts";
import { freePort } from "./free-port.ts";
import type { OpenedStatement } from "./statement.ts";

const pack = cooperationPack();
const [sut, party] = [namedKey("BANK01-KEY-1"), namedKey("P1001-KEY-1")];

let running: RunningCounterparty;
beforeAll(async () => {
  const port = await freePort("127.0.0.1");
  const opened = {
    source: pack.source,
    signers: [],
    sutKeys: [{ serial: sut.serial, token: ED25519, key: sut.publicKey }],
    statement: {
      role: "bank",
      sutPartyId: "BANK01",
      sutKeys: [{ serial: sut.serial, algorithm: ED25519, publicPem: sut.publicPem }],
      parties: [{ partyId: "P1001", algorithm: ED25519, serial: party.serial, key: { privateKey: party.privatePem } }],
      notify: { listen: { host: "127.0.0.1", port }, publicUrl: `http://127.0.0.1:${port}` },
    },
  };
  running = (await startCounterparty(opened as unknown as OpenedStatement)) as RunningCounterparty;
});
afterAll(() => running.close());

/** Over one connection and in one piece, so that all of them are read in one turn. Heads and bodies as they come back. */
async function sendTogether(requests: readonly RawRequest[]): Promise<string> {
  const { hostname, port, host } = new URL(running.counterparty.notifyUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let text = "";
  const over = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("data", (piece: Buffer) => {
      text += piece.toString();
      if ((text.match(STATUS)?.length ?? 0) === requests.length) resolve();
    });
  });
  socket.write(
    Buffer.concat(
      requests.flatMap(({ method, target, headers, body }) => [
        Buffer.from(
          `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}Content-Length: ${(body as Uint8Array).length}\r\n\r\n`,
        ),
        body as Uint8Array,
      ]),
    ),
  );
  await over;
  // The last body may follow its head.
  await new Promise((resolve) => void setTimeout(resolve, 50));
  socket.destroy();
  return text;
}

const STATUS = /HTTP\/1\.1 \d+/g;

const [at, amount] = ["2026-11-26T07:22:45+08:00", { value: 195, currency: "CNY" }];
const refund = (id: string): unknown => ({
  notify_id: `N${id}`.padEnd(22, "0"),
  event: "refund.result",
  occurred_at: at,
  refund: {
    party_id: "P1001",
    out_refund_no: `refund-${id}`,
    out_trade_no: `trade-${id}`,
    refund_id: `rfd_00000000${id}`,
    state: "SUCCEEDED",
    amount,
    created_at: at,
    settled_at: at,
  },
});
const binding = (id: string): unknown => ({
  notify_id: `N${id}`.padEnd(22, "0"),
  event: "binding.change",
  occurred_at: at,
  binding: { binding_id: `bnd_00000000${id}` },
});

test("different notifications at one address are each taken for what they are", async () => {
  const client = new TestClient({
    pack,
    party: { id: "BANK01", key: sut },
    answerKeys: [party],
    clock: () => Date.now(),
    send: () => Promise.reject(new Error("sent by hand")),
  });
  // The second kind lacks what its schema asks for, so it is refused, as what it says it is.
  const requests = Array.from({ length: 40 }, (_, index) =>
    client.request("POST", "/notify", index % 2 === 0 ? refund(String(index)) : binding(String(index))),
  );
  const answers = (await sendTogether(requests)).split(/(?=HTTP\/1\.1 )/);
  expect(
    answers.map((answer) => [/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1], /"field":"(\/\w+)/.exec(answer)?.[1]]),
  ).toEqual(requests.map((_, index) => (index % 2 === 0 ? ["204", undefined] : ["400", "/binding"])));
});

/** Paths and queries of what stands in the journal, oldest first. */
async function journalled(): Promise<readonly string[]> {
  const { adminUrl, token } = running.counterparty;
  const answer = await fetch(`${adminUrl}/__admin/requests?limit=1000`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { requests } = (await answer.json()) as { readonly requests: readonly { readonly request: RawRequest }[] };
  return requests.map(({ request }) => request.target);
}

test("requests of strangers are turned away and leave the journal alone", async () => {
  const { baseUrl, notifyUrl } = running.counterparty;
  const handedOut = `${notifyUrl}/ack/LT000000000001`;
  await fetch(handedOut, { method: "POST", body: "{}" });
  const before = await journalled();
  expect(before.at(-1)).toBe(new URL(handedOut).pathname);
  const stray = async (): Promise<number> =>
    (await fetch(`${notifyUrl}/payment`, { method: "POST", body: "{}" })).status;
  expect(await stray()).toBe(404);
  expect((await fetch(`${baseUrl}/healthz`)).status).toBe(404);
  for (let sent = 0; sent < 2_100; sent += 100) await Promise.all(Array.from({ length: 100 }, stray));
  expect(await journalled()).toEqual(before);
});

test("an unsigned message about a number of the run is kept for the checks", async () => {
  const { notifyUrl } = running.counterparty;
  const before = await journalled();
  await fetch(notifyUrl, { method: "POST", body: JSON.stringify({ payment: { out_trade_no: "LT000000000002" } }) });
  expect((await journalled()).slice(before.length)).toEqual([new URL(notifyUrl).pathname]);
});
