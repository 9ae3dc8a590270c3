import * as net from "node:net";
import { hostTimer } from "./live.ts";
import { hostOf, portOf, proxyAuthorization } from "./proxy.ts";
import type { TransportFailure } from "./runtime.ts";
import { proxyFailure, timeoutFailure, transportFailure } from "./transport-error.ts";

/** No proxy writes more than this ahead of a tunnel. */
const MOST_BYTES = 16_384;

/**
 * A connection to the host of `url` through a proxy, opened with CONNECT (RFC 9110, 9.3.6): what is written on it goes to
 * that host as it is.
 *
 * @throws TransportFailure
 */
export function tunnel(url: URL, proxy: URL, timeoutMs: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostOf(proxy), port: portOf(proxy) });
    const fail = (failure: TransportFailure): void => {
      cancel();
      socket.destroy();
      reject(failure);
    };
    const cancel = hostTimer(timeoutMs, () => fail(timeoutFailure(url.href, timeoutMs, false)));
    let head = "";
    const read = (bytes: Buffer): void => {
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length < MOST_BYTES) return;
      if (!/^HTTP\/1\.[01] 2\d\d /.test(head) || end < 0) return fail(refused(url, proxy, head));
      cancel();
      socket.removeAllListeners();
      // A peer that speaks first, as none over TLS or HTTP does, would be read from here.
      socket.unshift(Buffer.from(head.slice(end + 4), "latin1"));
      resolve(socket.setNoDelay(true));
    };
    socket.once("error", (error) => fail(transportFailure(error, url.origin, false, proxy)));
    socket.once("close", () => fail(refused(url, proxy, head)));
    socket.on("data", read);
    socket.once("connect", () => {
      const place = `${url.hostname}:${portOf(url)}`;
      const authorization = proxyAuthorization(proxy);
      const more = authorization === undefined ? "" : `Proxy-Authorization: ${authorization}\r\n`;
      socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${more}\r\n`);
    });
  });
}

function refused(url: URL, proxy: URL, head: string): TransportFailure {
  const said = head.split("\r\n", 1)[0]?.slice(0, 80) ?? "";
  return proxyFailure(url.origin, proxy, said === "" ? "it closed the connection" : said);
}
