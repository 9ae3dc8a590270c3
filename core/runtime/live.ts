import { randomFillSync } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import { agents } from "./agents.ts";
import type { Agents } from "./agents.ts";
import { hostOf, portOf, proxyAuthorization } from "./proxy.ts";
import type { ProxySettings } from "./proxy.ts";
import { seededStreams, streamOf } from "./random.ts";
import type { HttpRequest, HttpResponse, RandomStream, Runtime, TlsSettings, TransportFailure } from "./runtime.ts";
import { SigningThreads } from "./signing-threads.ts";
import { abortFailure, protocolFailure, timeoutFailure, transportFailure } from "./transport-error.ts";
import { framedHeaders, headerPairs, MAX_ANSWER_BYTES, requestTarget } from "./wire.ts";

export interface LiveOptions {
  /** Makes `random()` repeatable. Without it the streams are cryptographically strong. */
  readonly seed?: number;
  readonly tls?: TlsSettings;
  /**
   * Number of signing threads; a server with many answers wants about one a processor. Default 0: signatures are made in
   * line, which is quicker for a client's few.
   */
  readonly signingThreads?: number;
  /** Open sockets to one origin at most; further requests queue, their timeout running. Default 256. */
  readonly maxSockets?: number;
  /** Absent: all is called directly. */
  readonly proxy?: ProxySettings;
}

export interface LiveRuntime extends Runtime {
  /**
   * `hostDefer` for `openSqliteStore` that also waits while signatures queue for the signing threads. A commit made then
   * would only lengthen the queue; waiting gathers more units into one group and one write to the disk.
   */
  readonly defer: (task: () => void) => void;
  /** Closes the kept-alive connections and ends the signing threads. */
  close(): void;
}

/** Longer delays fire at once in Node, so they are walked in steps. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The host's clock, timers, randomness and network: the one place that touches them. */
export function liveRuntime(options: LiveOptions = {}): LiveRuntime {
  const { tls, proxy, maxSockets = 256 } = options;
  const pools = agents({
    maxSockets,
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
  });
  const strong = strongStream();
  /** Tasks that wait until few signatures are pending. */
  let deferred: (() => void)[] = [];
  const threads =
    (options.signingThreads ?? 0) === 0
      ? undefined
      : new SigningThreads(options.signingThreads ?? 0, () => {
          if (deferred.length === 0 || signaturesQueue()) return;
          const tasks = deferred;
          deferred = [];
          for (const task of tasks) hostDefer(task);
        });
  const signaturesQueue = (): boolean => threads !== undefined && threads.pending > BUSY_SIGNATURES;

  return {
    now: () => Date.now(),
    sleep: hostSleep,
    schedule: hostTimer,
    yield: hostTurn,
    random: options.seed === undefined ? () => strong : seededStreams(options.seed),
    offload: {
      sign: (key, bytes) =>
        threads === undefined ? new Promise((resolve) => resolve(key.sign(bytes))) : threads.sign(key, bytes),
    },
    transport: {
      send: (request, signal) => send(request, signal, pools),
    },
    defer: (task) => {
      if (signaturesQueue()) deferred.push(task);
      else hostDefer(task);
    },
    close() {
      threads?.close();
      pools.close();
    },
  };
}

/** One turn of the host's event loop: everything runnable now, promise jobs included, runs first. */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Runs `task` in the next turn of the host's event loop: what a store's group commit gathers its group with. */
export function hostDefer(task: () => void): void {
  setImmediate(task);
}

/** `Runtime.schedule` on the host's clock. */
export function hostTimer(ms: number, task: () => void): () => void {
  let left = delay(ms);
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const step = Math.min(left, MAX_TIMER_MS);
    left -= step;
    timer = setTimeout(() => (left > 0 ? arm() : task()), step);
  };
  arm();
  return () => clearTimeout(timer);
}

function hostSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = hostTimer(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function delay(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError("A delay must be a number of milliseconds, not NaN.");
  return Math.max(0, ms);
}

/** With so many signatures waiting, the threads have work for as long as a commit takes. */
export const BUSY_SIGNATURES = 20;

/** Bytes are fetched from the host many at a time: one fetch costs more than what a nonce needs of it. */
const STRONG_POOL_BYTES = 4096;

/** The host's strong bytes. Each is handed out once, and wiped from the pool when it is. */
function strongStream(): RandomStream {
  const pool = new Uint8Array(STRONG_POOL_BYTES);
  let at = pool.length;
  const bytes = (count: number): Uint8Array => {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`Cannot draw ${count} bytes: the count must be a whole number of at least 0.`);
    if (count > pool.length) return randomFillSync(new Uint8Array(count));
    if (at + count > pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const drawn = pool.slice(at, at + count);
    pool.fill(0, at, at + count);
    at += count;
    return drawn;
  };
  const words = streamOf(() => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  });
  return { bytes, below: (below) => words.below(below) };
}

/** What a proxy reads of a request that it passes on. For a tunnel Node writes it itself. */
function forProxy(proxy: URL | undefined): readonly (readonly [string, string])[] {
  const authorization = proxy === undefined ? undefined : proxyAuthorization(proxy);
  return authorization === undefined ? [] : [["Proxy-Authorization", authorization]];
}

function send(request: HttpRequest, signal: AbortSignal | undefined, pools: Agents): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { method, url } = request;
    if (signal?.aborted === true) return reject(abortFailure(url, false, signal.reason));

    let sent = false;
    let outgoing: http.ClientRequest;
    let proxy: URL | undefined;
    try {
      const target = new URL(url);
      if (target.protocol !== "http:" && target.protocol !== "https:")
        return reject(protocolFailure(url, `only http: and https: are spoken here, not ${target.protocol}`, false));
      const secure = target.protocol === "https:";
      const way = pools.of(request, target);
      proxy = way.proxy;
      const passedOnBy = secure ? undefined : proxy;
      outgoing = (secure ? https : http).request({
        agent: way.agent,
        method,
        hostname: hostOf(passedOnBy ?? target),
        port: portOf(passedOnBy ?? target),
        // A proxy is given the whole URL, byte for byte: Node's own proxying would write it anew.
        path: (passedOnBy === undefined ? "" : target.origin) + requestTarget(url),
        // As a flat list Node keeps order, case and repetitions.
        headers: [...framedHeaders(request, target), ...forProxy(passedOnBy)].flat(),
      });
    } catch (error) {
      // A header or URL that cannot be written at all.
      return reject(transportFailure(error, url, false));
    }

    const settle = (): void => {
      cancelTimeout();
      signal?.removeEventListener("abort", abort);
    };
    const fail = (failure: TransportFailure): void => {
      settle();
      outgoing.destroy();
      reject(failure);
    };
    const abort = (): void => fail(abortFailure(url, sent, signal?.reason));
    const cancelTimeout = hostTimer(request.timeoutMs, () => fail(timeoutFailure(url, request.timeoutMs, sent)));
    signal?.addEventListener("abort", abort, { once: true });

    outgoing.on("socket", (socket) => {
      if (!socket.connecting) sent = true;
      // On TLS no byte of the request leaves before the handshake is through.
      else socket.once("encrypted" in socket ? "secureConnect" : "connect", () => (sent = true));
    });
    outgoing.on("error", (error) => fail(transportFailure(error, url, sent, proxy)));
    outgoing.on("upgrade", (_answer, socket) => {
      socket.destroy();
      fail(protocolFailure(url, "the peer answered 101 Switching Protocols, which the request did not ask for", true));
    });
    outgoing.on("response", (answer) => {
      const chunks: Buffer[] = [];
      const most = request.mostAnswerBytes ?? MAX_ANSWER_BYTES;
      let length = 0;
      answer.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > most) return fail(protocolFailure(url, `the answer's body is longer than ${most} bytes`, true));
        chunks.push(chunk);
      });
      answer.on("error", (error) => fail(transportFailure(error, url, true)));
      answer.on("end", () => {
        settle();
        resolve({
          status: answer.statusCode ?? 0,
          headers: headerPairs(answer.rawHeaders),
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.end(request.body);
  });
}
