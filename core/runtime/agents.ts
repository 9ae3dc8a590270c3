import * as http from "node:http";
import * as https from "node:https";
import { proxyFor } from "./proxy.ts";
import type { ProxySettings } from "./proxy.ts";
import type { HttpRequest } from "./runtime.ts";

/** Idle connections are given up before a peer with Node's default of 5 s closes them under a request. */
const IDLE_SOCKET_MS = 4_000;

export interface AgentSettings {
  /** What is shown and trusted in TLS. */
  readonly tls?: https.AgentOptions;
  /** Open sockets to one origin at most; further requests queue. */
  readonly maxSockets: number;
  readonly proxy?: ProxySettings;
}

/** The kept-alive connections of a runtime. */
export interface Agents {
  /** The agent for a request, and the proxy through which it goes, if any. */
  of(request: HttpRequest, target: URL): { readonly agent: http.Agent; readonly proxy: URL | undefined };
  close(): void;
}

/**
 * Agents by scheme, by the proxy on the way, and by the authority that they trust, so that a request never reuses a
 * connection verified by another authority.
 */
export function agents({ tls, maxSockets, proxy }: AgentSettings): Agents {
  const pool = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: 256,
    timeout: IDLE_SOCKET_MS,
    scheduling: "lifo" as const,
  };
  const made = new Map<string, http.Agent>();
  return {
    of: ({ ca }, target) => {
      const via = proxyFor(target, proxy);
      const secure = target.protocol === "https:";
      const key = JSON.stringify([secure, via?.href ?? "", secure ? (ca ?? "") : ""]);
      let agent = made.get(key);
      if (agent === undefined) {
        // Node opens the tunnel; which calls go through one is decided here, so its reading of NO_PROXY is left out.
        const way = via === undefined ? {} : { proxyEnv: { HTTPS_PROXY: via.href } };
        agent = secure
          ? new https.Agent({ ...pool, ...tls, ...(ca === undefined ? {} : { ca }), ...way })
          : new http.Agent(pool);
        made.set(key, agent);
      }
      return { agent, proxy: via };
    },
    close: () => {
      for (const agent of made.values()) agent.destroy();
    },
  };
}
