import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Server, Socket } from "node:net";
import type { ServerTls } from "../../http/server.ts";
import type { Wrappers } from "../defect.ts";

type Listening = Required<Pick<Wrappers, "listening">>;

/** A TLS port with other settings; a plain port stays as it is. */
export function offering(change: Partial<ServerTls>): Listening {
  return {
    listening: (options) => (options.tls === undefined ? options : { ...options, tls: { ...options.tls, ...change } }),
  };
}

/** First byte of a TLS record that begins a handshake (RFC 8446 5.1). */
const HANDSHAKE = 0x16;

/** A TLS port that speaks plain HTTP as well: the first byte of a connection tells which. */
export function plainHttpToo(appOf: (served: Hono) => Hono): Listening {
  return {
    listening: (options) =>
      options.tls === undefined ? options : { ...options, prepare: (server) => sharePort(server, appOf(options.app)) },
  };
}

function sharePort(server: Server, app: Hono): void {
  const plain = createAdaptorServer({ fetch: app.fetch });
  const secure = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === HANDSHAKE) for (const take of secure) take.call(server, socket);
      else plain.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
}

/**
 * A server of so many workers, each bound to its connection from the first byte of a request to the last of its answer.
 */
export function workers(count: number): Listening {
  return {
    listening: (options) => {
      const waiting: (() => void)[] = [];
      let free = count;
      const app = new Hono<{ Bindings: HttpBindings }>().all("*", async (context) => {
        if (free > 0) free -= 1;
        else await new Promise<void>((resolve) => void waiting.push(resolve));
        try {
          // Who has gone meanwhile is not served.
          if (context.env.incoming.destroyed) return new Response(null, { status: 400 });
          return await options.app.fetch(context.req.raw, context.env);
        } finally {
          const next = waiting.shift();
          if (next === undefined) free += 1;
          else next();
        }
      });
      return { ...options, app: app as unknown as Hono };
    },
  };
}
