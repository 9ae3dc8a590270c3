import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";

/** What a compressed body may unfold to; beyond it the mistake is not tried. */
const UNFOLDED_BYTES = 1 << 20;

/** What goes wrong between a body's text and its bytes: the character set, the compression. */
export const BODY_ENCODING_MISTAKES: readonly Mistake[] = [
  {
    id: "body-in-gbk",
    proven: true,
    explains: (attempt) => {
      const { body } = attempt.failed.message;
      if (body.every((byte) => byte < 0x80)) return undefined;
      const [sent, signed] = [textIn("utf-8", body), textIn("gbk", body)];
      const inGbk = sent === undefined ? undefined : gbkBytes(sent);
      return (
        said(
          inGbk !== undefined && attempt.fitsWith({ body: inGbk }),
          "the body was signed in GBK and sent in UTF-8; take its bytes once, in UTF-8, and sign and send those",
          "签名时报文体按 GBK 取字节，发送时为 UTF-8；应只按 UTF-8 取一次字节，对同一份字节签名并发送",
        ) ??
        said(
          sent === undefined && signed !== undefined && attempt.fitsWith({ body: Buffer.from(signed) }),
          "the body was signed in UTF-8 and sent in GBK; take its bytes once, in UTF-8, and sign and send those",
          "签名时报文体按 UTF-8 取字节，发送时为 GBK；应只按 UTF-8 取一次字节，对同一份字节签名并发送",
        )
      );
    },
  },
  {
    id: "body-in-ascii",
    proven: true,
    explains: (attempt) => {
      const sent = textIn("utf-8", attempt.failed.message.body);
      // A platform's default character set without these characters writes a question mark, in Java for each UTF-16 unit or pair.
      const signed =
        sent === undefined ? [] : [/[^\0-\x7f]/gu, /[^\0-\x7f]/g].map((wide) => sent.replaceAll(wide, "?"));
      return said(
        signed.some((text) => text !== sent && attempt.fitsWith({ body: Buffer.from(text) })),
        "the body was signed with ? in place of every character outside of ASCII: its bytes were taken in the default character set; take them in UTF-8",
        "签名时报文体中的非 ASCII 字符均成了 ?：取字节时用了系统默认字符集；应指明 UTF-8",
      );
    },
  },
  {
    id: "body-compressed",
    proven: true,
    explains: (attempt) => {
      const { body } = attempt.failed.message;
      if (body[0] !== 0x1f || body[1] !== 0x8b) return undefined;
      const unfolded = gunzipped(body);
      return said(
        unfolded !== undefined && attempt.fitsWith({ body: unfolded }),
        "the body was signed plain and sent compressed with gzip; send it as it was signed, without Content-Encoding",
        "签名的是原文，发送的却是 gzip 压缩后的报文体；应原样发送，不带 Content-Encoding",
      );
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

/** The text in GBK; undefined where GBK lacks a character of it. Node reads GBK and does not write it. */
function gbkBytes(text: string): Uint8Array | undefined {
  const codes = Array.from({ length: 0x7e * 0xbf }, (_code, index) => [
    0x81 + Math.floor(index / 0xbf),
    0x40 + (index % 0xbf),
  ]);
  // All of them are read at once, each on a line of its own.
  const read = new TextDecoder("gbk").decode(Uint8Array.from(codes.flatMap((code) => [...code, 0x0a]))).split("\n");
  const codeOf = new Map(read.map((character, index) => [character, codes[index] ?? []]));
  const bytes: number[] = [];
  for (const character of text) {
    const code = character <= "\x7f" ? [character.charCodeAt(0)] : codeOf.get(character);
    if (code === undefined) return undefined;
    bytes.push(...code);
  }
  return Uint8Array.from(bytes);
}

function gunzipped(body: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: UNFOLDED_BYTES });
  } catch {
    return undefined;
  }
}
