import { TransportFailure } from "../../core/runtime/runtime.ts";
import { fine, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";

/** Name resolution, connection and TLS, told apart: any HTTP answer will do. */
export const reachability: Probe = {
  name: "reachability",
  async look({ statement, runtime }) {
    try {
      await runtime.transport.send({ method: "GET", url: `${statement.baseUrl}/`, headers: [], body: new Uint8Array(), timeoutMs: statement.limits.timeoutMs });
      return fine(`${statement.baseUrl} answers`, `${statement.baseUrl} 可达`);
    } catch (failure) {
      if (failure instanceof TransportFailure) return explain(failure, statement.baseUrl);
      throw failure;
    }
  },
};

function explain(failure: TransportFailure, url: string): Finding {
  const said: readonly [string, string] = [`${url}: ${failure.message}`, `${url}：${failure.message}`];
  switch (failure.kind) {
    case "dns":
      return wrong("configuration", said, ["Correct the host in baseUrl, or make the name known here.", "请更正 baseUrl 中的主机名，或在本机配置域名解析。"]);
    case "tls":
      return explainTls(failure, said);
    case "refused":
      return wrong("network", said, ["Start the system under test, and check host and port in baseUrl.", "请启动被测系统，并核对 baseUrl 的主机与端口。"]);
    case "timeout":
      return wrong("network", said, ["Nothing answers there: check firewall and routing, or raise limits.timeoutMs.", "该地址无应答：请检查防火墙与路由，或增大 limits.timeoutMs。"]);
    default:
      return wrong("network", said, ["Something listens, but it does not speak HTTP to its end: check the scheme (http or https), proxies and the log of the system under test.", "端口有监听但未完成 HTTP 交互：请核对协议（http 或 https）、代理与被测系统日志。"]);
  }
}

/** Which of the many ways in which a handshake fails; the codes are Node's and OpenSSL's. */
function explainTls(failure: TransportFailure, said: readonly [string, string]): Finding {
  const { code = "" } = (failure.cause ?? {}) as { readonly code?: string };
  if (code === "CERT_HAS_EXPIRED") return wrong("sut", said, ["Renew the certificate of the system under test; check this machine's clock, too.", "请更新被测系统的证书，并核对本机时钟。"]);
  if (code === "CERT_NOT_YET_VALID") return wrong("configuration", said, ["Check this machine's clock, and the certificate's first day.", "请核对本机时钟与证书生效日期。"]);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") return wrong("configuration", said, ["Use in baseUrl a host name that the certificate has, or name it in tls.servername.", "请在 baseUrl 中使用证书所含的主机名，或在 tls.servername 中指定。"]);
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|INVALID_CA|CERT_UNTRUSTED/.test(code)) return wrong("configuration", said, ["Give the authority's certificate (PEM) in tls.ca; a private authority is not known to this machine.", "请在 tls.ca 中给出签发机构证书（PEM）；本机不识别私有 CA。"]);
  if (/ALERT|HANDSHAKE_FAILURE/.test(code)) return wrong("configuration", said, ["The system under test ended the handshake: most likely it wants a client certificate that it knows. Give tls.cert and tls.key.", "被测系统中止了握手：很可能要求受信的客户端证书，请给出 tls.cert 与 tls.key。"]);
  return wrong("configuration", said, ["Check the scheme in baseUrl (https?), tls.ca, tls.cert and tls.key.", "请核对 baseUrl 的协议及 tls.ca、tls.cert、tls.key。"]);
}
