import { alike, oneOf, sayings } from "../../core/text/alike.ts";
import type { Codec } from "../../core/codec/codec.ts";
import { encryptedCodec } from "../../core/envelope/carrier.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { bodyProblems } from "./body-problems.ts";
import { header } from "./header.ts";
import type { Answer } from "./answer.ts";
import type { Canaries } from "./canaries.ts";

/**
 * What is looked for in every answer of a run, whatever the check is about:
 *
 *   answer-schema  a success whose body the interface's schema refuses, or with another status than the interface's
 *   error-body     a refusal without a code and a text, or a success that carries an error's code
 *   encoding       an answer that is not declared as what it is, JSON or a form, or is not UTF-8
 *   inside         a stack, a statement of a database, a file path: ASVS 16.5.1
 *   secret         a private key
 *   unmasked       a sensitive value whole: PCI DSS 3.4.1, JR/T 0171-2020
 */
export type Trait = "answer-schema" | "error-body" | "encoding" | "inside" | "secret" | "unmasked";

export interface Found {
  readonly trait: Trait;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
}

/** Shorter values turn up by chance. */
const LEAST_CANARY = 6;

/** Every string under a sensitive name, long enough to be told from chance. */
export function sensitiveValues(fields: Json | undefined, names: ReadonlySet<string>): readonly string[] {
  if (typeof fields !== "object" || fields === null) return [];
  if (Array.isArray(fields)) return fields.flatMap((one: Json) => sensitiveValues(one, names));
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === "string"
      ? names.has(name) && value.length >= LEAST_CANARY && !value.includes("*")
        ? [value]
        : []
      : sensitiveValues(value as Json, names),
  );
}

/** Of a refusal so much is read; a longer one quotes what we sent. */
const INSPECTED = 16_384;

/** Each is a sign of the inside that no business text has by chance. */
const INSIDE: readonly (readonly [Bilingual, RegExp])[] = [
  [
    { en: "a stack frame", zh: "调用栈" },
    /\bat (?:async )?[\w$.<>[\] ]{1,80} ?\((?:file:\/\/|node:|\/|[A-Za-z]:\\)[^)]*:\d+(?::\d+)?\)|\bat (?:file:\/\/|node:|\/)[^\s"]+:\d+:\d+/,
  ],
  [
    { en: "a stack of Java", zh: "Java 调用栈" },
    /\bat [\w$]+(?:\.[\w$]+){2,}\([\w$]+\.(?:java|kt|scala):\d+\)|\b(?:java|javax|org\.springframework)\.[\w.]+(?:Exception|Error)\b/,
  ],
  [
    { en: "a stack of Python or Go", zh: "Python 或 Go 调用栈" },
    /Traceback \(most recent call last\)|File \\?"[^"]+\.py\\?", line \d+|\bgoroutine \d+ \[|\b[\w-]{1,60}\.go:\d+/,
  ],
  [
    { en: "an exception of the implementation", zh: "程序异常" },
    /\b(?:TypeError|ReferenceError|NullPointerException|SQLException|SQLITE_[A-Z]+|ER_[A-Z]{3,}_[A-Z_]+)\b|Cannot read propert(?:y|ies) of/,
  ],
  [
    { en: "a statement of a database", zh: "数据库语句" },
    /\b(?:SELECT\s+[\w*,.`" ]{1,120}\s+FROM\s|INSERT\s+(?:OR \w+ )?INTO\s+\w+\s*\(|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s+\w+\s+WHERE\s|UNIQUE constraint failed|duplicate key value violates|(?:select\s[\w*,.`" ]{1,120}\sfrom|update|delete from|insert into)\s[\w."`]+\s(?:where|values|set|join|limit)\b)/,
  ],
  [
    { en: "a path of the file system", zh: "文件系统路径" },
    /(?:^|[\s"'(=])(?:\/(?:home|usr|var|opt|etc|srv|root|tmp|app|workspace|proc)\/[\w.-]+|[A-Za-z]:\\\\?(?:Users|Windows|Program|inetpub)\b)|node_modules\//,
  ],
];

const SECRET = /-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/;

/** An answer as it is looked at: with its text where that is UTF-8, and the format that its body must have. */
interface Inspected {
  readonly one: Interface;
  readonly answer: Answer;
  readonly pack: PackView;
  readonly text: string | undefined;
  readonly codec: Codec | undefined;
}

/** Everything of an answer that no answer may have. */
export function inspect(
  one: Interface,
  answer: Answer,
  response: HttpResponse,
  request: HttpRequest,
  run: { readonly pack: PackView; readonly canaries: Canaries },
): readonly Found[] {
  const { pack } = run;
  const text = utf8(answer.body);
  const inspected = { one, answer, pack, text, codec: codecOf(pack, one, answer) };
  const form = [...ofSchema(inspected), ...ofErrorBody(inspected), ...ofEncoding(inspected, response)];
  if (text === undefined) return form;
  // As it reads, not as JSON escapes it.
  const said = answer.json === undefined ? text : strings(answer.json).join("\n");
  // Searched in texts only: a balance that happens to equal a sensitive number is not a leak.
  const searched = answer.json === undefined ? text : [said, ...names(answer.json)].join("\n");
  return [
    ...form,
    ...(answer.status >= 400 ? ofInside(said, utf8(request.body) ?? "") : []),
    ...(SECRET.test(text) ? [PRIVATE_KEY] : []),
    ...run.canaries.shownIn(searched).map(unmasked),
  ];
}

/** What has no format of its own, and what refuses, is written in the format of the envelope. */
function codecOf(pack: PackView, one: Interface, { status }: Answer): Codec | undefined {
  if (status >= 400) return pack.codecOf(pack.envelope.codec.name);
  const codec = pack.codecOf(one.response.representation);
  return codec === undefined ? undefined : encryptedCodec(codec, pack.encryption(one, "response"));
}

function ofSchema({ one, answer, pack, codec }: Inspected): readonly Found[] {
  const trait = "answer-schema";
  if (!pack.succeeds(one, answer.status)) {
    if (answer.status >= 400) return [];
    const statuses = pack.successStatuses(one).map((status) => `HTTP ${status}`);
    return [{ trait, expected: oneOf(statuses), seen: alike(`HTTP ${answer.status}`) }];
  }
  if (codec === undefined) return [];
  const problems = bodyProblems(pack, one, answer, codec.title);
  if (problems.length === 0) return [];
  const expected = { en: `a body that the schema of ${one.id} accepts`, zh: `报文体符合 ${one.id} 的模式` };
  return [{ trait, expected, seen: sayings(problems.slice(0, 3)) }];
}

function ofErrorBody({ answer, pack, text }: Inspected): readonly Found[] {
  const trait = "error-body";
  const fields: Readonly<Record<string, Json>> =
    typeof answer.json === "object" && answer.json !== null && !Array.isArray(answer.json)
      ? (answer.json as Readonly<Record<string, Json>>)
      : {};
  const { code, message } = fields;
  if (answer.status >= 400) {
    if (typeof code === "string" && typeof message === "string" && message.trim() !== "") return [];
    return [
      {
        trait,
        expected: { en: "a refusal with the fields code and message", zh: "拒绝应答带有字段 code 与 message" },
        seen:
          text === undefined
            ? { en: `${answer.body.length} bytes that are not UTF-8`, zh: `${answer.body.length} 字节，不是 UTF-8` }
            : alike(text.slice(0, 120)),
      },
    ];
  }
  const known = typeof code === "string" ? pack.error(code) : undefined;
  if (known === undefined) return [];
  return [
    {
      trait,
      expected: {
        en: `the HTTP status ${known.status} for ${known.code}`,
        zh: `${known.code} 的 HTTP 状态为 ${known.status}`,
      },
      seen: { en: `HTTP ${answer.status} with the body of an error`, zh: `HTTP ${answer.status}，而报文体为错误应答` },
    },
  ];
}

function ofEncoding({ answer, text, codec }: Inspected, response: HttpResponse): readonly Found[] {
  if (codec === undefined || answer.body.length === 0) return [];
  const type = header(response, "content-type");
  const found: Found[] = [];
  if (type === undefined || !codec.accepts(type))
    found.push({
      trait: "encoding",
      expected: {
        en: `Content-Type: ${codec.mediaType}, of charset utf-8 where one is named`,
        zh: `Content-Type: ${codec.mediaType}，若注明字符集则为 utf-8`,
      },
      seen: type === undefined ? { en: "no Content-Type", zh: "无 Content-Type" } : alike(type),
    });
  if (text === undefined) found.push(NOT_UTF8);
  return found;
}

const NOT_UTF8: Found = {
  trait: "encoding",
  expected: { en: "a body in UTF-8", zh: "报文体为 UTF-8" },
  seen: { en: "bytes that are not UTF-8", zh: "字节不是 UTF-8" },
};

/** Of a refusal. What we `sent` ourselves and are quoted with tells nothing of the inside. */
function ofInside(said: string, sent: string): readonly Found[] {
  const signs = INSIDE.flatMap(([what, pattern]) => {
    const sign = pattern.exec(said.slice(0, INSPECTED))?.[0].trim();
    return sign === undefined || sent.includes(sign)
      ? []
      : [{ en: `${what.en}: ${sign.slice(0, 80)}`, zh: `${what.zh}：${sign.slice(0, 80)}` }];
  });
  if (signs.length === 0) return [];
  const expected = { en: "nothing of the inside in a refusal", zh: "拒绝应答不泄露内部实现" };
  return [{ trait: "inside", expected, seen: sayings(signs) }];
}

const PRIVATE_KEY: Found = {
  trait: "secret",
  expected: { en: "no private key in an answer", zh: "应答中没有私钥" },
  seen: { en: "a private key in PEM", zh: "PEM 格式的私钥" },
};

const unmasked = (canary: string): Found => ({
  trait: "unmasked",
  expected: { en: "sensitive values masked", zh: "敏感信息已脱敏" },
  seen: {
    en: `a value of ${canary.length} characters that was sent as sensitive stands whole in the answer: …${canary.slice(-2)}`,
    zh: `请求中的敏感信息（${canary.length} 个字符）完整出现在应答中：…${canary.slice(-2)}`,
  },
});

/** Adds the texts of a document. */
function strings(json: Json, found: string[] = []): readonly string[] {
  if (typeof json === "string") found.push(json);
  else if (typeof json === "object" && json !== null)
    for (const one of Object.values(json) as Json[]) strings(one, found);
  return found;
}

/** Adds the names of a document's fields. */
function names(json: Json, found: string[] = []): readonly string[] {
  if (typeof json !== "object" || json === null) return found;
  if (!Array.isArray(json)) found.push(...Object.keys(json));
  for (const one of Object.values(json) as Json[]) names(one, found);
  return found;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
