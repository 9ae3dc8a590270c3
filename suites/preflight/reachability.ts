import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { RunScope } from "../run/scope.ts";
import { fine, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";

/** Name resolution, connection and TLS, told apart: any HTTP answer will do. */
export const reachability: Probe = {
  name: "reachability",
  title: {
    en: "name resolution, connection and TLS lead to a system that answers HTTP",
    zh: "域名解析、建连与 TLS 正常，对方以 HTTP 应答",
  },
  async look(scope) {
    const url = `${scope.statement.baseUrl}/`;
    const failure = await failureOf(scope, url);
    return failure === undefined
      ? fine(`${scope.statement.baseUrl} answers`, `${scope.statement.baseUrl} 可达`)
      : explain(failure, scope);
  },
};

async function failureOf({ runtime, statement }: RunScope, url: string): Promise<TransportFailure | undefined> {
  try {
    await runtime.transport.send({
      method: "GET",
      url,
      headers: [],
      body: new Uint8Array(),
      timeoutMs: statement.limits.timeoutMs,
    });
    return undefined;
  } catch (failure) {
    if (failure instanceof TransportFailure) return failure;
    throw failure;
  }
}

async function explain(failure: TransportFailure, scope: RunScope): Promise<Finding> {
  const {
    baseUrl,
    limits: { timeoutMs },
  } = scope.statement;
  const code = codeOf(failure);
  if (failure.proxy !== undefined) return atProxy(failure.proxy, baseUrl, failure);
  switch (failure.kind) {
    case "dns":
      return wrong(
        "configuration",
        [`the host name in ${baseUrl} does not resolve (${code})`, `${baseUrl} 的主机名无法解析（${code}）`],
        [
          "Correct the host in baseUrl, or make the name known here.",
          "请更正 baseUrl 中的主机名，或在本机配置域名解析。",
        ],
      );
    case "tls":
      return explainTls(failure, scope);
    case "refused":
      return wrong(
        "network",
        [`nothing accepts connections at ${baseUrl} (${code})`, `${baseUrl} 拒绝连接（${code}）`],
        [
          "Start the system under test, and check host and port in baseUrl.",
          "请启动被测系统，并核对 baseUrl 的主机与端口。",
        ],
      );
    case "timeout":
      return wrong(
        "network",
        [`no answer from ${baseUrl} within ${timeoutMs} ms`, `${baseUrl} 在 ${timeoutMs} 毫秒内无应答`],
        ["Check firewall and routing, or raise limits.timeoutMs.", "请检查防火墙与路由，或增大 limits.timeoutMs。"],
      );
    default:
      return (
        (await speaksTls(scope)) ??
        wrong(
          "network",
          [
            `something listens at ${baseUrl}, but does not speak HTTP to its end (${code})`,
            `${baseUrl} 有程序监听，但未完成 HTTP 交互（${code}）`,
          ],
          [
            "Check host and port in baseUrl, proxies in between, and the log of the system under test.",
            "请核对 baseUrl 的主机与端口、途经的代理以及被测系统日志。",
          ],
        )
      );
  }
}

/** The call came as far as the proxy of the environment. */
function atProxy(proxy: string, baseUrl: string, { message }: TransportFailure): Finding {
  const why = /\(([^()]*)\)\.$/.exec(message)?.[1] ?? "";
  return wrong(
    "network",
    [`the proxy ${proxy} opens no way to ${baseUrl} (${why})`, `代理 ${proxy} 未能接通 ${baseUrl}（${why}）`],
    [
      "Correct HTTP_PROXY or HTTPS_PROXY, its user and password too; have the proxy allow that host and port, or name the host in NO_PROXY.",
      "请核对 HTTP_PROXY、HTTPS_PROXY 及其用户名与密码；请代理方放行该主机与端口，或将该主机写入 NO_PROXY。",
    ],
  );
}

/** Whether a port that would not speak plain HTTP takes a TLS handshake. */
async function speaksTls(scope: RunScope): Promise<Finding | undefined> {
  const { baseUrl } = scope.statement;
  if (!baseUrl.startsWith("http:")) return undefined;
  const secure = baseUrl.replace(/^http:/, "https:");
  const failure = await failureOf(scope, `${secure}/`);
  if (failure !== undefined && (failure.kind !== "tls" || NO_TLS.test(codeOf(failure)))) return undefined;
  return wrong(
    "configuration",
    [`${baseUrl} speaks TLS, and baseUrl says http`, `${baseUrl} 使用 TLS，而 baseUrl 写的是 http`],
    [
      `Write ${secure} in baseUrl; tls.ca names a private authority.`,
      `请将 baseUrl 改为 ${secure}；私有 CA 请填入 tls.ca。`,
    ],
  );
}

/** What OpenSSL says when the other side talks something else than TLS. */
const NO_TLS = /EPROTO|WRONG_VERSION|PACKET_LENGTH|ECONNRESET|EPIPE/;

/** Says something of a handshake in both languages, with the address ahead and the code behind. */
type Said = (en: string, zh: string) => readonly [string, string];

/** Which of the many ways in which a handshake fails; the codes are Node's and OpenSSL's. */
async function explainTls(failure: TransportFailure, scope: RunScope): Promise<Finding> {
  const { baseUrl } = scope.statement;
  const code = codeOf(failure);
  const said: Said = (en, zh) => [`${baseUrl}: ${en} (${code})`, `${baseUrl}：${zh}（${code}）`];
  return (
    (await explainCertificate(code, scope, said)) ??
    explainAlert(code, scope, said) ??
    (await speaksPlain(code, scope, said)) ??
    wrong("configuration", said("the TLS handshake failed", "TLS 握手失败"), [
      "Check the scheme in baseUrl (https?), tls.ca, tls.cert and tls.key.",
      "请核对 baseUrl 的协议及 tls.ca、tls.cert、tls.key。",
    ])
  );
}

/** What is wrong with the certificate that the system under test shows; undefined when that is not the cause. */
async function explainCertificate(code: string, scope: RunScope, said: Said): Promise<Finding | undefined> {
  const { baseUrl, tls } = scope.statement;
  const outcome = await scope.handshake({});
  const shown = outcome.kind === "accepted" ? outcome.certificate : undefined;
  if (code === "CERT_HAS_EXPIRED")
    return wrong(
      "sut",
      said(
        `the certificate expired${shown === undefined ? "" : ` on ${shown.validTo}`}`,
        `证书已过期${shown === undefined ? "" : `（${shown.validTo}）`}`,
      ),
      [
        "Renew the certificate of the system under test; check this machine's clock, too.",
        "请更新被测系统的证书，并核对本机时钟。",
      ],
    );
  if (code === "CERT_NOT_YET_VALID")
    return wrong(
      "configuration",
      said(
        `the certificate is not valid yet${shown === undefined ? "" : `, but from ${shown.validFrom} on`}`,
        `证书尚未生效${shown === undefined ? "" : `（${shown.validFrom} 起生效）`}`,
      ),
      ["Check this machine's clock, and the certificate's first day.", "请核对本机时钟与证书生效日期。"],
    );
  const names = shown?.names.join(", ") ?? "?";
  const host = tls?.servername ?? new URL(baseUrl).hostname;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH")
    return wrong(
      "configuration",
      said(`the certificate is for ${names}, not for ${host}`, `证书所含主机名为 ${names}，不含 ${host}`),
      [
        `Use in baseUrl a host name that the certificate has, or name it in tls.servername.`,
        "请在 baseUrl 中使用证书所含的主机名，或在 tls.servername 中指定。",
      ],
    );
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|INVALID_CA|CERT_UNTRUSTED/.test(code))
    return wrong(
      "configuration",
      said(
        `the certificate${shown === undefined ? "" : `, issued by "${shown.issuer}",`} is not trusted here`,
        `证书${shown === undefined ? "" : `（签发者 "${shown.issuer}"）`}不受本机信任`,
      ),
      [
        `Give the authority's certificate (PEM) in tls.ca; ${tls?.ca === undefined ? "a private authority is not known to this machine" : "the one that is there did not issue this certificate"}.`,
        `请在 tls.ca 中给出签发机构证书（PEM）；${tls?.ca === undefined ? "本机不识别私有 CA" : "目前给出的 CA 并非该证书的签发者"}。`,
      ],
    );
  return undefined;
}

/** The system under test ended the handshake. */
function explainAlert(code: string, { statement: { tls } }: RunScope, said: Said): Finding | undefined {
  if (!/ALERT|HANDSHAKE_FAILURE/.test(code)) return undefined;
  return wrong(
    "configuration",
    said("the system under test ended the TLS handshake", "被测系统中止了 TLS 握手"),
    tls?.cert === undefined
      ? [
          "Most likely it wants a client certificate (mutual TLS). Give tls.cert and tls.key.",
          "很可能要求客户端证书（双向 TLS），请给出 tls.cert 与 tls.key。",
        ]
      : [
          "Most likely it does not know the client certificate in tls.cert, or that has expired: enrol its authority at the system under test.",
          "很可能不识别 tls.cert 中的客户端证书，或证书已过期：请在被测系统登记其签发机构。",
        ],
  );
}

/** Whether a port that would not speak TLS answers plain HTTP. */
async function speaksPlain(code: string, scope: RunScope, said: Said): Promise<Finding | undefined> {
  if (!/EPROTO|WRONG_VERSION|PACKET_LENGTH/.test(code)) return undefined;
  const plain = scope.statement.baseUrl.replace(/^https:/, "http:");
  if ((await failureOf(scope, `${plain}/`)) !== undefined) return undefined;
  return wrong(
    "configuration",
    said("the port speaks plain HTTP, and baseUrl says https", "该端口为明文 HTTP，而 baseUrl 写的是 https"),
    [`Write ${plain} in baseUrl, or give the port that speaks TLS.`, `请将 baseUrl 改为 ${plain}，或给出 TLS 端口。`],
  );
}

function codeOf(failure: TransportFailure): string {
  const { code } = (failure.cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : failure.kind;
}
