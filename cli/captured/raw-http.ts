import { Buffer } from "node:buffer";
import { Unreadable, targetOfUrl } from "./captured.ts";
import type { CapturedAnswer, CapturedRequest } from "./captured.ts";

/**
 * A raw HTTP/1.1 request: request line, headers, an empty line, and the body's bytes to the end. Lines of the head may end
 * with a line feed alone; the body is taken as it is, except that `Content-Length` ends it where it is shorter.
 *
 * @throws Unreadable
 */
export function readRawHttp(bytes: Uint8Array): CapturedRequest {
  const { first, headers, body } = messageIn(bytes);
  const line = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(first);
  const [, method = "", where = ""] = line ?? [];
  if (line === null)
    throw new Unreadable({
      en: `the first line is no request line such as "POST /v1/payments HTTP/1.1"`,
      zh: `首行不是请求行，例如 "POST /v1/payments HTTP/1.1"`,
    });
  return { method, target: /^https?:/i.test(where) ? targetOfUrl(where) : where, headers, body };
}

/** The same of an answer, which begins with its status line. @throws Unreadable */
export function readRawAnswer(bytes: Uint8Array): CapturedAnswer {
  const { first, headers, body } = messageIn(bytes);
  const [, status = ""] = /^HTTP\/[\d.]+ (\d{3})(?: .*)?$/.exec(first) ?? [];
  if (status === "")
    throw new Unreadable({
      en: `the first line is no status line such as "HTTP/1.1 200 OK"`,
      zh: `首行不是状态行，例如 "HTTP/1.1 200 OK"`,
    });
  return { status: Number(status), headers, body };
}

/** The parts of a message. @throws Unreadable */
function messageIn(bytes: Uint8Array): {
  readonly first: string;
  readonly headers: CapturedRequest["headers"];
  readonly body: Uint8Array;
} {
  const text = Buffer.from(bytes).toString("latin1");
  const end = /\r?\n\r?\n/.exec(text);
  const head = (end === null ? text.replace(/\r?\n$/, "") : text.slice(0, end.index)).split(/\r?\n/);
  const headers = head.slice(1).map((one, index) => {
    const at = one.indexOf(":");
    if (at < 1)
      throw new Unreadable({
        en: `line ${index + 2} is no header: there is no colon; an empty line ends the headers`,
        zh: `第 ${index + 2} 行不是请求头：缺少冒号；请求头以空行结束`,
      });
    return [one.slice(0, at), one.slice(at + 1).trim()] as const;
  });
  const rest = end === null ? new Uint8Array() : bytes.subarray(end.index + end[0].length);
  const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
  const stated = length === undefined ? rest.length : Number(length);
  if (!(stated <= rest.length))
    throw new Unreadable({
      en: `Content-Length says ${length ?? ""} bytes, and ${rest.length} follow the headers; keep the body's bytes as they were`,
      zh: `Content-Length 为 ${length ?? ""}，而请求头之后只有 ${rest.length} 字节；请保留报文体原始字节`,
    });
  return { first: head[0] ?? "", headers, body: rest.subarray(0, stated) };
}
