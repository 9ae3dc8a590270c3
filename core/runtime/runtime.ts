import { SaidError } from "../text/said-error.ts";
import type { SigningKey } from "../signature/scheme.ts";

/**
 * Everything the outside world gives us, as one injected value: nothing else in `core/`, `simulator/` or `suites/`
 * reads the host's clock, timers, randomness or network. A lint-style test holds the rule.
 *
 * Live and simulated runs differ in this value only, so a whole week of two parties replays from one seed.
 */
export interface Runtime {
  /** Milliseconds since the Unix epoch, by this runtime's clock. */
  now(): number;
  /** Resolves after `ms` by this runtime's clock. Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  schedule(ms: number, task: () => void): () => void;
  /** Yields to other work of the same instant; what was runnable before runs first. */
  yield(): Promise<void>;
  /** A named, independent stream: the same seed and name give the same bytes whatever else is drawn. */
  random(stream: string): RandomStream;
  /** Runs CPU-heavy work: on threads of its own when live and asked to, else in line. */
  readonly offload: Offload;
  /** Sends one HTTP request. Never follows a redirect; throws `TransportFailure`. */
  readonly transport: Transport;
}

export interface RandomStream {
  /** `count` bytes. */
  bytes(count: number): Uint8Array;
  /** An integer in `[0, below)`, `below` at most 2^48. */
  below(below: number): number;
}

/** The jobs that a live runtime may give to threads. One entry per kind, so that the simulated one can run it in line. */
export interface Offload {
  /** `key.sign(bytes)`, perhaps elsewhere. Rejects with what that throws. */
  sign(key: SigningKey, bytes: Uint8Array): Promise<Uint8Array>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Raw list, order and case kept: evidence needs the bytes that went out. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  /** How long the answer's body may be; default `MAX_ANSWER_BYTES`. */
  readonly mostAnswerBytes?: number;
  /** PEM of an authority that is trusted for this request in place of all others. */
  readonly ca?: string;
  /** PEM of the client certificate and its key that are shown for this request in place of the usual ones. */
  readonly client?: ClientPair;
  /** What is shown and trusted for this request, in place of all that the runtime has. */
  readonly tls?: TlsSettings;
}

/** What this side shows and trusts in TLS; PEM text or bytes. Certificates are always verified. */
export interface TlsSettings {
  /** Trusted in place of the host's authorities. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** Own chain and key, for mutual TLS. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** The name to ask for and to check, when it is not the URL's host. */
  readonly servername?: string;
}

/** A certificate that a client shows, and its private key; PEM. */
export interface ClientPair {
  readonly cert: string;
  readonly key: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface Transport {
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
}

const IN_CHINESE: { readonly [kind in TransportFailure["kind"]]: string } = {
  timeout: "未在时限内收到完整应答",
  refused: "没有程序接受连接",
  reset: "对端在应答完整之前关闭了连接",
  tls: "TLS 握手失败",
  dns: "主机名无法解析",
  protocol: "交互内容不是有效的 HTTP/1.1",
  blocked: "不允许访问该地址",
  aborted: "调用方已放弃",
};

/** The code by which Node or OpenSSL names what happened, in brackets. */
function codeOf(cause: unknown): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? `（${code}）` : "";
}

/** The request may or may not have been carried out: `sent` says whether any byte can have reached the peer. */
export class TransportFailure extends SaidError {
  readonly kind: "timeout" | "refused" | "reset" | "tls" | "dns" | "protocol" | "blocked" | "aborted";
  readonly sent: boolean;
  /** Host of the proxy beyond which the call did not come. */
  readonly proxy: string | undefined;
  constructor(kind: TransportFailure["kind"], message: string, sent: boolean, cause?: unknown, proxy?: string) {
    const why = proxy === undefined ? IN_CHINESE[kind] : `代理 ${proxy} 未能接通对端`;
    super({ en: message, zh: `${why}${codeOf(cause)}` }, cause);
    this.kind = kind;
    this.sent = sent;
    this.proxy = proxy;
  }
}
