import { Agent, createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { LOOPBACK } from "../../hosting/party.ts";

/** A forward proxy as companies have one, and what went through it. */
export interface ForwardProxy extends AsyncDisposable {
  /** What `HTTP_PROXY` is set to. */
  readonly url: string;
  /** Requests of plain HTTP that were passed on. */
  readonly requests: number;
  /** Tunnels that were opened with CONNECT. */
  readonly tunnels: number;
}

export interface ProxySettings {
  /** The one name that it resolves: to this machine, as only the proxy of a company knows its hosts. */
  readonly name: string;
  /** Who may use it, as USER:PASSWORD; absent: anyone. */
  readonly user?: string;
  /** Each call is answered with 403 and a page of its own. */
  readonly closed?: boolean;
}

/** Passes plain HTTP on by its whole URL, byte for byte, and all else through tunnels. */
export async function forwardProxy(settings: ProxySettings): Promise<ForwardProxy> {
  const agent = new Agent({ keepAlive: true });
  const open = new Set<Socket>();
  const count = { requests: 0, tunnels: 0 };
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(incoming.url ?? "");
    const refusal = refusalOf(incoming, hostname, settings);
    if (refusal !== undefined) refuse(outgoing, refusal);
    else {
      count.requests += 1;
      passOn(incoming, outgoing, Number(port), agent);
    }
  });
  server.on("connect", (incoming: IncomingMessage, near: Socket, first: Buffer) => {
    const [hostname = "", port = ""] = (incoming.url ?? "").split(":");
    const refusal = refusalOf(incoming, hostname, settings);
    if (refusal !== undefined) {
      near.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    count.tunnels += 1;
    const far = connect(Number(port), LOOPBACK, () => {
      near.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      far.write(first);
      near.pipe(far).pipe(near);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve));
  const user = settings.user === undefined ? "" : `${settings.user}@`;
  return {
    url: `http://${user}${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    get requests() {
      return count.requests;
    },
    get tunnels() {
      return count.tunnels;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The status with which it refuses a request or a tunnel itself. */
function refusalOf({ headers }: IncomingMessage, hostname: string, settings: ProxySettings): number | undefined {
  if (settings.closed === true) return 403;
  const basic = settings.user === undefined ? undefined : `Basic ${Buffer.from(settings.user).toString("base64")}`;
  if (basic !== undefined && headers["proxy-authorization"] !== basic) return 407;
  return hostname === settings.name ? undefined : 502;
}

function refuse(outgoing: ServerResponse, status: number): void {
  outgoing
    .writeHead(status, { "Content-Type": "text/html" })
    .end(`<html><body><h1>Proxy: ${status}</h1></body></html>`);
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, port: number, agent: Agent): void {
  const headers = incoming.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 1 || /^proxy-/i.test(name) ? [] : [name, all[index + 1] ?? ""],
  );
  const further = request({
    hostname: LOOPBACK,
    port,
    method: incoming.method,
    path: (incoming.url ?? "").replace(/^http:\/\/[^/?]*/i, ""),
    headers,
    agent,
  });
  further.on("error", () => (outgoing.headersSent ? outgoing.destroy() : refuse(outgoing, 502)));
  further.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  incoming.pipe(further);
}
