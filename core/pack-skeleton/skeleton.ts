import type { OpenQuestion } from "../pack/open-question.ts";
import type { ErrorCode, Manifest } from "../pack/types.ts";
import { stagesOf } from "../pack/error-code.ts";
import type { ApiDocument } from "./document.ts";
import { guessEnvelope } from "./envelope-guess.ts";
import { flatten } from "./flat-schema.ts";
import { InterfaceWriter } from "./interface-writer.ts";
import { guessResources } from "./lifecycle-guess.ts";
import { Questions, some } from "./questions.ts";
import { guessRefusal } from "./refusal-guess.ts";
import { SchemaTranslation } from "./schema-translation.ts";

/** What a derived pack takes over from the reference pack: how both sides speak, and the codes of what comes ahead of rules. */
export interface SkeletonBase {
  readonly manifest: Manifest;
  readonly codes: readonly ErrorCode[];
}

export interface Skeleton {
  /** By path in the pack's folder. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly questions: readonly OpenQuestion[];
  /** Whether every object of a request says that it takes no other fields, so that unknown ones can be demanded to be refused. */
  readonly requestsClosed: boolean;
}

/** The skeleton of a pack: all that a document says, what it does not say as guesses, and a question for each guess. */
export function skeletonOf(document: ApiDocument, name: string, base: SkeletonBase): Skeleton {
  const questions = new Questions();
  const translation = new SchemaTranslation(questions);
  const policies = guessEnvelope(document, base.manifest.policies, questions);
  const refusal = guessRefusal(document, questions);
  const writer = new InterfaceWriter(document, translation, questions);
  const resources = guessResources(document.operations, document.schemas);
  const written = writer.all(resources);
  const requestsClosed = document.operations.every(
    ({ request }) => request === undefined || isClosed(request.schema, document),
  );
  askAboutTheWhole(document, questions, requestsClosed);
  const shared = messages(document, translation);
  const named = new Set(Object.values(policies.stages));
  const codes = [
    ...base.codes.filter((code) => named.has(code.code) || stagesOf(code).includes("system")),
    ...writer.codes(),
  ];
  return {
    requestsClosed,
    questions: questions.all(),
    files: {
      "pack.json": {
        ...base.manifest,
        name,
        version: "0.1.0",
        title: { en: document.title, zh: document.title },
        description: {
          en: `Derived from ${document.kind === "har" ? "recorded traffic" : `the OpenAPI document "${document.title}"`}; open-questions.json says what it guesses.`,
          zh: `由${document.kind === "har" ? "抓包记录" : ` OpenAPI 文档“${document.title}”`}生成；所作猜测见 open-questions.json。`,
        },
        policies: { ...policies, ...(refusal === undefined ? {} : { refusal }) },
        accounts: {},
        fees: {},
      },
      "errors.json": { errors: codes },
      ...written,
      ...shared,
      "open-questions.json": { questions: questions.all() },
    },
  };
}

/** The schemas that something uses, those that they use with them. */
function messages({ schemas }: ApiDocument, translation: SchemaTranslation): Readonly<Record<string, unknown>> {
  const parts: Record<string, unknown> = {};
  for (let size = -1; size !== translation.used.size;) {
    size = translation.used.size;
    for (const name of translation.used)
      parts[name] ??= translation.translate(schemas[name] ?? {}, "messages/document.json", `/$defs/${name}`);
  }
  return Object.keys(parts).length === 0
    ? {}
    : {
        "messages/document.json": {
          $schema: "https://json-schema.org/draft/2020-12/schema",
          $defs: Object.fromEntries(Object.entries(parts).toSorted(([left], [right]) => (left < right ? -1 : 1))),
        },
      };
}

function isClosed(schema: unknown, document: ApiDocument, depth = 0): boolean {
  if (depth > 12) return true;
  const flat = flatten(schema, document.schemas);
  if (flat.own["oneOf"] !== undefined || flat.own["anyOf"] !== undefined) return false;
  if (flat.type !== "object") return true;
  return flat.closed && Object.values(flat.properties).every((part) => isClosed(part, document, depth + 1));
}

function askAboutTheWhole(document: ApiDocument, questions: Questions, requestsClosed: boolean): void {
  const pack = { file: "pack.json" };
  const { leftOut } = document;
  if (leftOut.length > 0)
    questions.ask(
      "left-out",
      pack,
      [
        `Are these needed? ${some(
          leftOut.map(({ operation, why }) => `${operation} (${why.en})`),
          8,
        )}`,
        `是否需要以下接口？${some(
          leftOut.map(({ operation, why }) => `${operation}（${why.zh}）`),
          8,
        )}`,
      ],
      ["they are left out", "未纳入"],
    );
  questions.ask(
    "money",
    { ...pack, pointer: "/currencies" },
    [
      "In which currencies and time zone does it work, and which calls move money between which accounts?",
      "使用哪些币种与时区？哪些调用在哪些账户之间转移资金？",
    ],
    [
      "the currency and time zone of the reference pack; no money moves (accounts is empty)",
      "币种与时区同参考规范包；不动账（accounts 为空）",
    ],
  );
  questions.ask(
    "meanings",
    { ...pack },
    [
      "What is each interface for (purpose), and which fields are the number, amount and state (x-is)? Without that only the contract is judged, and no rule of business.",
      "各接口的用途（purpose）是什么？哪些字段是单号、金额、状态（x-is）？未写明时只检验报文约定，不检验业务规则。",
    ],
    ["nothing is said of it", "未写明"],
  );
  if (!requestsClosed)
    questions.ask(
      "unknown-fields",
      { file: "requirements/parser.json" },
      ["Are fields refused that an interface does not know?", "是否拒绝接口未定义的字段？"],
      [
        "the document leaves requests open, so the requirement PAR-15 is left out",
        "文档未限定请求字段，故未纳入要求 PAR-15",
      ],
    );
  if (document.headers.length > 0)
    questions.ask(
      "headers",
      pack,
      [
        `What do the headers mean that are no part of the signature? ${some(document.headers)}. An idempotency key in a header cannot be said by interfaces yet.`,
        `与签名无关的标头各有何含义？${some(document.headers)}。接口尚不能声明位于标头中的幂等键。`,
      ],
      ["they are neither demanded nor looked at", "不要求也不检查"],
    );
}
