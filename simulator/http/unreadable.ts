import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { RawRequest, RawResponse } from "./raw.ts";

/** What Node says of a request that it cannot read, with the bytes that it has read so far. */
export interface Unreadable extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array;
}

/** Answers a request whose target Node does not read, such as raw UTF-8 in a path. */
export type AnswerTarget = (request: RawRequest) => Promise<RawResponse>;

/**
 * Ends a connection on which a request came that Node cannot read: as `answer` says where the request line is whole and only
 * its target is wrong, else as Node itself would.
 */
export async function refuseUnreadable(error: Unreadable, socket: Socket, answer?: AnswerTarget): Promise<void> {
  const { code } = error;
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const request = code === "HPE_INVALID_URL" ? requestLine(error.rawPacket) : undefined;
  if (request !== undefined && answer !== undefined) {
    const response = await answered(answer, request);
    if (response !== undefined) {
      socket.end(written(response));
      return;
    }
  }
  const status = code === "HPE_HEADER_OVERFLOW" ? 431 : code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\n\r\n`);
}

/** Undefined where the simulator fails, or a fault takes the answer away. */
async function answered(answer: AnswerTarget, request: RawRequest): Promise<RawResponse | undefined> {
  try {
    const response = await answer(request);
    return response.wire === undefined ? response : undefined;
  } catch {
    return undefined;
  }
}

/** Method and target of a request; headers and body are left out, because nothing of them is believed. */
function requestLine(packet: Uint8Array | undefined): RawRequest | undefined {
  const [line = ""] = Buffer.from(packet ?? [])
    .toString("utf8")
    .split("\r\n", 1);
  const [, method, target] = /^([A-Z]{1,16}) (\/.*) HTTP\/1\.[01]$/.exec(line) ?? [];
  return method === undefined || target === undefined
    ? undefined
    : { method, target, headers: [], body: new Uint8Array() };
}

function written({ status, headers, body }: RawResponse): Buffer {
  const lines = [...headers, ["Content-Length", String(body.length)], ["Connection", "close"]];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head}\r\n`, "latin1"),
    body,
  ]);
}
