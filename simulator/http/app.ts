import { Hono } from "hono";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { certificateDigest } from "../../core/signature/certificate.ts";
import { targetOf } from "./legal-request.ts";
import type { RawRequest, RawResponse } from "./raw.ts";

/**
 * The app that peers reach. Every path goes to the pipeline, which routes by the pack. Over a socket it reads the
 * request's own bytes and header list, because a signature covers them; in process (tests) it takes what Hono has.
 */
export function wireApp(handle: (request: RawRequest) => Promise<RawResponse>, bodyBytes: number): Hono {
  const app = new Hono<{ Bindings: Partial<HttpBindings> }>();
  app.all("*", async (context) => {
    const incoming = context.env?.incoming;
    const outgoing = context.env?.outgoing;
    if (incoming === undefined || outgoing === undefined) {
      const url = new URL(context.req.url);
      const body = new Uint8Array(await context.req.arrayBuffer());
      const response = await handle({
        method: context.req.method,
        target: url.pathname + url.search,
        headers: [...context.req.raw.headers],
        body: body.length > bodyBytes ? "too-large" : body,
      });
      if (response.wire?.kind === "reset" || response.wire?.kind === "silent")
        throw new Error("the connection was reset by a fault");
      return new Response(response.status === 204 ? null : Buffer.from(response.body), {
        status: response.status,
        headers: response.headers.map(([name, value]) => [name, value]),
      });
    }
    const body = await readBody(incoming, bodyBytes);
    const response = await handle({
      method: incoming.method ?? "",
      target: targetOf(incoming),
      headers: headerList(incoming),
      body,
      ...shownBy(incoming),
    });
    const left = body === "too-large" ? rest(incoming, LINGER_LIMITS * bodyBytes) : undefined;
    await write(outgoing, response, left ?? (body === "broken" ? Promise.resolve() : undefined));
    return RESPONSE_ALREADY_SENT;
  });
  return app as unknown as Hono;
}

/** The certificate that the client of a connection has shown, and TLS has verified. */
function shownBy({ socket }: IncomingMessage): Pick<RawRequest, "clientCertificate"> {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? {} : { clientCertificate: certificateDigest(certificate) };
}

function headerList(incoming: IncomingMessage): readonly (readonly [string, string])[] {
  const raw = incoming.rawHeaders;
  const list: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) list.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  return list;
}

/** Never holds more than the limit, whether the length was announced or not. */
function readBody(incoming: IncomingMessage, limit: number): Promise<RawRequest["body"]> {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) {
    incoming.resume();
    return Promise.resolve("too-large");
  }
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    incoming.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > limit) {
        pieces.length = 0;
        resolve("too-large");
      } else {
        pieces.push(piece);
      }
    });
    incoming.on("end", () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    incoming.on("error", () => resolve("broken"));
    incoming.on("close", () => resolve("broken"));
  });
}

/** How much of an oversized body is read away, as a multiple of the limit, and for how long. */
const LINGER_LIMITS = 16;
const LINGER_MS = 2_000;

/**
 * Reads away what is left of an oversized body, within bounds. A connection that is closed while its peer still sends
 * is reset, and then a gateway answers 502 in our place. Source: RFC 9112, 9.6.
 */
function rest(incoming: IncomingMessage, mostBytes: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const ended = (): void => {
      clearTimeout(timer);
      resolve();
    };
    let size = 0;
    incoming.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > mostBytes) ended();
    });
    for (const event of ["end", "error", "close"]) incoming.once(event, ended);
    if (incoming.complete || incoming.destroyed) ended();
  });
}

/** `close` says when to end the connection; without it, it is kept. */
async function write(outgoing: ServerResponse, response: RawResponse, close: Promise<void> | undefined): Promise<void> {
  const { wire } = response;
  if (wire?.kind === "silent") await closed(outgoing, wire.heldMs);
  if (wire?.kind === "reset" || wire?.kind === "silent") {
    const { socket } = outgoing;
    // What lies under TLS cannot be reset from here; a connection that ends without a word is the same to a caller.
    if (socket !== null && "encrypted" in socket) socket.destroy();
    else socket?.resetAndDestroy();
    return;
  }
  const headers: (string | number)[] = [];
  for (const [name, value] of response.headers) headers.push(name, value);
  if (response.status !== 204) headers.push("Content-Length", response.body.length);
  // What is left of an oversized body would be read as the next request.
  if (close !== undefined) headers.push("Connection", "close");
  outgoing.writeHead(response.status, headers as string[]);
  if (wire === undefined) {
    if (close !== undefined) {
      outgoing.write(response.body);
      await close;
      outgoing.end();
    } else outgoing.end(response.body);
    return;
  }
  if (wire.kind === "truncate") {
    outgoing.write(response.body.subarray(0, Math.min(wire.bytes, response.body.length - 1)), () =>
      outgoing.socket?.destroy(),
    );
    return;
  }
  for (let at = 0; at < response.body.length && !outgoing.destroyed; at += wire.bytes) {
    outgoing.write(response.body.subarray(at, at + wire.bytes));
    await new Promise<void>((resolve) => {
      setTimeout(resolve, wire.intervalMs);
    });
  }
  outgoing.end();
}

/** Waits until the peer has closed the connection, `ms` at most. */
function closed(outgoing: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    outgoing.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
