import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ed25519 } from "../signature/ed25519.ts";
import { BUSY_SIGNATURES, type LiveOptions, type LiveRuntime, liveRuntime } from "./live.ts";
import { MAX_ANSWER_BYTES } from "./wire.ts";
import { type HttpRequest, TransportFailure } from "./runtime.ts";
import { selfSignedCertificate } from "./certificate.ts";

/** A limit that is meant to end. A busy machine has connected and sent before it does. */
const SHORT_MS = 1_000;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("the live transport", () => {
  test("keeps the header list out and in: order, case and repetitions", async () => {
    const url = await plain((request, answer) => {
      answer.writeHead(201, ["X-Signature", "s", "set-COOKIE", "a", "Set-Cookie", "b", "Content-Length", "2"]);
      answer.end(JSON.stringify(request.rawHeaders).length > 0 ? "ok" : "");
      seen = request.rawHeaders;
    });
    let seen: string[] = [];
    const answer = await runtime().transport.send(
      post(url, "{}", [
        ["X-Zulu", "1"],
        ["x-alpha", "2"],
        ["X-Zulu", "3"],
        ["Content-Type", "application/json"],
      ]),
    );
    expect(seen.slice(0, 12)).toEqual([
      "Host",
      new URL(url).host,
      "X-Zulu",
      "1",
      "x-alpha",
      "2",
      "X-Zulu",
      "3",
      "Content-Type",
      "application/json",
      "Content-Length",
      "2",
    ]);
    expect(answer.status).toBe(201);
    expect(answer.headers.slice(0, 4)).toEqual([
      ["X-Signature", "s"],
      ["set-COOKIE", "a"],
      ["Set-Cookie", "b"],
      ["Content-Length", "2"],
    ]);
    expect(Buffer.from(answer.body).toString()).toBe("ok");
  });

  test("carries bytes as they are, and a path with its query", async () => {
    const url = await plain(
      (request, answer) =>
        void request.on("data", (bytes) => answer.write(bytes)).on("end", () => answer.end(request.url)),
    );
    const body = Uint8Array.from({ length: 256 }, (_, at) => at);
    const answer = await runtime().transport.send({ ...post(`${url}/a%2Fb?c=d&e`, ""), body });
    expect(Buffer.from(answer.body)).toEqual(Buffer.concat([body, Buffer.from("/a%2Fb?c=d&e")]));
  });

  test.each(["/a'b?c='d'", "/a/../b?x=%2e%27", "/v1//x?", "?q=1"])(
    "sends the target %s as it stands",
    async (target) => {
      const url = await plain((request, answer) => answer.end(request.url));
      const answer = await runtime().transport.send(post(url + target, ""));
      expect(Buffer.from(answer.body).toString()).toBe(target.startsWith("/") ? target : `/${target}`);
    },
  );

  test("sends a given Content-Length as it is and none beside Transfer-Encoding", async () => {
    const heads: string[] = [];
    const url = await raw((socket) => {
      let text = "";
      socket.on("data", (bytes) => {
        text += bytes.toString("latin1");
        if (!text.includes("}")) return;
        heads.push(text);
        socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
      });
    });
    const { transport } = runtime();
    await transport.send(post(url, "{}", [["content-length", "1"]]));
    await transport.send(post(url, "{}", [["Transfer-Encoding", "chunked"]]));
    expect(heads[0]).toMatch(/\r\ncontent-length: 1\r\n.*\r\n\r\n\{\}$/s);
    expect(heads[1]).toMatch(/\r\n\r\n2\r\n\{\}/);
    expect(heads[1]).not.toMatch(/content-length/i);
  });

  test("sends Content-Length: 0 with an empty POST and none with a GET", async () => {
    const url = await plain((request, answer) => answer.end(String(request.headers["content-length"])));
    const { transport } = runtime();
    expect(String(Buffer.from((await transport.send({ ...post(url, ""), method: "GET" })).body))).toBe("undefined");
    expect(String(Buffer.from((await transport.send(post(url, ""))).body))).toBe("0");
  });

  test("takes as long an answer as the request has room for", async () => {
    const url = await plain((_request, answer) => answer.end(Buffer.alloc(MAX_ANSWER_BYTES + 1)));
    const { transport } = runtime();
    await expect(transport.send(post(url, "{}"))).rejects.toThrow(`longer than ${MAX_ANSWER_BYTES} bytes`);
    const file = await transport.send({ ...post(url, "{}"), mostAnswerBytes: MAX_ANSWER_BYTES + 1 });
    expect(file.body.length).toBe(MAX_ANSWER_BYTES + 1);
  });

  test("leaves redirects to the caller", async () => {
    let calls = 0;
    const url = await plain((_request, answer) => {
      calls++;
      answer.writeHead(307, { location: "/elsewhere" }).end();
    });
    expect((await runtime().transport.send(post(url, "{}"))).status).toBe(307);
    expect(calls).toBe(1);
  });

  test("reuses a connection", async () => {
    const ports = new Set<number | undefined>();
    const url = await plain((request, answer) => {
      ports.add(request.socket.remotePort);
      answer.end();
    });
    const { transport } = runtime();
    for (let call = 0; call < 3; call++) await transport.send(post(url, "{}"));
    expect(ports.size).toBe(1);
  });

  test("gives idle connections up sooner than the peer was seen to close them", async () => {
    const ended: string[] = [];
    let impatient = true;
    const url = await raw((socket) => {
      socket.on("error", () => {});
      socket.on("data", (bytes: Buffer) => {
        const [, name = ""] = /^GET \/(\w+)/.exec(bytes.toString("latin1")) ?? [];
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        if (impatient) setTimeout(() => socket.end(), 200);
        socket.on("end", () => void ended.push(name));
      });
    });
    const [learned, fresh] = [runtime(), runtime()];
    const get = (one: LiveRuntime, name: string): Promise<unknown> =>
      one.transport.send({ ...post(`${url}/${name}`, ""), method: "GET" });
    await get(learned, "first");
    await expect.poll(() => ended).toEqual(["first"]);
    impatient = false;
    await Promise.all([get(fresh, "fresh"), get(learned, "learned")]);
    await expect.poll(() => ended).toEqual(["first", "learned", "fresh"]);
  });

  test.each<[string, (socket: net.Socket) => void, Partial<TransportFailure>]>([
    ["no answer", () => {}, { kind: "timeout", sent: true }],
    [
      "half an answer, then silence",
      (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
      { kind: "timeout", sent: true },
    ],
    [
      "half an answer, then the end",
      (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
      { kind: "reset", sent: true },
    ],
    ["a hang-up", (socket) => void socket.end(), { kind: "reset", sent: true }],
    ["a reset", (socket) => void socket.resetAndDestroy(), { kind: "reset", sent: true }],
    ["no HTTP", (socket) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n"), { kind: "protocol", sent: true }],
    [
      "an upgrade",
      (socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
      { kind: "protocol", sent: true },
    ],
    ["an endless answer", (socket) => endless(socket), { kind: "protocol", sent: true }],
  ])("names what went wrong: %s", async (_what, answer, expected) => {
    const url = await raw((socket) => void socket.on("error", () => {}).once("data", () => answer(socket)));
    expect(
      await failureOf(runtime(), { ...post(url, "{}"), timeoutMs: expected.kind === "timeout" ? SHORT_MS : 60_000 }),
    ).toMatchObject(expected);
  });

  test("names what went wrong before the first byte is sent", async () => {
    const url = await raw(() => {});
    for (const close of closers.splice(0)) close();
    const host = runtime();
    expect(await failureOf(host, post(url, "{}"))).toMatchObject({ kind: "refused", sent: false });
    expect(await failureOf(host, post("http://no-such-host.invalid/", "{}"))).toMatchObject({
      kind: "dns",
      sent: false,
    });
    expect(await failureOf(host, post("ftp://localhost/", "{}"))).toMatchObject({ kind: "protocol", sent: false });
    expect(await failureOf(host, post(url, "{}", [["X-Bad", "a\r\nb"]]))).toMatchObject({
      kind: "protocol",
      sent: false,
    });
  });

  test("a request that times out while waiting for a connection counts as unsent", async () => {
    const url = await raw(() => {});
    const host = liveRuntime({ maxSockets: 1 });
    closers.push(() => host.close());
    const first = failureOf(host, { ...post(url, "{}"), timeoutMs: SHORT_MS });
    expect(await failureOf(host, { ...post(url, "{}"), timeoutMs: SHORT_MS / 2 })).toMatchObject({
      kind: "timeout",
      sent: false,
    });
    expect(await first).toMatchObject({ kind: "timeout", sent: true });
  });

  test("gives up when the caller does", async () => {
    const arrived = Promise.withResolvers<AbortController>();
    const controller = new AbortController();
    const url = await raw((socket) => void socket.once("data", () => arrived.resolve(controller)));
    const host = runtime();
    const failing = failureOf(host, post(url, "{}"), controller.signal);
    (await arrived.promise).abort("enough");
    expect(await failing).toMatchObject({ kind: "aborted", sent: true, cause: "enough" });
    expect(await failureOf(host, post(url, "{}"), controller.signal)).toMatchObject({ kind: "aborted", sent: false });
  });

  test("verifies certificates, trusts the given CA and shows its own certificate", async () => {
    const bank = selfSignedCertificate();
    const platform = selfSignedCertificate();
    const server = https.createServer(
      { ...bank, ca: platform.cert, requestCert: true, rejectUnauthorized: true },
      (_request, answer) => void answer.end("ok"),
    );
    const url = await listening(server, "https");
    const to = (tls: Parameters<typeof liveRuntime>[0]): LiveRuntime => {
      const host = liveRuntime(tls);
      closers.push(() => host.close());
      return host;
    };
    expect(await failureOf(to({}), post(url, "{}"))).toMatchObject({ kind: "tls", sent: false });
    expect((await to({ tls: { ca: bank.cert, ...platform } }).transport.send(post(url, "{}"))).status).toBe(200);
    expect(
      await failureOf(to({ tls: { ca: bank.cert, ...platform, servername: "bank.test" } }), post(url, "{}")),
    ).toMatchObject({ kind: "tls", sent: false });
    // In TLS 1.3 the peer's alert about our certificate comes after our own handshake is done.
    expect(await failureOf(to({ tls: { ca: bank.cert } }), post(url, "{}"))).toMatchObject({
      kind: expect.stringMatching(/tls|reset/),
    });
  });
});

describe("the live clock and randomness", () => {
  test("a delay beyond Node's longest timer is kept", async () => {
    let fired = false;
    const cancel = runtime().schedule(60 * 24 * 3_600_000, () => (fired = true));
    await runtime().sleep(30);
    cancel();
    expect(fired).toBe(false);
  });

  test("sleep rejects with the signal's reason", async () => {
    const host = runtime();
    await expect(host.sleep(60_000, AbortSignal.abort("now"))).rejects.toBe("now");
    const controller = new AbortController();
    const sleeping = host.sleep(60_000, controller.signal);
    controller.abort("later");
    await expect(sleeping).rejects.toBe("later");
  });

  test("streams repeat with a seed and differ without one", () => {
    expect(liveRuntime().random("a").bytes(16)).not.toEqual(liveRuntime().random("a").bytes(16));
    expect(liveRuntime({ seed: 1 }).random("a").bytes(16)).toEqual(liveRuntime({ seed: 1 }).random("a").bytes(16));
    for (let draw = 0; draw < 100; draw++) expect(liveRuntime().random("a").below(3)).toBeLessThan(3);
  });

  test("strong bytes are handed out once, however many are drawn", () => {
    const stream = liveRuntime().random("a");
    const drawn = Array.from({ length: 1_000 }, () => Buffer.from(stream.bytes(16)).toString("hex"));
    expect(new Set(drawn).size).toBe(1_000);
    expect(new Set(stream.bytes(10_000)).size).toBe(256);
    expect(() => stream.bytes(-1)).toThrow(/whole number/);
  });

  test("signs in line where threads are off, and passes errors on", async () => {
    const { offload } = runtime();
    expect(await offload.sign({ ...key, sign: () => Uint8Array.of(7) }, message)).toEqual(Uint8Array.of(7));
    await expect(
      offload.sign(
        {
          ...key,
          sign: () => {
            throw new Error("no key");
          },
        },
        message,
      ),
    ).rejects.toThrow("no key");
  });

  test("a deferred task waits until few signatures are queued", async () => {
    const { offload, defer } = runtime({ signingThreads: 1 });
    let signed = 0;
    const signatures = Array.from({ length: 40 }, async () => {
      await offload.sign(key, message);
      signed += 1;
    });
    const seen = await new Promise<number>((resolve) => defer(() => resolve(signed)));
    expect(seen).toBeGreaterThanOrEqual(40 - BUSY_SIGNATURES);
    await Promise.all(signatures);
  });
});

const key = ed25519.privateKey(ed25519.generate().privatePem);
const message = Uint8Array.of(1, 2, 3);

function runtime(options: LiveOptions = {}): LiveRuntime {
  const host = liveRuntime(options);
  closers.push(() => host.close());
  return host;
}

async function failureOf(host: LiveRuntime, request: HttpRequest, signal?: AbortSignal): Promise<unknown> {
  const outcome = await host.transport.send(request, signal).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(TransportFailure);
  return outcome;
}

const post = (url: string, body: string, headers: HttpRequest["headers"] = []): HttpRequest => ({
  method: "POST",
  url,
  headers,
  body: Buffer.from(body),
  timeoutMs: 60_000,
});

const plain = (handler: http.RequestListener): Promise<string> => listening(http.createServer(handler), "http");

async function raw(handler: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listening(
    net.createServer((socket) => {
      sockets.add(socket);
      handler(socket);
    }),
    "http",
  );
}

async function listening(server: net.Server, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.close();
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
  });
  return `${scheme}://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

function endless(socket: net.Socket): void {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  socket.write("HTTP/1.1 200 OK\r\n\r\n");
  const more = (): void =>
    void (
      socket.writable &&
      socket.write(chunk, (error) => {
        if (error === undefined || error === null) more();
      })
    );
  more();
}
