import { Hono } from "hono";
import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:net";
import * as tls from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { certificateAuthority } from "../../core/runtime/certificate.ts";
import { startServer } from "./server.ts";
import type { RunningServer, ServerTls } from "./server.ts";

const authority = certificateAuthority();
const own = authority.issue({ names: ["localhost"] });
/** Without authenticated encryption, without any, and without a certificate. */
const WEAK = ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "eNULL:@SECLEVEL=0", "aNULL:@SECLEVEL=0"];
let server: RunningServer | undefined;

afterEach(async () => {
  await server?.abort();
  server = undefined;
});

async function serving(more: Partial<ServerTls> = {}): Promise<RunningServer> {
  server = await startServer({
    app: new Hono().get("/", (context) => context.text("here")),
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...own, ...more },
  });
  return server;
}

/** The status of one request, or what went wrong. */
async function get({ port }: RunningServer, offer: tls.ConnectionOptions = {}): Promise<number | string> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, ca: authority.cert, agent: false, ...offer }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.message))
      .end();
  });
}

describe("a port that speaks TLS", () => {
  test("a TLS port serves TLS 1.2 and 1.3, and says https", async () => {
    const running = await serving();
    expect(running.url).toBe(`https://127.0.0.1:${running.port}`);
    expect(await get(running, { maxVersion: "TLSv1.2" })).toBe(200);
    expect(await get(running, { minVersion: "TLSv1.3" })).toBe(200);
  });

  test.each(["TLSv1", "TLSv1.1"] as const)("a TLS port refuses %s", async (version) => {
    expect(
      await get(await serving(), { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" }),
    ).toMatch(/alert protocol version/);
  });

  test("a TLS port told to be lax takes the offers that it refuses by default", async () => {
    const running = await serving({ minVersion: "TLSv1", ciphers: "ALL:eNULL:@SECLEVEL=0" });
    for (const version of ["TLSv1", "TLSv1.1"] as const)
      expect(
        await get(running, { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" }),
        version,
      ).toBe(200);
    for (const ciphers of WEAK)
      expect(await get(running, { maxVersion: "TLSv1.2", ciphers, rejectUnauthorized: false }), ciphers).toBe(200);
  });

  test.each(WEAK)("a TLS port refuses TLS 1.2 with %s alone", async (ciphers) => {
    const running = await serving();
    expect(await get(running, { maxVersion: "TLSv1.2", ciphers })).toMatch(/alert handshake failure/);
    expect(await get(running, { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })).toBe(200);
  });

  test("a TLS port with a client authority admits only that authority's clients", async () => {
    const running = await serving({ clientCa: authority.cert });
    expect(await get(running)).not.toBe(200);
    expect(await get(running, certificateAuthority("Another").issue({ commonName: "P1001" }))).not.toBe(200);
    expect(await get(running, authority.issue({ commonName: "P1001" }))).toBe(200);
  });

  test("a TLS port stays silent to plain HTTP", async () => {
    const { port } = await serving();
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("data", (piece: Buffer) => (heard += piece.toString("latin1"))).on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "close");
    expect(heard).not.toContain("HTTP/1.1");
  });

  test.each(["close", "abort"] as const)("%s is prompt while a handshake hangs", async (how) => {
    const running = await serving();
    const socket = connect(running.port, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    const began = Date.now();
    await running[how]();
    // Sooner than the handshake is given up by itself.
    expect(Date.now() - began).toBeLessThan(9_000);
    socket.destroy();
  });
});
