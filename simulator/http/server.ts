import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import * as https from "node:https";
import type { AddressInfo, Server } from "node:net";

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

export interface ServerOptions {
  readonly app: Hono;
  readonly hostname: string;
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A port could not be had; the message says what to do. */
export class CannotListen extends Error {}

/** Serves an app over HTTP, or HTTPS where there is a certificate to show, on `hostname:port`; port 0 takes any free one. Throws `CannotListen`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { tls } = options;
  const server = createAdaptorServer({ fetch: options.app.fetch, hostname: options.hostname, ...(tls === undefined ? {} : { createServer: https.createServer }), serverOptions: { ...tls, keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000, maxHeaderSize: 16_384 } }) as Server & { closeIdleConnections(): void; closeAllConnections(): void };
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new CannotListen(
        error.code === "EADDRINUSE"
          ? `port ${options.port} on ${options.hostname} is in use by another program; stop that program or choose another port (0 takes any free one)`
          : `cannot listen on ${options.hostname}:${options.port}: ${error.message}`,
        { cause: error },
      ));
    });
    server.listen(options.port, options.hostname, resolve);
  });
  let connections = 0;
  server.on("connection", () => void (connections += 1));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get connections() {
      return connections;
    },
    url: `${tls === undefined ? "http" : "https"}://${options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname}:${port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 2000).unref();
    }),
    abort: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
