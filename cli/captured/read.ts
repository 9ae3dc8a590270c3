import { readFileSync } from "node:fs";
import { reasonOf } from "../../core/text/said-error.ts";
import { UserError } from "../../hosting/user-error.ts";
import { Unreadable } from "./captured.ts";
import type { Captured } from "./captured.ts";
import { readCurl } from "./curl.ts";
import { readHar } from "./har.ts";
import { readRawAnswer, readRawHttp } from "./raw-http.ts";

/** What a file has captured; `-` reads standard input. @throws UserError */
export function readCaptured(file: string): Captured {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? 0 : file);
  } catch (cause) {
    throw new UserError(
      { en: `the request cannot be read: ${reasonOf(cause).en}`, zh: `请求无法读取：${reasonOf(cause).zh}` },
      {
        where: `--request ${file}`,
        next: { en: "give the file of a captured request", zh: "请给出所捕获请求的文件" },
        cause,
      },
    );
  }
  try {
    return capturedIn(bytes);
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new UserError(cause.said, {
      where: `--request ${file}`,
      allowed: {
        en: "a raw HTTP message, a HAR entry (JSON), or a curl command",
        zh: "原始 HTTP 报文、HAR 记录（JSON）或 curl 命令",
      },
      next: { en: "correct the file, or capture the request anew", zh: "请更正文件，或重新捕获请求" },
      cause,
    });
  }
}

/** @throws Unreadable */
function capturedIn(bytes: Buffer): Captured {
  const text = bytes.toString();
  if (/^\s*curl\s/.test(text)) return { request: readCurl(text) };
  if (/^\s*\{/.test(text)) return readHar(text);
  return /^HTTP\/[\d.]+ \d/.test(text) ? { answer: readRawAnswer(bytes) } : { request: readRawHttp(bytes) };
}
