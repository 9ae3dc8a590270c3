import * as http from "node:http";
import * as https from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
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
 * Agents by scheme, by the proxy on the way, by the authority that they trust and by the certificate that they show, so that
 * a request never reuses a connection verified by another authority, or as another client.
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
    of: ({ ca, client, tls: only }, target) => {
      const via = proxyFor(target, proxy);
      const secure = target.protocol === "https:";
      const key = JSON.stringify([
        secure,
        via?.href ?? "",
        secure ? (ca ?? "") : "",
        secure ? (client?.cert ?? "") : "",
        secure ? (only ?? "") : "",
      ]);
      let agent = made.get(key);
      if (agent === undefined) {
        // Node opens the tunnel; which calls go through one is decided here, so its reading of NO_PROXY is left out.
        const way = via === undefined ? {} : { proxyEnv: { HTTPS_PROXY: via.href } };
        agent = quickerThanPeers(
          secure
            ? new https.Agent({ ...pool, ...(only ?? tls), ...(ca === undefined ? {} : { ca }), ...client, ...way })
            : new http.Agent(pool),
        );
        made.set(key, agent);
      }
      return { agent, proxy: via };
    },
    close: () => {
      for (const agent of made.values()) agent.destroy();
    },
  };
}

/** How long a connection may be idle, of the time after which the peer was seen to close one. */
const SHARE_OF_IDLE = 0.5;

/**
 * Has an agent learn after what time the peer closes idle connections, and give them up sooner: a request that is
 * written while the peer closes is lost, and nothing says whether it was read.
 */
function quickerThanPeers(agent: http.Agent): http.Agent {
  let closedAfterMs = Number.POSITIVE_INFINITY;
  const idleSince = new WeakMap<Duplex, number>();
  const watched = new WeakSet<Duplex>();
  const watch = (socket: Duplex): void => {
    if (watched.has(socket)) return;
    watched.add(socket);
    // Given up by ourselves.
    socket.once("timeout", () => idleSince.delete(socket));
    socket.once("close", () => {
      const since = idleSince.get(socket);
      if (since !== undefined) closedAfterMs = Math.min(closedAfterMs, performance.now() - since);
    });
  };
  // Documented for this use; the types leave out that the first gives whether the socket is kept.
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket): unknown => {
    if (keep(socket) === false) return false;
    idleSince.set(socket, performance.now());
    watch(socket);
    if (socket instanceof Socket && closedAfterMs < IDLE_SOCKET_MS) socket.setTimeout(closedAfterMs * SHARE_OF_IDLE);
    return true;
  };
  agent.reuseSocket = (socket, request): void => {
    idleSince.delete(socket);
    reuse(socket, request);
  };
  return agent;
}
