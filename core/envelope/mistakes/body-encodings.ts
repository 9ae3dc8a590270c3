import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { gbkBytes } from "../../text/gbk.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";

/** What a compressed body may unfold to; beyond it the mistake is not tried. */
const UNFOLDED_BYTES = 1 << 20;

const BYTE_ORDER_MARK = Buffer.from("efbbbf", "hex");

/** What goes wrong between a body's text and its bytes: the character set, the byte order mark, the compression. */
export const BODY_ENCODING_MISTAKES: readonly Mistake[] = [
  {
    id: "body-in-gbk",
    family: "charset",
    title: {
      en: "the body was signed in one character set and sent in another, GBK and UTF-8",
      zh: "签名与发送时报文体的字符集不同（GBK 与 UTF-8）",
    },
    remedy: {
      en: "take its bytes once, in UTF-8, and sign and send those",
      zh: "应只按 UTF-8 取一次字节，对同一份字节签名并发送",
    },
    *guesses(attempt) {
      const { body } = attempt.failed.message;
      if (body.every((byte) => byte < 0x80)) return;
      const [sent, signed] = [textIn("utf-8", body), textIn("gbk", body)];
      const inGbk = sent === undefined ? undefined : gbkBytes(sent);
      if (inGbk !== undefined)
        yield* attempt.with(
          { body: inGbk },
          { en: "the body was signed in GBK and sent in UTF-8", zh: "签名时报文体按 GBK 取字节，发送时为 UTF-8" },
        );
      if (sent === undefined && signed !== undefined)
        yield* attempt.with(
          { body: Buffer.from(signed) },
          { en: "the body was signed in UTF-8 and sent in GBK", zh: "签名时报文体按 UTF-8 取字节，发送时为 GBK" },
        );
    },
  },
  {
    id: "body-misread",
    family: "charset",
    title: {
      en: "the UTF-8 bytes of the body were read as Latin-1 or GBK, and signed as they then read",
      zh: "报文体的 UTF-8 字节被当作 Latin-1 或 GBK 读取，签名时已是乱码",
    },
    remedy: {
      en: "sign the bytes themselves, or name UTF-8 where a text is read from them",
      zh: "应直接对字节签名，或在读取文本时指明 UTF-8",
    },
    *guesses(attempt) {
      const { body } = attempt.failed.message;
      if (body.every((byte) => byte < 0x80)) return;
      for (const charset of ["latin1", "gbk"] as const) {
        const read = charset === "latin1" ? Buffer.from(body).toString("latin1") : new TextDecoder("gbk").decode(body);
        yield* attempt.with({ body: Buffer.from(read) });
      }
    },
  },
  {
    id: "body-in-ascii",
    family: "charset",
    title: {
      en: "the body was signed with ? in place of every character outside of ASCII: its bytes were taken in the default character set",
      zh: "签名时报文体中的非 ASCII 字符均成了 ?：取字节时用了系统默认字符集",
    },
    remedy: { en: "take them in UTF-8", zh: "应指明 UTF-8" },
    *guesses(attempt) {
      const sent = textIn("utf-8", attempt.failed.message.body);
      if (sent === undefined) return;
      // A platform's default character set without these characters writes a question mark, in Java for each UTF-16 unit or pair.
      for (const wide of [/[^\0-\x7f]/gu, /[^\0-\x7f]/g])
        yield* attempt.with({ body: Buffer.from(sent.replaceAll(wide, "?")) });
    },
  },
  {
    id: "byte-order-mark",
    family: "charset",
    title: { en: "the body was signed with a byte order mark", zh: "签名的报文体带有 BOM（字节序标记）" },
    remedy: { en: "sign and send it without the bytes EF BB BF", zh: "签名与发送时都不要带 EF BB BF" },
    *guesses(attempt) {
      const { body } = attempt.failed.message;
      const marked = BYTE_ORDER_MARK.equals(body.subarray(0, BYTE_ORDER_MARK.length));
      if (marked)
        yield* attempt.with(
          { body: body.subarray(BYTE_ORDER_MARK.length) },
          {
            en: "a byte order mark was sent ahead of the body that was signed",
            zh: "发送的报文体带有 BOM，签名时没有",
          },
        );
      else yield* attempt.with({ body: Buffer.concat([BYTE_ORDER_MARK, body]) });
    },
  },
  {
    id: "body-compressed",
    family: "body",
    title: {
      en: "the body was signed plain and sent compressed with gzip",
      zh: "签名的是原文，发送的却是 gzip 压缩后的报文体",
    },
    remedy: { en: "send it as it was signed, without Content-Encoding", zh: "应原样发送，不带 Content-Encoding" },
    guesses(attempt): readonly Guess[] {
      const { body } = attempt.failed.message;
      if (body[0] !== 0x1f || body[1] !== 0x8b) return [];
      const unfolded = gunzipped(body);
      return unfolded === undefined ? [] : attempt.with({ body: unfolded });
    },
  },
];

function textIn(charset: "utf-8" | "gbk", bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function gunzipped(body: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: UNFOLDED_BYTES });
  } catch {
    return undefined;
  }
}
