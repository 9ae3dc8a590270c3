import * as net from "node:net";
import * as tls from "node:tls";
import { hostTimer } from "./live.ts";
import type { TlsSettings } from "./runtime.ts";
import { hostOf, portOf, proxyFor } from "./proxy.ts";
import type { ProxySettings } from "./proxy.ts";
import { tunnel } from "./tunnel.ts";
import { transportFailure } from "./transport-error.ts";

/** What a handshake offers in place of the host's defaults; names as OpenSSL has them. */
export interface HandshakeOffer {
  readonly minVersion?: tls.SecureVersion;
  readonly maxVersion?: tls.SecureVersion;
  readonly ciphers?: string;
}

/** What a peer's certificate says of itself; nothing of it was verified. */
export interface PeerCertificate {
  /** Host names and addresses it is for; its common name where it lists none. */
  readonly names: readonly string[];
  readonly issuer: string;
  /** As the certificate writes them: `Jan  1 00:00:00 2030 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

export type HandshakeOutcome =
  | {
      readonly kind: "accepted";
      readonly protocol: string;
      readonly cipher: string;
      readonly message: string;
      readonly certificate?: PeerCertificate;
    }
  /** The peer ended it. */
  | { readonly kind: "refused"; readonly message: string }
  /** The peer was not reached, or kept silent: neither taken nor refused. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Nothing was offered: this host's TLS library has no such protocol or suite. */
  | { readonly kind: "impossible"; readonly message: string };

/**
 * One TLS handshake without a request after it, live only. It asks whether the peer accepts an offer; nothing is sent, so
 * the certificate is left unverified.
 */
export async function handshake(
  url: string,
  settings: TlsSettings,
  offer: HandshakeOffer,
  timeoutMs: number,
  proxies?: ProxySettings,
): Promise<HandshakeOutcome> {
  const target = new URL(url);
  const proxy = proxyFor(target, proxies);
  if (proxy === undefined) return offered(target, { port: portOf(target) }, settings, offer, timeoutMs);
  try {
    return await offered(target, { socket: await tunnel(target, proxy, timeoutMs) }, settings, offer, timeoutMs);
  } catch (failure) {
    return { kind: "unknown", message: said(failure) };
  }
}

/** The handshake over a connection of its own, or one that is open. */
function offered(
  target: URL,
  place: { readonly port: number } | { readonly socket: net.Socket },
  settings: TlsSettings,
  offer: HandshakeOffer,
  timeoutMs: number,
): Promise<HandshakeOutcome> {
  const host = hostOf(target);
  return new Promise((resolve) => {
    let socket: tls.TLSSocket;
    try {
      socket = tls.connect({
        host,
        ...place,
        ...(net.isIP(host) === 0 ? { servername: host } : {}),
        ...settings,
        ...offer,
        rejectUnauthorized: false,
      });
    } catch (cause) {
      resolve({ kind: "impossible", message: said(cause) });
      return;
    }
    const end = (outcome: HandshakeOutcome): void => {
      cancel();
      socket.destroy();
      resolve(outcome);
    };
    const cancel = hostTimer(timeoutMs, () => end({ kind: "unknown", message: `no handshake within ${timeoutMs} ms` }));
    socket.once("secureConnect", () =>
      end({
        kind: "accepted",
        protocol: socket.getProtocol() ?? "?",
        cipher: socket.getCipher()?.name ?? "?",
        message: "accepted",
        ...certificateOf(socket),
      }),
    );
    socket.once("error", (cause: NodeJS.ErrnoException) =>
      end({
        kind: OURS.has(cause.code ?? "")
          ? "impossible"
          : UNREACHED.has(transportFailure(cause, target.href, false).kind)
            ? "unknown"
            : "refused",
        message: said(cause),
      }),
    );
    socket.once("close", () => end({ kind: "refused", message: "the peer closed the connection" }));
  });
}

function certificateOf(socket: tls.TLSSocket): { readonly certificate?: PeerCertificate } {
  const {
    subject,
    issuer,
    subjectaltname,
    valid_from: validFrom,
    valid_to: validTo,
  } = socket.getPeerCertificate() as Partial<tls.PeerCertificate>;
  if (subject === undefined || issuer === undefined || validFrom === undefined || validTo === undefined) return {};
  const one = (name: string | readonly string[] | undefined): string =>
    typeof name === "string" ? name : (name?.[0] ?? "?");
  const names = subjectaltname?.split(", ").map((name) => name.replace(/^(DNS|IP Address|URI|email):/, "")) ?? [
    one(subject.CN),
  ];
  return { certificate: { names, issuer: one(issuer.CN ?? issuer.O), validFrom, validTo } };
}

/** Kinds of failure ahead of the first byte. */
const UNREACHED: ReadonlySet<string> = new Set(["refused", "dns", "timeout"]);

/** Codes of OpenSSL that say that it had nothing to offer itself. */
const OURS = new Set(["ERR_SSL_NO_PROTOCOLS_AVAILABLE", "ERR_SSL_NO_CIPHERS_AVAILABLE", "ERR_SSL_NO_CIPHER_MATCH"]);

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
