import { codecOf } from "../../core/codec/codecs.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
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
  readonly expected: string;
  readonly seen: string;
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
const INSIDE: readonly (readonly [string, RegExp])[] = [
  [
    "a stack frame",
    /\bat (?:async )?[\w$.<>[\] ]{1,80} ?\((?:file:\/\/|node:|\/|[A-Za-z]:\\)[^)]*:\d+(?::\d+)?\)|\bat (?:file:\/\/|node:|\/)[^\s"]+:\d+:\d+/,
  ],
  [
    "a stack of Java",
    /\bat [\w$]+(?:\.[\w$]+){2,}\([\w$]+\.(?:java|kt|scala):\d+\)|\b(?:java|javax|org\.springframework)\.[\w.]+(?:Exception|Error)\b/,
  ],
  [
    "a stack of Python or Go",
    /Traceback \(most recent call last\)|File \\?"[^"]+\.py\\?", line \d+|\bgoroutine \d+ \[|\b[\w-]{1,60}\.go:\d+/,
  ],
  [
    "an exception of the implementation",
    /\b(?:TypeError|ReferenceError|NullPointerException|SQLException|SQLITE_[A-Z]+|ER_[A-Z]{3,}_[A-Z_]+)\b|Cannot read propert(?:y|ies) of/,
  ],
  [
    "a statement of a database",
    /\b(?:SELECT\s+[\w*,.`" ]{1,120}\s+FROM\s|INSERT\s+(?:OR \w+ )?INTO\s+\w+\s*\(|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s+\w+\s+WHERE\s|UNIQUE constraint failed|duplicate key value violates|(?:select\s[\w*,.`" ]{1,120}\sfrom|update|delete from|insert into)\s[\w."`]+\s(?:where|values|set|join|limit)\b)/,
  ],
  [
    "a path of the file system",
    /(?:^|[\s"'(=])(?:\/(?:home|usr|var|opt|etc|srv|root|tmp|app|workspace|proc)\/[\w.-]+|[A-Za-z]:\\\\?(?:Users|Windows|Program|inetpub)\b)|node_modules\//,
  ],
];

const SECRET = /-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/;

/** Everything of an answer that no answer may have. */
export function inspect(
  one: Interface,
  answer: Answer,
  response: HttpResponse,
  request: HttpRequest,
  run: { readonly pack: PackView; readonly canaries: Canaries },
): readonly Found[] {
  const found: Found[] = [];
  const note = (trait: Trait, expected: string, seen: string): void => void found.push({ trait, expected, seen });
  const refused = answer.status >= 400;
  const success = run.pack.succeeds(one, answer.status);
  const text = utf8(answer.body);
  // What has no format of its own, and what refuses, is written in the format of the envelope.
  const codec = refused ? codecOf(run.pack.envelope.codec.name) : codecOf(one.response.representation);

  if (!success && !refused)
    note("answer-schema", `HTTP ${run.pack.successStatuses(one).join(" or ")}`, `HTTP ${answer.status}`);
  if (success && codec !== undefined) {
    const problems =
      answer.json === undefined ? [`the body is not ${codec.title}`] : run.pack.answerProblems(one, answer.written);
    if (problems.length > 0)
      note("answer-schema", `a body that the schema of ${one.id} accepts`, problems.slice(0, 3).join("; "));
  }
  const fields: Readonly<Record<string, Json>> =
    typeof answer.json === "object" && answer.json !== null && !Array.isArray(answer.json)
      ? (answer.json as Readonly<Record<string, Json>>)
      : {};
  if (
    refused &&
    (typeof fields["code"] !== "string" || typeof fields["message"] !== "string" || fields["message"].trim() === "")
  )
    note(
      "error-body",
      "a refusal with the fields code and message",
      text?.slice(0, 120) ?? `${answer.body.length} bytes that are not UTF-8`,
    );
  if (!refused && typeof fields["code"] === "string" && run.pack.error(fields["code"]) !== undefined)
    note(
      "error-body",
      `the HTTP status ${run.pack.error(fields["code"])?.status ?? ""} for ${fields["code"]}`,
      `HTTP ${answer.status} with the body of an error`,
    );
  if (codec !== undefined && answer.body.length > 0) {
    const type = header(response, "content-type") ?? "no Content-Type";
    if (!codec.accepts(type))
      note("encoding", `Content-Type: ${codec.mediaType}, of charset utf-8 where one is named`, type);
    if (text === undefined) note("encoding", "a body in UTF-8", "bytes that are not UTF-8");
  }
  if (text === undefined) return found;
  // As it reads, not as JSON escapes it.
  const said = answer.json === undefined ? text : strings(answer.json).join("\n");
  const sent = utf8(request.body) ?? "";
  if (refused) {
    const signs = INSIDE.flatMap(([what, pattern]) => {
      const sign = pattern.exec(said.slice(0, INSPECTED))?.[0].trim();
      // What we said ourselves and are quoted with tells nothing of the inside.
      return sign === undefined || sent.includes(sign) ? [] : [`${what}: ${sign.slice(0, 80)}`];
    });
    if (signs.length > 0) note("inside", "nothing of the inside in a refusal", signs.join("; "));
  }
  if (SECRET.test(text)) note("secret", "no private key in an answer", "a private key in PEM");
  // Searched in texts only: a balance that happens to equal a sensitive number is not a leak.
  for (const canary of run.canaries.shownIn(
    answer.json === undefined ? text : [said, ...names(answer.json)].join("\n"),
  ))
    note(
      "unmasked",
      "sensitive values masked",
      `a value of ${canary.length} characters that was sent as sensitive stands whole in the answer: …${canary.slice(-2)}`,
    );
  return found;
}

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
