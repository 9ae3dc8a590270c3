import { Buffer } from "node:buffer";
import { said } from "../diagnosis.ts";
import type { Attempt, Mistake } from "../diagnosis.ts";
import type { RequestMessage } from "../message.ts";
import { BODY_ENCODING_MISTAKES } from "../mistakes/body-encodings.ts";
import { reserialised } from "../mistakes/body-spellings.ts";
import { BASE64_MISTAKES } from "../mistakes/encodings.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { RSA_MISTAKES } from "../mistakes/rsa.ts";
import { TARGET_MISTAKES } from "../mistakes/targets.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";

const NO_BYTES = new Uint8Array();

/** What goes wrong with the lines of the base: their ends, their order, the method, the body. */
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
    id: "lines-swapped",
    proven: true,
    explains: (attempt) => {
      const swapped = swappedPairs(attempt).find(({ changed }) => attempt.fitsWith(changed));
      return swapped === undefined
        ? undefined
        : {
            en: `the lines of ${swapped.en.join(" and ")} were signed in each other's place; see the order of the lines in the text that was verified`,
            zh: `待签名串中${swapped.zh.join("与")}两行的位置互换；请对照所验的待签名串的行序`,
          };
    },
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
export const MISTAKES: readonly Mistake[] = [
  ...TARGET_MISTAKES,
  ...LINE_MISTAKES,
  ...BODY_ENCODING_MISTAKES,
  ...KEY_MISTAKES,
  ...BASE64_MISTAKES,
  ...RSA_MISTAKES,
  ...TIME_MISTAKES,
];

interface Swap {
  readonly en: readonly string[];
  readonly zh: readonly string[];
  readonly changed: Partial<RequestMessage>;
}

/** The message with two of its signed lines in each other's place, for each two of them that may stand there. */
function swappedPairs({ request, failed: { message } }: Attempt): readonly Swap[] {
  const body = Buffer.from(message.body).toString("utf8");
  const lines = (
    [
      ["method", "请求方法", request?.method],
      ["target", "路径", request?.target],
      ["timestamp", "时间戳", message.timestamp],
      ["nonce", "随机串", message.nonce],
      // Of more than one line, it would not stand in place of a line.
      ["body", "报文体", /[\r\n]/.test(body) ? undefined : body],
    ] as const
  ).flatMap(([name, zh, text]) => (text === undefined ? [] : [{ name, zh, text }]));
  const placed = (name: string, text: string): Partial<RequestMessage> => ({
    [name]: name === "body" ? Buffer.from(text) : text,
  });
  return lines.flatMap((one, index) =>
    lines.slice(index + 1).map((other) => ({
      en: [one.name, other.name],
      zh: [one.zh, other.zh],
      changed: { ...placed(one.name, other.text), ...placed(other.name, one.text) },
    })),
  );
}
