import * as net from "node:net";
import * as tls from "node:tls";
import { hostTimer, hostTurn } from "./live.ts";
import { hostOf, portOf, proxyAuthorization, proxyFor } from "./proxy.ts";
import type { ProxySettings } from "./proxy.ts";
import { ResponseReader } from "./response-reader.ts";
import { type HttpRequest, type HttpResponse, type TlsSettings, TransportFailure } from "./runtime.ts";
import { protocolFailure, timeoutFailure, transportFailure } from "./transport-error.ts";
import { tunnel } from "./tunnel.ts";
import { framedHeaders, requestTarget } from "./wire.ts";

const SETTLE_MS = 20;

/** What became of one request of a race, in the place of its request. */
export type RaceResult = HttpResponse | TransportFailure;

export interface Barrier {
  /**
   * Sends all requests at once, each over a connection of its own. Opening and holding back is bounded by a request's
   * `timeoutMs`, waiting for its answer by the same again. Never rejects for what the network or the peer does; throws
   * when a request goes elsewhere than the barrier's origin.
   */
  race(requests: readonly HttpRequest[]): Promise<readonly RaceResult[]>;
}

/**
 * A barrier for races over sockets, live only: requests started one after another hardly ever overlap in the peer.
 * All connections are opened and every byte but the last of every request is written and flushed; then all last bytes
 * go out in one turn of the event loop, so that the peer has all requests whole at practically the same moment.
 */
export function barrier(url: string, settings: TlsSettings = {}, proxies?: ProxySettings): Barrier {
  const origin = new URL(url);
  const proxy = proxyFor(origin, proxies);
  if (origin.protocol !== "http:" && origin.protocol !== "https:")
    throw new TypeError(`A barrier speaks http: and https:, not ${origin.protocol} (${url}).`);
  return {
    async race(requests) {
      const stray = requests.find((request) => new URL(request.url).origin !== origin.origin);
      if (stray !== undefined)
        throw new TypeError(`${stray.url} is not at ${origin.origin}, where this barrier opens its connections.`);
      const runners = await Promise.all(requests.map((request) => runnerOf(request, settings, proxy)));
      await Promise.all(runners.map((runner) => runner.ready));
      await pause();
      for (const runner of runners) runner.release();
      return Promise.all(runners.map((runner) => runner.result));
    },
  };
}

/** A request and its connection, which over TLS is a tunnel where there is a proxy. */
async function runnerOf(request: HttpRequest, settings: TlsSettings, proxy: URL | undefined): Promise<Racing> {
  const target = new URL(request.url);
  if (proxy === undefined || target.protocol !== "https:") return new Runner(request, settings, { proxy });
  try {
    return new Runner(request, settings, { proxy, socket: await tunnel(target, proxy, request.timeoutMs) });
  } catch (failure) {
    const result = Promise.resolve(transportFailure(failure, request.url, false));
    return { ready: Promise.resolve(), result, release: () => {} };
  }
}

/** What a race does with each of its requests. */
interface Racing {
  readonly ready: Promise<void>;
  readonly result: Promise<RaceResult>;
  release(): void;
}

/** How a request gets to its peer: directly, or through a proxy. */
interface Way {
  readonly proxy: URL | undefined;
  /** A tunnel through it. */
  readonly socket?: net.Socket;
}

/**
 * Flushed is not yet accepted: the peer's system holds connections and bytes that the peer itself has not seen. It gets
 * a moment, and a few turns of the event loop for the case that it lives in this process.
 */
async function pause(): Promise<void> {
  await new Promise<void>((resolve) => void hostTimer(SETTLE_MS, resolve));
  for (let turn = 0; turn < 5; turn++) await hostTurn();
}

/** One request on its own connection: at first all but its last byte. */
class Runner implements Racing {
  /** Settles when the held-back request is flushed, or has already come to its end. */
  readonly ready: Promise<void>;
  readonly result: Promise<RaceResult>;
  readonly #request: HttpRequest;
  readonly #bytes: Buffer;
  readonly #socket: net.Socket;
  #finish: (result: RaceResult) => void = () => {};
  #cancelTimeout: () => void;
  #sent = false;
  #over = false;

  constructor(request: HttpRequest, settings: TlsSettings, { proxy, socket: tunnelled }: Way) {
    this.#request = request;
    const target = new URL(request.url);
    const host = hostOf(target);
    const secure = target.protocol === "https:";
    const place = tunnelled === undefined ? { host, port: portOf(target) } : { host, socket: tunnelled };
    this.#bytes = requestBytes(request, target, secure ? undefined : proxy);
    // A name is asked for with SNI; an address must not be.
    const socket = secure
      ? tls.connect({ ...place, ...(net.isIP(host) === 0 ? { servername: host } : {}), ...settings })
      : net.connect({ host: hostOf(proxy ?? target), port: portOf(proxy ?? target) });
    this.#socket = socket;
    socket.setNoDelay(true);
    this.result = new Promise((resolve) => (this.#finish = resolve));
    const arrived = new Promise<void>((resolve) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        this.#sent = true;
        socket.write(this.#bytes.subarray(0, -1), () => resolve());
      });
    });
    this.ready = Promise.race([arrived, this.result]).then(() => undefined);
    this.#cancelTimeout = this.#timeout();
    this.#read(request.method);
  }

  release(): void {
    if (this.#over) return;
    this.#cancelTimeout();
    this.#cancelTimeout = this.#timeout();
    this.#socket.write(this.#bytes.subarray(-1));
  }

  #read(method: string): void {
    const reader = new ResponseReader(method);
    const attempt = (step: () => HttpResponse | undefined): void => {
      try {
        const answer = step();
        if (answer !== undefined) this.#end(answer);
      } catch (error) {
        this.#end(protocolFailure(this.#request.url, error instanceof Error ? error.message : String(error), true));
      }
    };
    this.#socket.on("data", (bytes) => attempt(() => reader.push(bytes)));
    this.#socket.on("error", (error) => this.#end(transportFailure(error, this.#request.url, this.#sent)));
    this.#socket.on("end", () => attempt(() => reader.end() ?? this.#cut()));
    this.#socket.on("close", () => this.#cut());
  }

  /** No-op after the answer; else the peer has hung up on us. */
  #cut(): undefined {
    this.#end(
      new TransportFailure(
        "reset",
        `${this.#request.url}: the peer closed the connection before its answer was whole.`,
        this.#sent,
      ),
    );
  }

  #timeout(): () => void {
    return hostTimer(this.#request.timeoutMs, () =>
      this.#end(timeoutFailure(this.#request.url, this.#request.timeoutMs, this.#sent)),
    );
  }

  #end(result: RaceResult): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimeout();
    this.#socket.destroy();
    this.#finish(result);
  }
}

/** A request as it is written; to a proxy that passes it on, with the whole URL (RFC 9112, 3.2.2). */
function requestBytes(request: HttpRequest, url: URL, proxy: URL | undefined): Buffer {
  const authorization = proxy === undefined ? undefined : proxyAuthorization(proxy);
  const headers = [
    ...framedHeaders(request, url),
    ...(authorization === undefined ? [] : [["Proxy-Authorization", authorization] as const]),
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const target = `${proxy === undefined ? "" : url.origin}${requestTarget(request.url)}`;
  // Latin-1 is what Node's own client writes headers in.
  const head = Buffer.from(`${request.method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  return Buffer.concat([head, request.body]);
}
