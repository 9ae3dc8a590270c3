import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../core/runtime/certificate.ts";
import type { Certificate } from "../core/runtime/certificate.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { TransportFailure } from "../core/runtime/runtime.ts";
import type { TlsSettings } from "../core/runtime/runtime.ts";
import { TestClient } from "../simulator/testing/client.ts";
import { ED25519, namedKey } from "../simulator/testing/keys.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import type { TurnedAway } from "../suites/run/scope.ts";
import type { ListenerTls } from "../suites/statement/statement.ts";
import { startCounterparty } from "./counterparty.ts";
import type { RunningCounterparty } from "./counterparty.ts";
import { counterpartyTls } from "./counterparty-tls.ts";
import { freePort } from "./free-port.ts";
import type { OpenedStatement } from "./statement.ts";
import { UserError } from "./user-error.ts";

/*
 * The counterparty of a run behind TLS, over real sockets: how it lets in the system under test alone, and what
 * it keeps of those that it turned away.
 */

const pack = cooperationPack();
const [sut, party] = [namedKey("BANK01-KEY-1"), namedKey("P1001-KEY-1")];
const authority = certificateAuthority("Joint test authority");
const stranger = certificateAuthority("Another authority");
const listener = authority.issue({ commonName: "counterparty.test", addresses: ["127.0.0.1"] });
const [own, neighbour, foreign] = [
  authority.issue({ commonName: "BANK01" }),
  authority.issue({ commonName: "BANK02" }),
  stranger.issue({ commonName: "BANK01" }),
];
const folder = mkdtempSync(join(tmpdir(), "liantiao-counterparty-tls-"));
const runtime = liveRuntime();

const named = (name: string, text: string): ListenerTls["cert"] => ({ name, text });
const tls: ListenerTls = {
  cert: named("listener.pem", listener.cert),
  key: named("listener.key.pem", listener.key),
  ca: named("ca.pem", authority.cert),
  clientCa: named("ca.pem", authority.cert),
  clientCert: named("own.pem", own.cert),
};

let running: RunningCounterparty;
let port: number;
beforeAll(async () => {
  port = await freePort("127.0.0.1");
  const opened = {
    file: "sut.json",
    source: pack.source,
    signers: [],
    sutKeys: [{ serial: sut.serial, token: ED25519, key: sut.publicKey }],
    statement: {
      role: "bank",
      sutPartyId: "BANK01",
      sutKeys: [{ serial: sut.serial, algorithm: ED25519, publicPem: sut.publicPem }],
      parties: [{ partyId: "P1001", algorithm: ED25519, serial: party.serial, key: { privateKey: party.privatePem } }],
      notify: { listen: { host: "127.0.0.1", port }, publicUrl: `https://127.0.0.1:${port}`, tls },
    },
  };
  running = (await startCounterparty(opened as unknown as OpenedStatement)) as RunningCounterparty;
});
afterAll(async () => {
  runtime.close();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

const client = new TestClient({
  pack,
  party: { id: "BANK01", key: sut },
  answerKeys: [party],
  clock: () => Date.now(),
  send: () => Promise.reject(new Error("sent by hand")),
  firstNonce: 1,
});

/** A signed notification of the system under test. */
const notification = (): ReturnType<TestClient["request"]> =>
  client.request("POST", "/notify", {
    notify_id: "N1".padEnd(22, "0"),
    event: "refund.result",
    occurred_at: "2026-11-26T07:22:45+08:00",
    refund: {
      party_id: "P1001",
      out_refund_no: "refund-1",
      out_trade_no: "trade-1",
      refund_id: "rfd_000000001",
      state: "SUCCEEDED",
      amount: { value: 195, currency: "CNY" },
      created_at: "2026-11-26T07:22:45+08:00",
      settled_at: "2026-11-26T07:22:45+08:00",
    },
  });

/** The status of the answer; rejects where the connection ends without one. */
async function notified(shown: Pick<Certificate, "cert" | "key"> | undefined, ca = authority.cert): Promise<number> {
  const { method, target, headers, body } = notification();
  const settings: TlsSettings = { ca, ...shown };
  const { status } = await runtime.transport.send({
    method,
    url: `https://127.0.0.1:${port}${target}`,
    headers,
    body: body as Uint8Array,
    timeoutMs: 60_000,
    tls: settings,
  });
  return status;
}

/** Why connections were turned away since, in English. */
async function reasons(since: number): Promise<readonly string[]> {
  const { adminUrl, token } = running.counterparty;
  const answer = await fetch(`${adminUrl}/__admin/turned-away?since=${since}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { readonly turnedAway: readonly TurnedAway[] }).turnedAway.map(
    ({ reason }) => reason.en,
  );
}

test("a notification arrives over the connection that shows the bound certificate", async () => {
  const began = Date.now();
  expect(await notified(own)).toBe(204);
  expect(await reasons(began)).toEqual([]);
});

test.each([
  ["no certificate", undefined, "showed no client certificate; wanted is one of CN=Joint test authority"],
  ["one of another authority", foreign, "issued by CN=Another authority"],
  ["one of the same authority that is not bound", neighbour, "showed the client certificate of CN=BANK02"],
] as const)("a connection that shows %s is turned away, and why is kept", async (_what, shown, told) => {
  const began = Date.now();
  await expect(notified(shown)).rejects.toBeInstanceOf(TransportFailure);
  await expect.poll(() => reasons(began)).toEqual([expect.stringContaining(told)]);
});

test("a client that does not trust the listener leaves, and that is kept", async () => {
  const began = Date.now();
  await expect(notified(own, stranger.cert)).rejects.toMatchObject({ kind: "tls", sent: false });
  await expect
    .poll(() => reasons(began))
    .toEqual([expect.stringContaining("most likely it does not trust our certificate")]);
});

test("plain HTTP at the TLS port is told as that", async () => {
  const began = Date.now();
  const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  socket.on("error", () => {});
  await expect.poll(() => reasons(began)).toEqual(["it spoke plain HTTP to a port that speaks TLS"]);
  socket.destroy();
});

test("pre-flight visits with the certificate of its run", async () => {
  const { notifyUrl, visit = {} } = running.counterparty;
  const began = Date.now();
  const { status } = await runtime.transport.send({
    method: "GET",
    url: `${notifyUrl}/elsewhere/LT000000000001`,
    headers: [],
    body: new Uint8Array(),
    timeoutMs: 60_000,
    tls: visit,
  });
  expect(status).toBeGreaterThanOrEqual(200);
  expect(await reasons(began)).toEqual([]);
});

/** What `openssl s_client` reads after it has sent a signed notification. */
async function byOpenssl(shown: Certificate, ...words: readonly string[]): Promise<string> {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { method, target, headers, body } = notification();
  const child = spawn("openssl", [
    ..."s_client -quiet -verify_return_error -connect".split(" "),
    `127.0.0.1:${port}`,
    "-CAfile",
    file("ca.pem", authority.cert),
    "-cert",
    file("shown.pem", shown.cert),
    "-key",
    file("shown.key.pem", shown.key),
    ...words,
  ]);
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  child.stdin.on("error", () => {});
  child.stdin.write(
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${headers
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}Content-Length: ${(body as Uint8Array).length}\r\n\r\n`,
  );
  child.stdin.write(body as Uint8Array);
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

test.each(["-tls1_2", "-tls1_3"])("openssl delivers a notification over mutual TLS with %s", async (version) => {
  expect(await byOpenssl(own, version)).toMatch(/^HTTP\/1\.1 204/);
});

test("openssl that does not trust the listener says so, and that is kept", async () => {
  const began = Date.now();
  writeFileSync(join(folder, "stranger.pem"), stranger.cert);
  expect(await byOpenssl(own, "-CAfile", join(folder, "stranger.pem"))).toBe("");
  await expect.poll(() => reasons(began)).toEqual([expect.stringContaining("does not trust our certificate")]);
});

test("openssl with the certificate of another client gets no answer", async () => {
  const began = Date.now();
  expect(await byOpenssl(neighbour)).toBe("");
  expect(await reasons(began)).toEqual([expect.stringContaining("CN=BANK02")]);
});

test.each([
  [
    { key: named("own.key.pem", own.key) },
    "does not belong to the certificate",
    "sut.json /notify/tls/key own.key.pem",
  ],
  [{ clientCert: named("foreign.pem", foreign.cert) }, "another authority", "sut.json /notify/tls/clientCert"],
  [{ clientCa: named("own.pem", own.cert) }, "not an authority's", "sut.json /notify/tls/clientCa"],
] as const)("a file under notify.tls that does not fit is told ahead of the run: %#", (wrong, told, where) => {
  const start = (): unknown => counterpartyTls({ ...tls, ...wrong }, "sut.json", Date.now());
  expect(start).toThrow(UserError);
  expect(start).toThrow(told);
  try {
    start();
  } catch (error) {
    expect((error as UserError).details.where).toContain(where);
  }
});
