import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { AddressInfo, Server } from "node:net";

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets answers under way finish, then ends what is still open. */
  close(): Promise<void>;
  /** Stops listening and cuts every connection at once, answers under way included. */
  abort(): Promise<void>;
}

/** A port could not be had; the message says what to do. */
export class CannotListen extends Error {}

/** Serves an app over HTTP on `hostname:port`; port 0 takes any free one. Throws `CannotListen`. */
export async function startServer(options: { readonly app: Hono; readonly hostname: string; readonly port: number }): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: options.app.fetch, hostname: options.hostname, serverOptions: { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000, maxHeaderSize: 16_384 } }) as Server & { closeIdleConnections(): void; closeAllConnections(): void };
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
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname}:${port}`,
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
