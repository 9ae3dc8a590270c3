import { dirname, resolve } from "node:path";
import { namedVariable } from "../../core/gateway/named-variable.ts";
import type { NamedVariable } from "../../core/gateway/named-variable.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import { readKeyFile } from "../../core/signature/key-file.ts";
import { list, reason } from "./raw-statement.ts";
import type { RawStatement, StatementProblem } from "./raw-statement.ts";
import { LISTENER_FILES } from "./statement.ts";
import type { ListenerFile } from "./statement.ts";

/** Texts of the key files by pointer. A key pasted in place of a file name is refused: keys do not belong in statements. */
export function keyFiles(
  raw: RawStatement,
  path: string,
  file: string,
  problems: StatementProblem[],
): ReadonlyMap<string, string> {
  const wanted = wantedFiles(raw);
  const texts = new Map<string, string>();
  for (const { pointer, name, marker, what } of wanted) {
    if (typeof name !== "string") continue;
    if (name.includes("-----BEGIN")) {
      problems.push({
        file,
        pointer,
        rule: { en: "holds a key itself", zh: "此处直接写入了密钥" },
        remedy: {
          en: "Put the key into a file of its own and give its name here.",
          zh: "请将密钥另存为文件，在此写文件名。",
        },
      });
      continue;
    }
    // A secret that was pasted in place of a file name is not repeated.
    const secret = /\/(?:secret|sealingSecret)$/.test(pointer);
    const quoted = secret ? { en: "the file", zh: "该文件" } : { en: `"${name}"`, zh: `“${name}”` };
    try {
      const variable = namedVariable(name);
      const text =
        variable === undefined ? readKeyFile(resolve(dirname(path), name)).toString("utf8") : ofEnvironment(variable);
      if (marker.test(text)) texts.set(pointer, text);
      else
        problems.push({
          file,
          pointer,
          rule: isNot(quoted, what, secret ? undefined : text),
          remedy: secret
            ? { en: "Give the file of the secret that both sides agreed on.", zh: "请给出双方约定的共享密钥文件。" }
            : { en: "Give a PEM file of that kind.", zh: "请给出相应类型的 PEM 文件。" },
        });
    } catch (cause) {
      problems.push({
        file,
        pointer,
        rule: unreadable(quoted, cause),
        remedy: {
          en: "File names are relative to the statement; correct the name, create the file, or name a variable of the environment as env:NAME.",
          zh: "文件名相对于声明所在目录；请更正文件名或创建文件，也可写作 env:NAME 由环境变量给出。",
        },
      });
    }
  }
  return texts;
}

/** What the file holds in place of what was wanted; of a secret's file, `text` is not given. */
function isNot(quoted: Bilingual, what: Bilingual, text: string | undefined): Bilingual {
  const kind = text === undefined ? undefined : /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  const plain = text !== undefined && kind === undefined;
  return {
    en: `${quoted.en} is not ${what.en}${plain ? "; it is no PEM file" : kind === undefined ? "" : `; it holds a ${kind.toLowerCase()}`}`,
    zh: `${quoted.zh}不是${what.zh}${plain ? "，也不是 PEM 文件" : kind === undefined ? "" : `，其中是 ${kind}`}`,
  };
}

function unreadable(quoted: Bilingual, cause: unknown): Bilingual {
  const { en, zh } = reason(cause);
  return { en: `${quoted.en} cannot be read: ${en}`, zh: `${quoted.zh}无法读取：${zh}` };
}

/** The text of a variable; a store that keeps one line only writes its line ends as \\n. @throws where there is none. */
function ofEnvironment({ text, missing }: NamedVariable): string {
  if (text === "") throw new SaidError(missing);
  return text.replaceAll(String.raw`\n`, "\n");
}

/** A file that the statement names, and what it is to hold. */
interface Wanted {
  readonly pointer: string;
  readonly name: unknown;
  readonly marker: RegExp;
  readonly what: Bilingual;
}

function wantedFiles(raw: RawStatement): readonly Wanted[] {
  const wanted: Wanted[] = [];
  for (const [index, party] of list(raw.parties).entries()) {
    if (party.sealingSecret !== undefined)
      wanted.push({
        pointer: `/parties/${index}/sealingSecret`,
        name: party.sealingSecret,
        marker: /^[\x21-\x7e]{16,512}\r?\n?$/,
        what: { en: "a secret: one line of visible characters", zh: "共享密钥（一行可见字符）" },
      });
    for (const part of ["cert", "key"] as const)
      if (party.tls !== undefined) wanted.push(ofTls(`/parties/${index}/tls/${part}`, part, party.tls[part]));
    wanted.push(
      party.secret === undefined
        ? {
            pointer: `/parties/${index}/privateKey`,
            name: party.privateKey,
            marker: /-----BEGIN (?:\w+ )?PRIVATE KEY-----/,
            what: { en: "a PEM private key", zh: "PEM 私钥" },
          }
        : {
            pointer: `/parties/${index}/secret`,
            name: party.secret,
            marker: /^[\x21-\x7e]{16,512}\r?\n?$/,
            what: {
              en: "a secret: one line of 16 to 512 visible characters",
              zh: "共享密钥（一行，16 至 512 个可见字符）",
            },
          },
    );
  }
  for (const [index, key] of list(raw.sutKeys).entries())
    wanted.push({
      pointer: `/sutKeys/${index}/publicKey`,
      name: key.publicKey,
      marker: /-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/,
      what: { en: "a PEM public key", zh: "PEM 公钥" },
    });
  for (const part of ["ca", "cert", "key"] as const)
    for (const [place, tls] of [
      ["/tls", raw.tls],
      ["/hooks/tls", raw.hooks?.tls],
    ] as const)
      if (tls?.[part] !== undefined) wanted.push(ofTls(`${place}/${part}`, part, tls[part]));
  for (const part of LISTENER_FILES) {
    const name = raw.notify?.tls?.[part];
    if (name !== undefined) wanted.push(ofTls(`/notify/tls/${part}`, part, name));
  }
  return wanted;
}

const ofTls = (pointer: string, part: ListenerFile, name: unknown): Wanted => ({
  pointer,
  name,
  marker: part === "key" ? /PRIVATE KEY-----/ : /-----BEGIN CERTIFICATE-----/,
  what: part === "key" ? { en: "a PEM private key", zh: "PEM 私钥" } : { en: "a PEM certificate", zh: "PEM 证书" },
});
