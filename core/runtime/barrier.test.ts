import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { barrier, type RaceResult } from "./barrier.ts";
import { type HttpRequest, TransportFailure } from "./runtime.ts";
import { selfSignedCertificate } from "./certificate.ts";

const N = 20;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("the barrier", () => {
  test.each(["keep-alive", "close"])(
    "answers each of 20 requests in its place, with Connection: %s",
    async (connection) => {
      const url = await serve(
        http.createServer((request, answer) => void echo(request, answer.setHeader("Connection", connection))),
      );
      expect(textsOf(await barrier(url).race(requests(url)))).toEqual(numbered);
    },
  );

  test("a barrier holds back the last byte until all requests are there", async () => {
    const received = new Map<net.Socket, string>();
    const atFirstWhole: number[] = [];
    const url = await serve(
      net.createServer((socket) => {
        received.set(socket, "");
        socket.on("data", (bytes) => {
          received.set(socket, `${received.get(socket)}${bytes.toString("latin1")}`);
          if (received.get(socket)?.endsWith("}") !== true) return;
          if (atFirstWhole.length === 0) for (const text of received.values()) atFirstWhole.push(text.length);
          socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
      }),
    );
    const results = await barrier(url).race(requests(url));
    expect(textsOf(results)).toEqual(numbered.map(() => ""));
    const missing = [...received.values()].map((text, at) => text.length - (atFirstWhole[at] ?? 0));
    expect(missing).toHaveLength(N);
    for (const bytes of missing) expect(bytes).toBeLessThanOrEqual(1);
  });

  test("a barrier releases requests that have no body by the last byte of their head", async () => {
    const url = await serve(http.createServer((request, answer) => void answer.end(request.url)));
    const results = await barrier(url).race(
      numbered.map((number) => ({
        ...requests(url)[0]!,
        method: "GET",
        url: `${url}/${number}`,
        body: new Uint8Array(),
      })),
    );
    expect(textsOf(results)).toEqual(numbered.map((number) => `/${number}`));
  });

  test("sends a target as it stands, with what a parser would write otherwise", async () => {
    const url = await serve(http.createServer((request, answer) => void answer.end(request.url)));
    const results = await barrier(url).race(
      ["/a'b?c='d'", "/a/../b"].map((at) => ({ ...requests(url)[0]!, url: url + at })),
    );
    expect(textsOf(results)).toEqual(["/a'b?c='d'", "/a/../b"]);
  });

  test("reads chunked answers and skips interim ones", async () => {
    const url = await serve(
      http.createServer((request, answer) => {
        answer.writeProcessing();
        answer.write("first,");
        void echo(request, answer);
      }),
    );
    expect(textsOf(await barrier(url).race(requests(url)))).toEqual(numbered.map((number) => `first,${number}`));
  });

  test("one reset leaves the other requests of a barrier alone", async () => {
    const url = await serve(
      http.createServer((request, answer) => {
        if (request.headers["x-number"] === "7") request.socket.resetAndDestroy();
        else void echo(request, answer);
      }),
    );
    const results = await barrier(url).race(requests(url));
    expect(results[7]).toMatchObject({ name: "TransportFailure", kind: "reset", sent: true });
    expect(textsOf(results.toSpliced(7, 1))).toEqual(numbered.toSpliced(7, 1));
  });

  test("a barrier is bounded by the requests' own timeouts", async () => {
    const url = await serve(
      http.createServer((request, answer) => void (request.headers["x-number"] !== "3" && echo(request, answer))),
    );
    const results = await barrier(url).race(
      requests(url).map((request, at) => ({ ...request, timeoutMs: at === 3 ? 1_000 : 60_000 })),
    );
    expect(results[3]).toMatchObject({ kind: "timeout", sent: true });
    expect(textsOf(results.toSpliced(3, 1))).toEqual(numbered.toSpliced(3, 1));
  });

  test("says which connection failed, and refuses a request to another host", async () => {
    const url = await serve(http.createServer());
    for (const close of closers.splice(0)) close();
    expect(await barrier(url).race(requests(url).slice(0, 2))).toMatchObject([
      { kind: "refused", sent: false },
      { kind: "refused", sent: false },
    ]);
    await expect(barrier("http://127.0.0.1:1").race(requests(url))).rejects.toThrow(/is not at http:\/\/127.0.0.1:1/);
  });

  test("works over TLS, verifying the certificate", async () => {
    const identity = selfSignedCertificate();
    const url = await serve(
      https.createServer(identity, (request, answer) => void echo(request, answer)),
      "https",
    );
    expect(textsOf(await barrier(url, { ca: identity.cert }).race(requests(url)))).toEqual(numbered);
    expect(await barrier(url).race(requests(url).slice(0, 1))).toMatchObject([{ kind: "tls", sent: false }]);
  });
});

const numbered = Array.from({ length: N }, (_, at) => String(at));

const requests = (url: string): HttpRequest[] =>
  numbered.map((number) => ({
    method: "POST",
    url: `${url}/pay`,
    headers: [["X-Number", number]],
    body: Buffer.from(`{"number":${number}}`),
    timeoutMs: 60_000,
  }));

const textsOf = (results: readonly RaceResult[]): string[] =>
  results.map((result) => (result instanceof TransportFailure ? result.message : Buffer.from(result.body).toString()));

async function echo(request: http.IncomingMessage, answer: http.ServerResponse): Promise<void> {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { number: number };
  answer.end(String(body.number));
}

async function serve(server: net.Server, scheme = "http"): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.close();
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
  });
  return `${scheme}://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}
