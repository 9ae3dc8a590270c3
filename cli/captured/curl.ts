import { Buffer } from "node:buffer";
import { Unreadable, targetOfUrl } from "./captured.ts";
import type { CapturedRequest } from "./captured.ts";

/** Flags of curl that take a value and say nothing of the signed request. */
const WITH_VALUE = new Set([
  "-o",
  "--output",
  "-m",
  "--max-time",
  "--connect-timeout",
  "--cacert",
  "--cert",
  "--key",
  "-x",
  "--proxy",
  "-w",
  "--write-out",
  "--resolve",
]);
const DATA = new Set(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii"]);

/**
 * A curl command as a shell reads it, single and double quotes and `$'…'` included. Data from a file (`@file`) is not
 * read: give the message as raw HTTP then.
 *
 * @throws Unreadable
 */
export function readCurl(text: string): CapturedRequest {
  const [, ...words] = shellWords(text.trim());
  let method: string | undefined;
  let url: string | undefined;
  const headers: (readonly [string, string])[] = [];
  const data: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [flag, inline] = optionOf(words[at] ?? "");
    const value = (): string => {
      if (inline !== undefined) return inline;
      at += 1;
      const next = words[at];
      if (next === undefined)
        throw new Unreadable({ en: `${flag} of the curl command lacks its value`, zh: `curl 命令的 ${flag} 缺少取值` });
      return next;
    };
    if (flag === "-X" || flag === "--request") method = value();
    else if (flag === "-H" || flag === "--header") headers.push(headerOf(value()));
    else if (DATA.has(flag)) data.push(dataOf(value(), flag));
    else if (flag === "--url") url = value();
    else if (WITH_VALUE.has(flag)) value();
    else if (flag === "-F" || flag === "--form" || flag === "--data-urlencode")
      throw new Unreadable({
        en: `${flag} makes the body inside curl; give the message as raw HTTP`,
        zh: `${flag} 由 curl 生成报文体；请改用原始 HTTP 报文`,
      });
    else if (!flag.startsWith("-")) url = words[at];
  }
  if (url === undefined) throw new Unreadable({ en: "the curl command has no URL", zh: "curl 命令中没有 URL" });
  return {
    method: method ?? (data.length === 0 ? "GET" : "POST"),
    target: targetOfUrl(url),
    headers,
    body: Buffer.from(data.join("&")),
  };
}

/** `--data=x` and `-dx` as flag and value. */
function optionOf(word: string): readonly [flag: string, inline?: string] {
  const long = /^(--[a-z-]+)=(.*)$/s.exec(word);
  if (long !== null) return [long[1] ?? "", long[2] ?? ""];
  const short = /^(-[XHdoFmxw])(.+)$/s.exec(word);
  return short === null ? [word] : [short[1] ?? "", short[2] ?? ""];
}

function headerOf(text: string): readonly [string, string] {
  const at = text.indexOf(":");
  if (at < 1)
    throw new Unreadable({ en: "a header of the curl command lacks its colon", zh: "curl 命令中有请求头缺少冒号" });
  return [text.slice(0, at), text.slice(at + 1).trim()];
}

function dataOf(value: string, flag: string): string {
  if (value.startsWith("@") && flag !== "--data-raw")
    throw new Unreadable({
      en: `${flag} ${value} reads a file; write its content there, or give the message as raw HTTP`,
      zh: `${flag} ${value} 从文件读取；请直接写出内容，或改用原始 HTTP 报文`,
    });
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/** The words of a command line, as a POSIX shell splits and unquotes them. */
function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const ended = (quote: string): number => {
    const end = text.indexOf(quote, at);
    if (end < 0) throw open(quote);
    return end;
  };
  while (at < text.length) {
    const one = text.charAt(at);
    at += 1;
    if (/\s/.test(one)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (one === "\\") {
      const next = text.charAt(at);
      at += text.startsWith("\r\n", at) ? 2 : 1;
      // A backslash at the end of a line goes on with the next line.
      if (!/[\r\n]/.test(next)) word = (word ?? "") + next;
    } else if (one === "'") {
      const end = ended("'");
      word = (word ?? "") + text.slice(at, end);
      at = end + 1;
    } else if (one === "$" && text.charAt(at) === "'") {
      const quoted = /^'((?:[^'\\]|\\.)*)'/s.exec(text.slice(at));
      if (quoted === null) throw open("$'");
      word =
        (word ?? "") +
        (quoted[1] ?? "").replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_all, code: string | undefined, plain: string) =>
          code === undefined ? (ESCAPES[plain] ?? plain) : String.fromCharCode(Number.parseInt(code, 16)),
        );
      at += quoted[0].length;
    } else if (one === '"') {
      const quoted = /^((?:[^"\\]|\\.)*)"/s.exec(text.slice(at));
      if (quoted === null) throw open('"');
      word = (word ?? "") + (quoted[1] ?? "").replaceAll(/\\(["\\$`])/g, "$1");
      at += quoted[0].length;
    } else word = (word ?? "") + one;
  }
  if (word !== undefined) words.push(word);
  return words;
}

const open = (quote: string): Unreadable =>
  new Unreadable({ en: `a ${quote} of the command is not closed`, zh: `命令中的 ${quote} 未闭合` });
