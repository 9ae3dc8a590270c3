import { TransportFailure } from "./runtime.ts";

const KIND_OF_CODE: { readonly [code: string]: TransportFailure["kind"] } = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  EADDRNOTAVAIL: "refused",
  EACCES: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  ETIMEDOUT: "timeout",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  EPROTO: "tls",
  HOSTNAME_MISMATCH: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  INVALID_CA: "tls",
};

const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|CRL_)/;

/** What Node says of a proxy that opens no tunnel. */
const TUNNEL_REFUSED = "ERR_PROXY_TUNNEL";

const ADVICE: { readonly [kind in TransportFailure["kind"]]: string } = {
  timeout: "no whole answer came in time",
  refused: "nothing accepts connections there: is the peer running, and are host and port right?",
  reset: "the peer closed the connection before its answer was whole",
  tls: "the TLS handshake failed: check the CA, the server name and, for mutual TLS, the client certificate",
  dns: "the host name does not resolve",
  protocol: "what was exchanged is not valid HTTP/1.1",
  blocked: "the address is not allowed",
  aborted: "the caller gave up",
};

/**
 * Names a Node socket, TLS or parser error in our words; `sent` is what the caller knows of its own bytes. Where a call
 * goes through a `proxy`, it is the proxy that refuses, or whose name does not resolve.
 */
export function transportFailure(error: unknown, url: string, sent: boolean, proxy?: URL): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = codeOf(error);
  const kind = KIND_OF_CODE[code] ?? (TLS_CODE.test(code) ? "tls" : "protocol");
  const said = error instanceof Error && error.message !== "" ? error.message : String(error);
  if (proxy !== undefined && !sent && (kind === "refused" || kind === "dns"))
    return proxyFailure(url, proxy, code === "" ? said : code, error);
  if (proxy !== undefined && code === TUNNEL_REFUSED)
    return proxyFailure(url, proxy, /HTTP\/1\.[01] [^\r\n]{1,80}$/.exec(said)?.[0] ?? code, error);
  return new TransportFailure(
    kind,
    `${url}: ${ADVICE[kind]} (${code === "" ? said : `${code}: ${said}`}).`,
    sent,
    error,
  );
}

/** A call that ended at the proxy, and why in its words or Node's: nothing of it came to the peer. */
export function proxyFailure(url: string, proxy: URL, why: string, cause?: unknown): TransportFailure {
  const message = `${url}: the proxy ${proxy.host} opens no way there (${why}).`;
  return new TransportFailure("refused", message, false, cause, proxy.host);
}

export function timeoutFailure(url: string, timeoutMs: number, sent: boolean): TransportFailure {
  return new TransportFailure("timeout", `${url}: ${ADVICE.timeout} (${timeoutMs} ms).`, sent);
}

export function abortFailure(url: string, sent: boolean, reason: unknown): TransportFailure {
  return new TransportFailure("aborted", `${url}: ${ADVICE.aborted}.`, sent, reason);
}

export function protocolFailure(url: string, what: string, sent: boolean): TransportFailure {
  return new TransportFailure("protocol", `${url}: ${what}.`, sent);
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Happy eyeballs reports one error for each address it tried.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "";
}
