import { proxyFor, proxySettings, ProxyUnusable } from "../core/runtime/proxy.ts";
import type { ProxySettings } from "../core/runtime/proxy.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { UserError } from "./user-error.ts";

/** The proxies of the environment, as an option of a runtime. @throws UserError for one that cannot be used. */
export function outboundProxy(): { readonly proxy?: ProxySettings } {
  try {
    const proxy = proxySettings(process.env);
    return proxy === undefined ? {} : { proxy };
  } catch (cause) {
    if (!(cause instanceof ProxyUnusable)) throw cause;
    throw new UserError(cause.said, {
      where: cause.variable,
      allowed: {
        en: "http://HOST:PORT or http://USER:PASSWORD@HOST:PORT",
        zh: "http://HOST:PORT 或 http://USER:PASSWORD@HOST:PORT",
      },
      next: {
        en: "correct the variable or unset it; NO_PROXY names hosts that are called directly",
        zh: "请更正或取消该环境变量；NO_PROXY 列出不经代理、直接调用的主机",
      },
      cause,
    });
  }
}

/** The words that say through which proxy a URL is called; empty where it is called directly. */
export function throughProxy(url: string): Bilingual {
  const proxy = proxyFor(new URL(url), outboundProxy().proxy);
  return proxy === undefined
    ? { en: "", zh: "" }
    : { en: ` through the proxy ${proxy.host}`, zh: `（经由代理 ${proxy.host}）` };
}
