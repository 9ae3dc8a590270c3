import * as net from "node:net";
import * as tls from "node:tls";
import { afterEach, expect, test } from "vitest";
import { handshake } from "./handshake.ts";
import { selfSignedCertificate } from "./certificate.ts";

let server: net.Server | undefined;
const open = new Set<net.Socket>();

afterEach(() => {
  server?.close();
  for (const socket of open) socket.destroy();
});

async function listening(made: net.Server): Promise<string> {
  server = made.on("connection", (socket: net.Socket) => open.add(socket));
  await new Promise<void>((resolve) => void made.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${(made.address() as net.AddressInfo).port}`;
}

const secure = (options: tls.TlsOptions = {}): net.Server =>
  tls.createServer({ ...selfSignedCertificate(), ...options }).on("tlsClientError", () => {});

test("a handshake tells which protocol and certificate were taken", async () => {
  const outcome = await handshake(await listening(secure()), {}, { maxVersion: "TLSv1.2" }, 60_000);
  expect(outcome).toMatchObject({
    kind: "accepted",
    protocol: "TLSv1.2",
    certificate: { names: ["localhost", "127.0.0.1"], issuer: "localhost" },
  });
});

test("a handshake that the peer ends counts as refused", async () => {
  expect(
    await handshake(await listening(secure({ minVersion: "TLSv1.3" })), {}, { maxVersion: "TLSv1.2" }, 60_000),
  ).toMatchObject({ kind: "refused" });
  expect(
    await handshake(await listening(net.createServer((socket) => socket.destroy())), {}, {}, 60_000),
  ).toMatchObject({ kind: "refused" });
});

test("silence and an absent peer count as unknown, not as refused", async () => {
  expect(await handshake(await listening(net.createServer(() => {})), {}, {}, 200)).toMatchObject({ kind: "unknown" });
  const gone = await listening(net.createServer(() => {}));
  await new Promise<void>((resolve) => void server?.close(() => resolve()));
  expect(await handshake(gone, {}, {}, 60_000)).toMatchObject({ kind: "unknown" });
  expect(await handshake("https://no-such-host.invalid", {}, {}, 60_000)).toMatchObject({ kind: "unknown" });
});

test("an offer beyond this machine's abilities counts as impossible", async () => {
  expect(
    await handshake(await listening(secure()), {}, { ciphers: "NO-SUCH-SUITE", maxVersion: "TLSv1.2" }, 60_000),
  ).toMatchObject({ kind: "impossible" });
});
