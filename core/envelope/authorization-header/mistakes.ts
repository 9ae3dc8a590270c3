import { Buffer } from "node:buffer";
import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";
import { reserialised } from "../mistakes/body-spellings.ts";
import { BASE64_MISTAKES } from "../mistakes/encodings.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";

const NO_BYTES = new Uint8Array();

/** What goes wrong with the lines of the base: their ends, the address, the method, the body. */
const LINE_MISTAKES: readonly Mistake[] = [
  {
    id: "missing-last-newline",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.fits(attempt.base().subarray(0, -1)),
        "the signed text lacks its last line feed; every line ends with \\n, the last one too",
        "待签名串缺少最后一个换行符；每一行都以 \\n 结尾，最后一行也不例外",
      ),
  },
  {
    id: "crlf-line-ends",
    proven: true,
    explains: (attempt) => {
      const { body } = attempt.failed.message;
      // The body is bytes, not lines of the base: only the line feeds around it change.
      const lines = attempt.base({ body: NO_BYTES }).subarray(0, -1);
      const withoutBody = Buffer.from(lines).toString("latin1").replaceAll("\n", "\r\n");
      return said(
        attempt.fits(Buffer.concat([Buffer.from(withoutBody, "latin1"), body, Buffer.from("\r\n")])),
        "the lines of the signed text end with \\r\\n; use \\n alone",
        "待签名串使用了 \\r\\n 换行；应只用 \\n",
      );
    },
  },
  {
    id: "path-without-query",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.target;
      return said(
        path?.includes("?") === true && attempt.fitsWith({ target: path.slice(0, path.indexOf("?")) }),
        "the path was signed without its query string; sign path and query as they are sent",
        "签名的 URL 不含查询串；应按实际发送的路径与查询串签名",
      );
    },
  },
  {
    id: "full-url",
    proven: true,
    explains: (attempt) => {
      const { request, failed } = attempt;
      return said(
        request !== undefined &&
          failed.kind === "request" &&
          (failed.origins ?? []).some((origin) =>
            attempt.fitsWith({ target: `${origin.replace(/\/$/, "")}${request.target}` }),
          ),
        "the full URL was signed; sign only path and query, without scheme and host",
        "签名用了完整 URL；应只用路径与查询串，不含协议与域名",
      );
    },
  },
  {
    id: "path-decoded",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.target ?? "";
      const decoded = percentDecoded(path);
      return said(
        decoded !== undefined && decoded !== path && attempt.fitsWith({ target: decoded }),
        "the path was signed percent-decoded; sign it exactly as it is sent, percent signs and all",
        "签名用了解码后的 URL；应按实际发送的百分号编码原样签名",
      );
    },
  },
  {
    id: "lower-case-method",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.request !== undefined && attempt.fitsWith({ method: attempt.request.method.toLowerCase() }),
        "the method was signed in lower case; sign it as it is sent: POST",
        "签名时 HTTP 方法用了小写；应与实际发送一致，如 POST",
      ),
  },
  {
    id: "body-reserialised",
    proven: true,
    explains: (attempt) => {
      const variant = reserialised(attempt.failed.message.body).find(({ body }) => attempt.fitsWith({ body }));
      return variant === undefined
        ? undefined
        : {
            en: `another spelling of the body was signed (${variant.en}); serialise once, then sign and send those very bytes`,
            zh: `被签名的报文体与发送的写法不同（${variant.zh}）；应只序列化一次，对同一份字节签名并发送`,
          };
    },
  },
  {
    id: "empty-body-signed",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.message.body.length > 0 && attempt.fitsWith({ body: NO_BYTES }),
        "an empty body was signed, but one was sent; sign the bytes that are sent",
        "签名时报文体为空，而实际发送了报文体；应对实际发送的字节签名",
      ),
  },
  {
    id: "body-placeholder-signed",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.message.body.length === 0 &&
          ["{}", "null", '""', "undefined"].some((body) => attempt.fitsWith({ body: Buffer.from(body) })),
        "no body was sent, but {} or null was signed in its place; sign an empty line",
        "没有发送报文体，签名时却用了 {} 或 null；应签空行",
      ),
  },
];

/** Every mistake known, the commonest first. A new one is added here, and `mistakes.test.ts` then asks for a case of it. */
export const MISTAKES: readonly Mistake[] = [...LINE_MISTAKES, ...KEY_MISTAKES, ...BASE64_MISTAKES, ...TIME_MISTAKES];

/** The percent-decoded path, unless it cannot be decoded or holds what no base can carry. */
function percentDecoded(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return /[\r\n]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
