import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";
import { claimedOf } from "../../profile.ts";
import { lightest } from "../subject.ts";

export const plainHttp: Check = {
  id: "transport.plain-http",
  requirement: "TLS-04",
  title: {
    en: "Plain HTTP to the TLS port is neither served nor redirected",
    zh: "TLS 端口的明文请求既不处理也不重定向",
  },
  effort: "standard",
  isolated: true,
  async run(session) {
    const { baseUrl } = session.statement;
    const url = new URL(baseUrl);
    if (url.protocol !== "https:")
      session.skip("baseUrl is not https: no TLS is offered", "baseUrl 非 https，未提供 TLS", "capability", {
        kind: "tls",
      });
    const one =
      lightest({ provided: claimedOf(session.pack, session.statement) }) ??
      session.skip("no interface to try it on", "没有可用的接口", "not-demanded");
    const draft = await session.request(one.id);
    session.expectSuccess(await session.send(draft, { label: "over TLS" }));
    // Signed like any other, so that nothing but the missing TLS is a reason to refuse it.
    const sealed = session.seal(draft);
    const plain = `http://${url.hostname}:${url.port === "" ? "443" : url.port}${sealed.url.slice(new URL(sealed.url).origin.length)}`;
    const outcome = await session.run.runtime.transport.send({ ...sealed, url: plain }).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    const failed = outcome instanceof TransportFailure;
    if (failed && outcome.kind !== "reset" && outcome.kind !== "protocol")
      session.inconclusive(
        `the outcome of the plain request could not be judged: ${outcome.message}`,
        `明文请求的结果无法判定：${outcome.said.zh}`,
      );
    session.judged();
    const { status, headers } = failed ? { status: undefined, headers: [] } : outcome;
    const location = headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    if (status !== undefined && status < 400)
      session.fail({
        summary: {
          en:
            status < 300
              ? "a plain HTTP request was served on the TLS port"
              : "a plain HTTP request was redirected, which hides the mistake",
          zh: status < 300 ? "TLS 端口接受了明文请求" : "明文请求被重定向，掩盖了错误",
        },
        expected: { en: "refused, or the connection closed", zh: "拒绝，或关闭连接" },
        seen:
          location === undefined
            ? alike(`HTTP ${status}`)
            : { en: `HTTP ${status} to ${location}`, zh: `HTTP ${status}，重定向至 ${location}` },
      });
  },
};
