import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { constants } from "node:crypto";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { SecureVersion } from "node:tls";
import { reasonOf, SaidError } from "../../core/text/said-error.ts";
import { makePlain } from "./legal-request.ts";
import { refuseUnreadable } from "./unreadable.ts";
import type { AnswerTarget, Unreadable } from "./unreadable.ts";

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** How many connections were opened so far, those whose handshake failed included. */
  readonly connections: number;
  /** Stops listening, lets answers under way finish, then ends what is still open. */
  close(): Promise<void>;
  /** Stops listening and cuts every connection at once, answers under way included. */
  abort(): Promise<void>;
}

/** What a port that speaks TLS shows and asks for; PEM texts. */
export interface ServerTls {
  /** Its own certificate first, then those that lead to its authority. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients: a connection needs a certificate of one of them. Absent: none is asked for. */
  readonly clientCa?: string;
  /** Lets connections in whose certificate is absent or of another authority: `prepare` turns them away, and knows why. */
  readonly turnsAwayItself?: true;
  /** Default TLS 1.2. */
  readonly minVersion?: SecureVersion;
  /** Names of OpenSSL; default `SOUND_CIPHERS`. */
  readonly ciphers?: string;
}

export interface ServerOptions {
  readonly app: Hono;
  readonly hostname: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: ServerTls;
  /** Within what time a request must have arrived whole; 0 waits for ever. Default 30 s. */
  readonly requestMs?: number;
  /** Told of each request that Node cannot read; most are answered below any app, unsigned and outside of the journal. */
  readonly onUnreadable?: (error: Error) => void;
  /** Answers those of which only the target cannot be read. */
  readonly answerTarget?: AnswerTarget;
  /** Done to the server before it listens. */
  readonly prepare?: (server: Server) => void;
}

/** A port could not be had; the message says what to do. */
export class CannotListen extends SaidError {}

/** The error of a port that could not be had. */
export function cannotListen(
  { port, hostname }: Pick<ServerOptions, "port" | "hostname">,
  cause: NodeJS.ErrnoException,
): CannotListen {
  return new CannotListen(
    cause.code === "EADDRINUSE"
      ? {
          en: `port ${port} on ${hostname} is in use by another program; stop that program or choose another port (0 takes any free one)`,
          zh: `${hostname} 的端口 ${port} 已被其他程序占用；请停止该程序或另选端口（0 表示任取空闲端口）`,
        }
      : {
          en: `cannot listen on ${hostname}:${port}: ${cause.message}`,
          zh: `无法在 ${hostname}:${port} 上监听：${reasonOf(cause).zh}`,
        },
    cause,
  );
}

/**
 * What RFC 9325 section 4.2 recommends, and TLS 1.3's own: forward secrecy and authenticated encryption only. Node's
 * default list would take static RSA and CBC with SHA-1 as well.
 */
const SOUND_CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
].join(":");

/** A client that takes longer for its handshake only holds the connection. */
const HANDSHAKE_MS = 10_000;

/** How often late senders are looked for; Node's default is half a minute. */
const LOOK_EVERY_MS = 1_000;

const http = (requestMs: number) => ({
  keepAliveTimeout: 65_000,
  headersTimeout: Math.min(20_000, requestMs),
  requestTimeout: requestMs,
  connectionsCheckingInterval: LOOK_EVERY_MS,
  maxHeaderSize: 16_384,
});

type HttpServer = Server & { closeIdleConnections(): void; closeAllConnections(): void };

/** Serves an app over HTTP or HTTPS on `hostname:port`. Throws `CannotListen`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { hostname, tls, requestMs = 30_000 } = options;
  const server = (
    tls === undefined
      ? createAdaptorServer({ fetch: options.app.fetch, hostname, serverOptions: http(requestMs) })
      : createAdaptorServer({
          fetch: options.app.fetch,
          hostname,
          createServer: createTlsServer,
          serverOptions: { ...http(requestMs), ...secured(tls) },
        })
  ) as HttpServer;
  // A client may close its half of a connection as soon as its request is sent, and still waits for the answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.prependListener("request", makePlain);
  server.on("clientError", (error: Unreadable, socket: Socket) => {
    if (error.code !== "ECONNRESET") options.onUnreadable?.(error);
    void refuseUnreadable(error, socket, options.answerTarget);
  });
  options.prepare?.(server);
  const sockets = tls === undefined ? new Set<Socket>() : socketsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(cannotListen(options, error));
    });
    server.listen(options.port, hostname, resolve);
  });
  let connections = 0;
  server.on("connection", () => void (connections += 1));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    get connections() {
      return connections;
    },
    url: `${tls === undefined ? "http" : "https"}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(cut, 2000).unref();
      }),
    abort: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

function secured({ cert, key, clientCa, turnsAwayItself, minVersion = "TLSv1.2", ciphers = SOUND_CIPHERS }: ServerTls) {
  return {
    cert,
    key,
    minVersion,
    ciphers,
    maxVersion: "TLSv1.3",
    honorCipherOrder: true,
    handshakeTimeout: HANDSHAKE_MS,
    // Renegotiation lets a client cause costly work, or change its certificate in the middle of a connection.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(clientCa === undefined
      ? {}
      : { ca: clientCa, requestCert: true, rejectUnauthorized: turnsAwayItself !== true }),
  } as const;
}

/**
 * Connections from their first byte on: those whose handshake is not through are no connections of HTTP's yet, and
 * would keep a server from closing.
 */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return open;
}
