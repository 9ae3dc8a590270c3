import { Buffer } from "node:buffer";
import type { Codec } from "../../codec/codec.ts";
import { gbkBytes } from "../../text/gbk.ts";
import type { Attempt } from "../explanation/attempt.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { BASE64_MISTAKES } from "../mistakes/spellings.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";
import { NO_BOUNDS } from "./document.ts";
import type { TrailingSignaturePolicy } from "./policy.ts";

/** Every mistake known with this envelope, the commonest first. */
export function mistakesWith(policy: TrailingSignaturePolicy, codec: Codec): readonly Mistake[] {
  const document = (attempt: Attempt): Buffer => Buffer.from(attempt.base);
  return [
    ...extentMistakes(policy, document),
    ...spellingMistakes(codec, document),
    ...charsetMistakes(document),
    ...KEY_MISTAKES,
    ...BASE64_MISTAKES,
    ...ALGORITHM_MISTAKES,
    ...MESSAGE_MISTAKES.filter(({ id }) => id !== "signed-like-a-request" && id !== "signed-like-an-answer"),
    ...TIME_MISTAKES,
    ...UNKNOWN_KEY_MISTAKES,
  ];
}

type DocumentOf = (attempt: Attempt) => Buffer;

const bytes = (...texts: readonly (string | Uint8Array)[]): Guess => ({
  bytes: Buffer.concat(texts.map((text) => Buffer.from(text))),
});

/** Which bytes were signed: more or less than the document. */
function extentMistakes({ before, behind }: TrailingSignaturePolicy, document: DocumentOf): readonly Mistake[] {
  const separator = /^\s*/.exec(before)?.[0] ?? "";
  return [
    {
      id: "separator-signed",
      family: "base",
      title: {
        en: "the line end between document and signature was signed too, or another one",
        zh: "待签名内容包含了报文与签名之间的换行，或其他换行",
      },
      remedy: {
        en: `sign the document alone, and put ${JSON.stringify(before)} behind it afterwards`,
        zh: `应仅对报文签名，签名后再在其后写 ${JSON.stringify(before)}`,
      },
      *guesses(attempt) {
        for (const end of new Set([separator, "\r\n", "\n", "\r", "\r\n\r\n", " "]))
          if (end !== "") yield bytes(document(attempt), end);
        yield bytes(document(attempt), before);
        yield bytes(document(attempt), before, behind);
      },
    },
    {
      id: "declaration-not-signed",
      family: "base",
      title: { en: "the XML declaration was left out of what was signed", zh: "待签名内容遗漏了 XML 声明" },
      remedy: { en: "sign the document from its first byte", zh: "应从报文的第一个字节开始签名" },
      *guesses(attempt) {
        const text = document(attempt).toString("latin1");
        const end = text.startsWith("<?xml") ? text.indexOf("?>") + 2 : 0;
        if (end > 1) {
          yield { bytes: document(attempt).subarray(end) };
          const trimmed = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
          if (trimmed > end) yield { bytes: document(attempt).subarray(trimmed) };
        }
      },
    },
    {
      id: "declaration-signed",
      family: "base",
      title: { en: "an XML declaration was signed that was not sent", zh: "签名时带有 XML 声明，发送时没有" },
      remedy: { en: "sign the document as it is sent", zh: "应对实际发送的报文签名" },
      *guesses(attempt) {
        if (document(attempt).toString("latin1").startsWith("<?xml")) return;
        for (const declaration of [
          '<?xml version="1.0" encoding="UTF-8"?>',
          '<?xml version="1.0" encoding="utf-8"?>',
          '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
          '<?xml version="1.0"?>',
        ])
          for (const end of ["", "\n", "\r\n"]) yield bytes(declaration, end, document(attempt));
      },
    },
    partSigned(document),
  ];
}

const partSigned = (document: DocumentOf): Mistake => ({
  id: "part-signed",
  family: "base",
  title: { en: "only a part of the document was signed", zh: "仅对报文的一部分签名" },
  remedy: { en: "sign the whole document, declaration and root included", zh: "应对整个报文签名，含声明与根元素" },
  *guesses(attempt) {
    const text = document(attempt).toString("latin1");
    const root = /<([A-Za-z_][\w.-]*)[^>]*>/.exec(text.slice(Math.max(0, text.indexOf("?>"))));
    if (root === null) return;
    const children = text.matchAll(/<([A-Za-z_][\w.-]*)(?:\s[^>]*)?>/g);
    for (const [tag = "", name = ""] of children) {
      const start = text.indexOf(tag);
      const close = text.lastIndexOf(`</${name}>`);
      if (close < start) continue;
      yield { bytes: document(attempt).subarray(start, close + name.length + 3) };
      yield { bytes: document(attempt).subarray(start + tag.length, close) };
    }
  },
});

/** The same document, spelled otherwise than it was sent. */
function spellingMistakes(codec: Codec, document: DocumentOf): readonly Mistake[] {
  return [
    {
      id: "line-ends",
      family: "body",
      title: {
        en: "the document was signed with other line ends, or a line end at its end, than it was sent with",
        zh: "签名与发送时报文的换行符或末尾换行不同",
      },
      remedy: { en: "sign the very bytes that are sent", zh: "应对实际发送的字节签名" },
      *guesses(attempt) {
        const sent = document(attempt);
        const text = sent.toString("latin1");
        for (const changed of [
          text.replaceAll("\r\n", "\n"),
          text.replaceAll(/\r?\n/g, "\r\n"),
          text.trim(),
          text.trimEnd(),
          text.replaceAll(/>\s+</g, "><"),
          text.replaceAll(/>\s+</g, "><").trim(),
        ])
          if (changed !== text) yield { bytes: Buffer.from(changed, "latin1") };
      },
    },
    {
      id: "document-reserialised",
      family: "body",
      title: { en: "another spelling of the document was signed", zh: "被签名的报文与发送的写法不同" },
      remedy: {
        en: "write the document once, then sign and send those very bytes",
        zh: "应只生成一次报文，对同一份字节签名并发送",
      },
      *guesses(attempt) {
        for (const text of respelt(document(attempt).toString())) yield bytes(text);
        const decoded = codec.decode(document(attempt), NO_BOUNDS);
        if (decoded.ok) yield { bytes: codec.encode(decoded.value) };
      },
    },
  ];
}

/** Ways in which XML libraries write what they have read. */
function* respelt(text: string): Iterable<string> {
  const long = text.replaceAll(/<([^\s/>?]+)([^<>]*?)\s*\/>/g, "<$1$2></$1>");
  const short = text.replaceAll(/<([^\s/>?]+)([^<>]*)><\/\1>/g, "<$1$2/>");
  yield long;
  yield short;
  yield short.replaceAll(/\/>/g, " />");
  for (const one of [text, long, short]) {
    yield one.replace(/\?>\s*</, "?>\n<");
    yield one.replace(/\?>\s*</, "?>\r\n<");
    for (const [indent, end] of [
      ["  ", "\n"],
      ["    ", "\n"],
      ["\t", "\n"],
      ["  ", "\r\n"],
    ] as const) {
      yield indented(one, indent, end);
      yield indented(one, indent, end) + end;
    }
  }
  yield text.replace(/<\?xml[^?]*\?>/, (one) => one.replaceAll('"', "'"));
  yield text.replace(/encoding="UTF-8"/, 'encoding="utf-8"');
  yield text.replace(/encoding="UTF-8"/, 'encoding="UTF-8" standalone="yes"');
  yield text.replace(/encoding="UTF-8"/, 'encoding="UTF-8" standalone="no"');
  yield text.replaceAll(/[^\0-\x7f]/gu, (one) => `&#${one.codePointAt(0) ?? 0};`);
  yield text.replaceAll(/[^\0-\x7f]/gu, (one) => `&#x${(one.codePointAt(0) ?? 0).toString(16).toUpperCase()};`);
  yield text.replaceAll("&gt;", ">");
}

/** Each element on a line of its own. */
function indented(text: string, indent: string, end: string): string {
  let depth = 0;
  return text
    .replaceAll(/>\s*</g, ">\0<")
    .split("\0")
    .map((part) => {
      const closes = part.startsWith("</");
      if (closes) depth -= 1;
      const line = indent.repeat(Math.max(0, depth)) + part;
      if (!closes && !part.startsWith("<?") && !part.endsWith("/>") && !part.includes("</")) depth += 1;
      return line;
    })
    .join(end);
}

function charsetMistakes(document: DocumentOf): readonly Mistake[] {
  return [
    {
      id: "document-in-another-charset",
      family: "charset",
      title: {
        en: "the document was signed in one character set and sent in another",
        zh: "签名与发送时报文的字符集不同",
      },
      remedy: {
        en: "take its bytes once, in the encoding that it declares, and sign and send those",
        zh: "应按声明的编码只取一次字节，对同一份字节签名并发送",
      },
      *guesses(attempt) {
        const sent = document(attempt);
        const text = sent.toString();
        if (/^[\0-\x7f]*$/.test(text)) return;
        for (const written of [text, text.replace(/encoding="UTF-8"/i, 'encoding="GBK"')]) {
          const gbk = gbkBytes(written);
          if (gbk !== undefined) yield { bytes: gbk };
        }
        yield { bytes: Buffer.from(new TextDecoder("gb18030").decode(sent)) };
        yield { bytes: Buffer.from(sent.toString("latin1")) };
        yield { bytes: Buffer.from(text.replaceAll(/[^\0-\x7f]/gu, "?")) };
        yield { bytes: Buffer.from(text.replaceAll(/[^\0-\x7f]/g, "?")) };
      },
    },
    {
      id: "byte-order-mark",
      family: "charset",
      title: { en: "the document was signed with a byte order mark", zh: "签名的报文带有 BOM（字节序标记）" },
      remedy: { en: "sign and send it without the bytes EF BB BF", zh: "签名与发送时都不要带 EF BB BF" },
      guesses: (attempt) => [bytes("\uFEFF", document(attempt))],
    },
  ];
}
