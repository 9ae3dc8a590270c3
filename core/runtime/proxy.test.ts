import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { barrier } from "./barrier.ts";
import { certificateAuthority } from "./certificate.ts";
import { handshake } from "./handshake.ts";
import { liveRuntime } from "./live.ts";
import { proxyFor, proxySettings, ProxyUnusable } from "./proxy.ts";
import type { ProxySettings } from "./proxy.ts";
import type { HttpRequest } from "./runtime.ts";

describe("the proxy of the environment", () => {
  const by = (environment: Readonly<Record<string, string>>, url: string): string | undefined =>
    proxyFor(new URL(url), proxySettings(environment))?.href;

  test("the scheme of a URL chooses its proxy, and small letters come first", () => {
    const both = { HTTP_PROXY: "http://a:3128", HTTPS_PROXY: "http://b:3128", https_proxy: "http://c:3128" };
    expect(by(both, "http://bank.example/v1")).toBe("http://a:3128/");
    expect(by(both, "https://bank.example/v1")).toBe("http://c:3128/");
    expect(by({ ALL_PROXY: "proxy:3128" }, "https://bank.example")).toBe("http://proxy:3128/");
    expect(by({ HTTP_PROXY: "http://a:3128" }, "https://bank.example")).toBeUndefined();
    expect(proxySettings({ HTTP_PROXY: "", NO_PROXY: "*" })).toBeUndefined();
  });

  test.each([
    ["bank.example", "http://bank.example/", true],
    ["bank.example", "http://test.bank.example/", true],
    [".bank.example", "http://test.bank.example/", true],
    ["*.bank.example", "http://test.bank.example/", true],
    ["bank.example", "http://otherbank.example/", false],
    ["bank.example:8443", "https://bank.example:8443/", true],
    ["bank.example:443", "https://bank.example/", true],
    ["bank.example:8443", "https://bank.example/", false],
    ["10.0.0.0/8", "http://10.20.30.40/", true],
    ["10.0.0.0/8", "http://11.20.30.40/", false],
    ["10.0.0.0/99", "http://10.20.30.40/", false],
    ["fd00::/8", "http://[fd00::1]:8080/", true],
    ["[fd00::1]:8080", "http://[fd00::1]:8080/", true],
    ["other.example, bank.example", "http://bank.example/", true],
    ["other.example bank.example", "http://bank.example/", true],
    ["BANK.Example", "http://bank.example/", true],
    ["*", "http://bank.example/", true],
    ["", "http://bank.example/", false],
  ])("NO_PROXY %j and %s: called directly is %s", (direct, url, isDirect) => {
    const proxies = { ALL_PROXY: "http://proxy:3128", NO_PROXY: direct };
    expect(by(proxies, url)).toBe(isDirect ? undefined : "http://proxy:3128/");
  });

  test.each([
    "http://127.0.0.1:8080/",
    "http://127.9.9.9/",
    "http://localhost/",
    "http://a.localhost/",
    "http://[::1]/",
  ])("%s is called through a proxy only when that is asked for", (url) => {
    expect(by({ ALL_PROXY: "http://proxy:3128" }, url)).toBeUndefined();
    expect(by({ ALL_PROXY: "http://proxy:3128", LIANTIAO_PROXY_LOOPBACK: "1" }, url)).toBe("http://proxy:3128/");
  });

  test.each(["socks5://me:secret@proxy:1080", "http://me:secret@"])("%s is refused by the variable's name", (text) => {
    const read = (): unknown => proxySettings({ HTTPS_PROXY: text });
    expect(read).toThrow(ProxyUnusable);
    expect(read).toThrow(/^HTTPS_PROXY (?!.*secret)/);
  });
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

async function listening(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => void sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy as RFC 9110 has it, which asks for a user; what it was asked for is told in `seen`. */
async function proxy(seen: string[], refusing = false): Promise<ProxySettings> {
  const knows = ({ headers }: http.IncomingMessage): boolean =>
    headers["proxy-authorization"] === `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  const server = http.createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!knows(incoming)) {
      outgoing.writeHead(407).end();
      return;
    }
    const { hostname, port, origin } = new URL(incoming.url ?? "");
    const path = incoming.url?.slice(origin.length) ?? "";
    const further = http.request({ hostname, port, path, method: incoming.method ?? "" });
    further.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(further);
  });
  server.on("connect", (incoming, near) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (refusing || !knows(incoming)) {
      near.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url ?? ""}`);
    const far = net.connect(Number(port), hostname, () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      near.pipe(far).pipe(near);
    });
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
  });
  const url = new URL(`http://user:p%40ss@127.0.0.1:${await listening(server)}`);
  return { http: url, https: url, direct: [], loopback: true };
}

const authority = certificateAuthority();
const answering: http.RequestListener = (incoming, outgoing) =>
  void outgoing.end(`${incoming.method} ${incoming.url} ${incoming.headers["proxy-authorization"] ?? "-"}`);

/** A peer's address and a request to it. */
async function peer(scheme: "http" | "https"): Promise<{ readonly url: string; readonly request: HttpRequest }> {
  const server =
    scheme === "http"
      ? http.createServer(answering)
      : https.createServer({ ...authority.issue({ names: ["localhost"] }) }, answering);
  const url = `${scheme}://127.0.0.1:${await listening(server)}`;
  return {
    url,
    request: { method: "GET", url: `${url}/v1/a?b='c`, headers: [], body: new Uint8Array(), timeoutMs: 20_000 },
  };
}

const text = (answer: unknown): string =>
  answer instanceof Error ? answer.message : new TextDecoder().decode((answer as { readonly body: Uint8Array }).body);

describe.each(["http", "https"] as const)("a call of %s through a proxy", (scheme) => {
  const asked = (url: string): string => (scheme === "http" ? `GET ${url}/v1/a?b='c` : `CONNECT ${url.slice(8)}`);
  const tls = { ca: authority.cert };

  test(`an ordinary ${scheme} call arrives, and the peer sees nothing of the proxy's password`, async () => {
    const seen: string[] = [];
    const { url, request } = await peer(scheme);
    const runtime = liveRuntime({ tls, proxy: await proxy(seen) });
    closers.push(() => runtime.close());
    expect(text(await runtime.transport.send(request))).toBe("GET /v1/a?b='c -");
    expect(seen).toEqual([asked(url)]);
  });

  test(`a race of ${scheme} calls arrives, each over a connection of its own`, async () => {
    const seen: string[] = [];
    const { url, request } = await peer(scheme);
    const answers = await barrier(url, tls, await proxy(seen)).race([request, request, request]);
    expect(answers.map(text)).toEqual(Array.from({ length: 3 }, () => "GET /v1/a?b='c -"));
    expect(seen).toEqual(Array.from({ length: 3 }, () => asked(url)));
  });
});

test("a TLS handshake goes through the proxy", async () => {
  const seen: string[] = [];
  const { url } = await peer("https");
  expect(await handshake(url, {}, {}, 20_000, await proxy(seen))).toMatchObject({ kind: "accepted" });
  expect(seen).toEqual([`CONNECT ${url.slice(8)}`]);
});

test("a proxy that opens no way is named, and nothing counts as sent", async () => {
  const { url, request } = await peer("https");
  const settings = await proxy([], true);
  const [raced] = await barrier(url, {}, settings).race([request]);
  expect(raced).toMatchObject({ kind: "refused", sent: false });
  expect(text(raced)).toMatch(/the proxy 127\.0\.0\.1:\d+ opens no way there \(HTTP\/1\.1 403 Forbidden\)/);
  expect(await handshake(url, {}, {}, 20_000, settings)).toMatchObject({ kind: "unknown" });
  const runtime = liveRuntime({ proxy: settings });
  closers.push(() => runtime.close());
  await expect(runtime.transport.send(request)).rejects.toMatchObject({
    kind: "refused",
    sent: false,
    proxy: settings.https?.host,
    message: expect.stringMatching(/the proxy 127\.0\.0\.1:\d+ opens no way there \(HTTP\/1\.1 403 Forbidden\)/),
    said: { zh: `代理 ${settings.https?.host} 未能接通对端（ERR_PROXY_TUNNEL）` },
  });
});
