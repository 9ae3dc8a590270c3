import type { Check } from "../../check.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";

export const plainHttp: Check = {
  id: "transport.plain-http",
  requirement: "TLS-04",
  title: { en: "Plain HTTP to the TLS port is not redirected", zh: "明文请求不重定向" },
  effort: "standard",
  isolated: true,
  async run(session) {
    const { baseUrl, limits } = session.statement;
    const url = new URL(baseUrl);
    if (url.protocol !== "https:") session.skip("baseUrl is not https: no TLS is offered", "baseUrl 非 https，未提供 TLS", "capability");
    const plain = `http://${url.hostname}:${url.port === "" ? "443" : url.port}${url.pathname}`;
    const outcome = await session.run.runtime.transport.send({ method: "GET", url: plain, headers: [], body: new Uint8Array(), timeoutMs: limits.timeoutMs }).catch((failure: unknown) => failure);
    session.judged();
    if (outcome instanceof TransportFailure) return;
    const { status, headers } = outcome as { readonly status: number; readonly headers: readonly (readonly [string, string])[] };
    const location = headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    if ((status >= 300 && status < 400) || status < 300) session.fail({ summary: { en: status < 300 ? "a plain HTTP request was served on the TLS port" : "a plain HTTP request was redirected, which hides the mistake", zh: status < 300 ? "TLS 端口接受了明文请求" : "明文请求被重定向，掩盖了错误" }, expected: "refused, or the connection closed", seen: `HTTP ${status}${location === undefined ? "" : ` to ${location}`}` });
  },
};
