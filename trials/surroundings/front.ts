import { Agent, createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LOOPBACK } from "../../hosting/party.ts";
import type { Gateway } from "./nginx.ts";

/** How a front speaks HTTP. */
export interface FrontSettings {
  /** Requests that name a header of this name twice are answered with a page of its own. */
  readonly onceOnly?: string;
  /** A header without which, at this value, calls are answered with 401 and a page of its own. */
  readonly wants?: readonly [name: string, value: string];
  /** Answers are HTTP/1.0: without a length, ended by closing the connection. */
  readonly old?: boolean;
  /** A path that is taken off those that begin with it; others are answered with 404. */
  readonly strips?: string;
  /** Calls beyond the first so many of each second are answered with 429, and when to come again. */
  readonly callsPerSecond?: number;
}

const page = (text: string): Buffer => Buffer.from(`<html><body><h1>${text}</h1></body></html>`);

/** A front of HTTP ahead of a SUT that passes on what it likes, header for header and byte for byte. */
export async function frontAhead(upstream: string, settings: FrontSettings): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true });
  let [second, calls] = [0, 0];
  const isTooMany = (): boolean => {
    const now = Math.floor(Date.now() / 1000);
    [second, calls] = now === second ? [second, calls + 1] : [now, 1];
    return settings.callsPerSecond !== undefined && calls > settings.callsPerSecond;
  };
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming, settings);
    if (refusal !== undefined) refuse(outgoing, refusal, {});
    else if (isTooMany()) refuse(outgoing, 429, { "Retry-After": "1" });
    else passOn({ upstream, agent, old: settings.old === true, strips: settings.strips ?? "" }, incoming, outgoing);
  });
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve));
  return {
    baseUrl: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${settings.strips ?? ""}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The status with which the front refuses a request itself. */
function refusalOf({ headersDistinct, url = "" }: IncomingMessage, settings: FrontSettings): number | undefined {
  const { onceOnly, wants, strips = "" } = settings;
  if (!url.startsWith(`${strips}/`)) return 404;
  if (onceOnly !== undefined && (headersDistinct[onceOnly.toLowerCase()] ?? []).length > 1) return 400;
  if (wants !== undefined && headersDistinct[wants[0].toLowerCase()]?.join() !== wants[1]) return 401;
  return undefined;
}

function refuse(outgoing: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  outgoing.writeHead(status, { "Content-Type": "text/html", ...headers }).end(page(`HTTP ${status}`));
}

interface Way {
  readonly upstream: string;
  readonly agent: Agent;
  readonly old: boolean;
  readonly strips: string;
}

function passOn({ upstream, agent, old, strips }: Way, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { hostname, port } = new URL(upstream);
  const further = request({
    hostname,
    port,
    method: incoming.method,
    path: incoming.url?.slice(strips.length),
    headers: incoming.rawHeaders,
    agent,
  });
  further.on("error", () => refuse(outgoing, 502, {}));
  further.on("response", (answer) => {
    if (!old) {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
      return;
    }
    const pieces: Buffer[] = [];
    answer.on("data", (piece: Buffer) => pieces.push(piece));
    answer.on("end", () => outgoing.socket?.end(oldAnswer(answer, Buffer.concat(pieces))));
  });
  incoming.pipe(further);
}

function oldAnswer({ statusCode, statusMessage, rawHeaders }: IncomingMessage, body: Buffer): Buffer {
  const lines = [`HTTP/1.0 ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (!/^(?:connection|content-length|keep-alive|transfer-encoding)$/i.test(rawHeaders[at] ?? ""))
      lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
