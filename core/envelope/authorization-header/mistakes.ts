import { Buffer } from "node:buffer";
import type { Attempt } from "../explanation/attempt.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { BODY_MISTAKES } from "../mistakes/bodies.ts";
import { BODY_ENCODING_MISTAKES } from "../mistakes/body-encodings.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { LOWER_CASE_METHOD } from "../mistakes/methods.ts";
import { BASE64_MISTAKES } from "../mistakes/spellings.ts";
import { TARGET_MISTAKES } from "../mistakes/targets.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";

const NO_BYTES = new Uint8Array();

/** What goes wrong with the lines of the base: their ends, their order, the method. */
const LINE_MISTAKES: readonly Mistake[] = [
  {
    id: "missing-last-newline",
    family: "base",
    title: { en: "the signed text lacks its last line feed", zh: "待签名串缺少最后一个换行符" },
    remedy: {
      en: "every line ends with \\n, the last one too",
      zh: "每一行都以 \\n 结尾，最后一行也不例外",
    },
    guesses: ({ base }) => [{ bytes: base.subarray(0, -1) }],
  },
  {
    id: "crlf-line-ends",
    family: "base",
    title: { en: "the lines of the signed text end with \\r\\n", zh: "待签名串使用了 \\r\\n 换行" },
    remedy: { en: "use \\n alone", zh: "应只用 \\n" },
    *guesses(attempt) {
      for (const [end, last] of [
        ["\r\n", "\r\n"],
        ["\r\n", ""],
        ["\r", "\r"],
      ] as const)
        yield joinedBy(attempt, end, last);
    },
  },
  {
    id: "line-feeds-escaped",
    family: "base",
    title: {
      en: "the lines of the signed text are separated by a backslash and an n, not by a line feed",
      zh: "待签名串的各行之间是字面的反斜杠加 n，而不是换行符",
    },
    remedy: { en: "use the one character U+000A", zh: "应使用换行符（U+000A）" },
    *guesses(attempt) {
      for (const last of ["\\n", ""]) yield joinedBy(attempt, "\\n", last);
    },
  },
  {
    id: "lines-joined",
    family: "base",
    title: { en: "the lines of the signed text were joined without line feeds", zh: "待签名串的各行之间没有换行符" },
    remedy: { en: "every line ends with \\n", zh: "每一行都以 \\n 结尾" },
    *guesses(attempt) {
      for (const separator of ["", " ", "&", ",", "|"]) yield joinedBy(attempt, separator, "");
    },
  },
  {
    id: "one-newline-too-many",
    family: "base",
    title: { en: "the signed text has one line feed too many", zh: "待签名串多了一个换行符" },
    remedy: { en: "it ends with the line feed of its last line", zh: "应以最后一行的换行符结尾" },
    guesses: ({ base }) => [{ bytes: Buffer.concat([base, Buffer.from("\n")]) }],
  },
  LOWER_CASE_METHOD,
  {
    id: "other-method",
    family: "base",
    title: { en: "another method was signed than the one that is sent", zh: "签名的 HTTP 方法与实际发送的不同" },
    remedy: { en: "sign the method that is sent", zh: "应按实际发送的方法签名" },
    *guesses(attempt) {
      if (attempt.request === undefined) return;
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"])
        yield* attempt.with(
          { method },
          {
            en: `the method ${method} was signed, and ${attempt.request.method} was sent`,
            zh: `签名用的方法是 ${method}，实际发送的是 ${attempt.request.method}`,
          },
        );
    },
  },
  {
    id: "lines-swapped",
    family: "base",
    title: { en: "two lines were signed in each other's place", zh: "待签名串中有两行位置互换" },
    remedy: { en: "see the order of the lines in the text that was verified", zh: "请对照所验的待签名串的行序" },
    guesses: swappedPairs,
  },
  {
    id: "line-missing",
    family: "base",
    title: { en: "a line of the text was not signed", zh: "待签名串缺少一行" },
    remedy: { en: "sign all lines of the text that was verified", zh: "请对照所验的待签名串，补全各行" },
    guesses: missingLines,
  },
];

/** Every mistake known, the commonest first. A new one is added here, and `mistakes.test.ts` then asks for a case of it. */
export const MISTAKES: readonly Mistake[] = [
  ...LINE_MISTAKES,
  ...TARGET_MISTAKES,
  ...BODY_ENCODING_MISTAKES,
  ...BODY_MISTAKES,
  ...KEY_MISTAKES,
  ...BASE64_MISTAKES,
  ...ALGORITHM_MISTAKES,
  ...MESSAGE_MISTAKES,
  ...TIME_MISTAKES,
  ...UNKNOWN_KEY_MISTAKES,
];

/** The base with another separator; the body is bytes, not lines of the base, so only the line feeds around it change. */
function joinedBy(attempt: Attempt, separator: string, last: string): Guess {
  const { body } = attempt.failed.message;
  const lines = Buffer.from(attempt.baseWith({ body: NO_BYTES }).subarray(0, -1)).toString("latin1");
  return {
    bytes: Buffer.concat([Buffer.from(lines.replaceAll("\n", separator), "latin1"), body, Buffer.from(last)]),
  };
}

interface Line {
  readonly name: "method" | "target" | "timestamp" | "nonce" | "body";
  readonly zh: string;
  readonly text: string;
}

/** The lines that the message has besides a body of several lines. */
function linesOf({ request, failed: { message } }: Attempt): readonly Line[] {
  const body = Buffer.from(message.body).toString("utf8");
  return (
    [
      ["method", "请求方法", request?.method],
      ["target", "路径", request?.target],
      ["timestamp", "时间戳", message.timestamp],
      ["nonce", "随机串", message.nonce],
      // Of more than one line, it would not stand in place of a line.
      ["body", "报文体", /[\r\n]/.test(body) ? undefined : body],
    ] as const
  ).flatMap(([name, zh, text]) => (text === undefined ? [] : [{ name, zh, text }]));
}

/** Two signed lines in each other's place, for each two of them that may stand there. */
function* swappedPairs(attempt: Attempt): Generator<Guess> {
  const lines = linesOf(attempt);
  const placed = (name: string, text: string): Readonly<Record<string, string | Uint8Array>> => ({
    [name]: name === "body" ? Buffer.from(text) : text,
  });
  for (const [index, one] of lines.entries())
    for (const other of lines.slice(index + 1))
      yield* attempt.with(
        { ...placed(one.name, other.text), ...placed(other.name, one.text) },
        {
          en: `the lines of ${one.name} and ${other.name} were signed in each other's place`,
          zh: `待签名串中${one.zh}与${other.zh}两行的位置互换`,
        },
      );
}

/** The base without one of its lines, found by a mark in its place; without method and target, it is that of an answer. */
function* missingLines(attempt: Attempt): Generator<Guess> {
  const mark = "\u0001";
  for (const { name, zh } of linesOf(attempt)) {
    const marked = attempt.baseWith({ [name]: name === "body" ? Buffer.from(mark) : mark });
    const at = Buffer.from(marked).indexOf(`${mark}\n`);
    if (at < 0) continue;
    yield {
      bytes: Buffer.concat([marked.subarray(0, at), marked.subarray(at + mark.length + 1)]),
      title: { en: `the line of ${name} was not signed`, zh: `待签名串缺少${zh}一行` },
    };
  }
}
