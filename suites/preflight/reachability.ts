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
      return wrong("configuration", said, ["Give the authority's certificate in tls.ca, your own in tls.cert and tls.key, and check the host name.", "请在 tls.ca 中给出 CA 证书，在 tls.cert、tls.key 中给出客户端证书，并核对主机名。"]);
    case "refused":
      return wrong("network", said, ["Start the system under test, and check host and port in baseUrl.", "请启动被测系统，并核对 baseUrl 的主机与端口。"]);
    case "timeout":
      return wrong("network", said, ["Nothing answers there: check firewall and routing, or raise limits.timeoutMs.", "该地址无应答：请检查防火墙与路由，或增大 limits.timeoutMs。"]);
    default:
      return wrong("network", said, ["Something listens, but it does not speak HTTP to its end: check the scheme (http or https), proxies and the log of the system under test.", "端口有监听但未完成 HTTP 交互：请核对协议（http 或 https）、代理与被测系统日志。"]);
  }
}
