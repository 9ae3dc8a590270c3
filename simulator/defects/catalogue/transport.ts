import { Hono } from "hono";
import type { Peer } from "../../identity/identity.ts";
import type { Defect } from "../defect.ts";
import { OtherPeers } from "../parts/known-keys.ts";
import { plainHttpToo, offering, workers } from "../parts/listening.ts";

/** Redirects http:// to https://: well meant, but the request has already travelled in the clear. */
const redirecting = new Hono().all("*", (context) =>
  context.redirect(context.req.url.replace(/^http:/, "https:"), 308),
);

/** A peer whose connections may show any certificate. */
function withoutBinding({ clientCertificates: _bound, ...peer }: Peer): Peer {
  return peer;
}

export const TRANSPORT: readonly Defect[] = [
  {
    name: "old-tls",
    role: "bank",
    requirement: "TLS-01",
    needs: { tls: true },
    title: { en: "TLS 1.0 and 1.1 are still offered", zh: "仍提供 TLS 1.0、1.1" },
    ...offering({ minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" }),
  },
  {
    name: "null-cipher",
    role: "bank",
    requirement: "TLS-01",
    needs: { tls: true },
    title: { en: "A handshake without encryption is taken", zh: "接受不加密的密码套件" },
    ...offering({ ciphers: "ALL:eNULL:!aNULL:@SECLEVEL=0" }),
  },
  {
    name: "plain-redirected",
    role: "bank",
    requirement: "TLS-04",
    needs: { tls: true },
    title: { en: "Plain HTTP on the TLS port is sent on to https", zh: "TLS 端口将明文请求重定向到 https" },
    ...plainHttpToo(() => redirecting),
  },
  {
    name: "plain-served",
    role: "bank",
    requirement: "TLS-04",
    needs: { tls: true },
    title: { en: "The TLS port serves plain HTTP as well", zh: "TLS 端口同时处理明文请求" },
    ...plainHttpToo((served) => served),
  },
  {
    name: "client-certificate-unbound",
    role: "bank",
    requirement: "TLS-02",
    needs: { tls: true, clients: true },
    title: { en: "Any client certificate of the authority is taken for any party", zh: "未核对客户端证书与签名方" },
    identity: (identity) => new OtherPeers(identity, withoutBinding),
  },
  {
    name: "slow-sender-kept",
    role: "bank",
    requirement: "PAR-11",
    title: { en: "The rest of a request is waited for without end", zh: "无限期等待未收齐的请求" },
    listening: (options) => ({ ...options, requestMs: 0 }),
  },
  {
    name: "slow-senders-starve-others",
    role: "bank",
    requirement: "PAR-11",
    title: { en: "Each slow sender holds one of eight workers", zh: "慢速请求占满工作线程" },
    ...workers(8),
  },
  {
    name: "half-sent-requests-block",
    role: "bank",
    requirement: "STB-15",
    title: { en: "Three workers read requests, each until its own is whole", zh: "三个工作线程逐个读完请求，易被占满" },
    ...workers(3),
  },
  {
    name: "half-sent-notification-blocks",
    role: "platform",
    requirement: "STB-15",
    title: { en: "One notification is read to its end before the next", zh: "通知逐条读完，前一条未完即阻塞后续" },
    ...workers(1),
  },
];
