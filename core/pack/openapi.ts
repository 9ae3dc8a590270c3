import { codecsOf } from "../codec/codecs.ts";
import { carrierOf } from "../envelope/carrier.ts";
import { bodySealingOf } from "./body-sealing.ts";
import type { AuthorizationHeaderPolicy } from "../envelope/authorization-header/policy.ts";
import type { DetachedJwsPolicy } from "../envelope/detached-jws/policy.ts";
import type { HttpMessageSignaturesPolicy } from "../envelope/http-message-signatures/policy.ts";
import type { EnvelopedSignaturePolicy } from "../envelope/enveloped-signature/policy.ts";
import { envelopeOf } from "../envelope/styles.ts";
import type { TrailingSignaturePolicy } from "../envelope/trailing-signature/policy.ts";
import type { SortedParametersPolicy } from "../envelope/sorted-parameters/policy.ts";
import type { TimestampForm } from "../envelope/times.ts";
import { tokensOf } from "../json/pointer.ts";
import { isEncoding, mediaType } from "../table/encoding.ts";
import { selectingHeaders } from "./selection.ts";
import { stagesOf, wireStatuses } from "./error-code.ts";
import { follow, fullReference, isSchemaObject } from "./reference.ts";
import type { ErrorCode, Interface, PackSource, Policies, Role, Schema } from "./types.ts";

type Document = Readonly<Record<string, unknown>>;

/**
 * A pack as an OpenAPI 3.1 document. What both roles provide stands in it; `x-liantiao-provider` says whose an
 * operation is. Signing has no counterpart in OpenAPI and is described as an API key in its header.
 */
export function openapi(source: PackSource): Document {
  const { manifest } = source;
  const schemas: Record<string, unknown> = { [ERROR_NAME]: ERROR_SCHEMA };
  const reader = references(source, schemas);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of source.interfaces)
    (paths[pathOf(one)] ??= {})[one.http.method.toLowerCase()] = operation(source, one, reader);
  return {
    openapi: "3.1.0",
    info: {
      title: `${manifest.title.en} / ${manifest.title.zh}`,
      version: manifest.version,
      description: `${manifest.description.en}\n\n${manifest.description.zh}`,
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    tags: (["bank", "platform"] satisfies Role[]).map((role) => ({
      name: role,
      description: `Provided by the ${role} / 由${role === "bank" ? "银行" : "平台"}提供`,
    })),
    security: [{ signature: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        signature: { type: "apiKey", ...signatureScheme(manifest.policies) },
      },
    },
  };
}

/** The path of an interface; OpenAPI knows one operation of a path and a method, so that several have a fragment, which is never sent. */
const pathOf = ({ id, http }: Interface): string => (http.select === undefined ? http.path : `${http.path}#${id}`);

/** The headers by which a request says which interface of its path is meant. */
const selectingParameters = (one: Interface): readonly Document[] =>
  selectingHeaders(one).map(([name, value]) => ({ name, in: "header", required: true, schema: { const: value } }));

/** Where a request carries its signature, and all that a client needs to sign it and to verify an answer. */
function signatureScheme(policies: Policies): Document {
  const { envelope } = policies;
  if (envelope.style === "authorization-header")
    return { in: "header", name: envelope.authorization.header, description: inHeader(envelope, policies) };
  if (envelope.style === "detached-jws")
    return { in: "header", name: envelope.header, description: inJws(envelope, policies) };
  if (envelope.style === "http-message-signatures")
    return { in: "header", name: "Signature", description: inSignatureInput(envelope, policies) };
  if (envelope.style === "trailing-signature")
    return { in: "query", name: "signature", description: behindDocument(envelope, policies) };
  if (envelope.style === "enveloped-signature")
    return { in: "query", name: "Signature", description: withinDocument(envelope, policies) };
  // OpenAPI knows no parameter of a body as a place for credentials; the description says where it stands.
  return { in: "query", name: envelope.parameters.signature, description: inParameters(envelope, policies) };
}

function inHeader(
  { requestBase, responseBase, algorithms, authorization, response }: AuthorizationHeaderPolicy,
  { freshness }: Policies,
): string {
  return [
    `${authorization.header}: TOKEN ${authorization.party}="...",${authorization.serial}="...",${authorization.nonce}="...",${authorization.timestamp}="...",${authorization.signature}="...", where TOKEN says how it is signed: ${Object.keys(algorithms).join(", ")}.`,
    `${authorization.signature} is base64 of the signature over ${requestBase.join(", ")} (path and query as on the request line, the body's bytes as sent), each followed by one line feed, the last one too. ${freshEn(freshness, authorization)}`,
    `Answers, refusals too, are signed over ${responseBase.join(", ")}, each followed by one line feed: ${response.signature} (base64), with ${response.timestamp}, ${response.nonce}, ${response.serial} (which key) and ${response.algorithm} (how).`,
    `请求签名串依次为 ${requestBase.join("、")}，每项后接一个换行符，末项亦然。${freshZh(freshness, authorization)}应答（含拒绝）签名串依次为 ${responseBase.join("、")}。签名均为 base64。`,
  ].join("\n\n");
}

function inJws(
  { header, algorithms, parameters, constants = {}, crit = [], payload }: DetachedJwsPolicy,
  { freshness }: Policies,
): string {
  const own = [...Object.values(parameters), ...Object.keys(constants)].join(", ");
  return [
    `${header} is a detached JWS (RFC 7515 appendix F): protected header, two dots, signature. The payload is the body, ${payload === "base64url" ? "signed in base64url" : "signed as it is (RFC 7797, b64 false)"}. alg is one of ${Object.keys(algorithms).join(", ")}, kid names the key${own === "" ? "" : `, and beside them stand ${own}`}${crit.length === 0 ? "" : `; crit lists ${crit.join(", ")}`}.`,
    `${freshEn(freshness, parameters)} Answers, refusals too, are signed alike.`,
    `${header} 为分离式 JWS（受保护首部..签名），负载即报文体。${freshZh(freshness, parameters)}应答（含拒绝）签名方式相同。`,
  ].join("\n\n");
}

function inSignatureInput(
  { algorithms, party, requestComponents, answerComponents, digest, nonce }: HttpMessageSignaturesPolicy,
  { freshness }: Policies,
): string {
  const parts = { timestamp: "created", ...(nonce ? { nonce: "nonce" } : {}) };
  const covered = [...requestComponents, ...(party === undefined ? [] : [party])].join(", ");
  return [
    `HTTP Message Signatures (RFC 9421): Signature-Input covers exactly ${covered}, with created, keyid, alg (${Object.keys(algorithms).join(", ")})${nonce ? " and nonce" : ""}; Content-Digest (RFC 9530) is ${digest} of the body.`,
    `${freshEn(freshness, parts)} Answers, refusals too, cover ${answerComponents.join(", ")}.`,
    `HTTP 报文签名（RFC 9421）：请求恰好覆盖 ${covered}，应答覆盖 ${answerComponents.join("、")}；Content-Digest 为报文体的 ${digest} 摘要。${freshZh(freshness, parts)}`,
  ].join("\n\n");
}

function inParameters({ parameters, algorithms, encoding }: SortedParametersPolicy, { freshness }: Policies): string {
  const { signature, ...others } = parameters;
  const spelling = encoding === "hex" ? "lower-case hexadecimal" : "base64";
  return [
    [
      `Every message is a form.`,
      `Beside the business parameters it carries ${Object.values(others).join(", ")} and ${signature}, as parameters of the body.`,
      `Signed are all parameters but ${signature} that have a value, sorted by the ASCII codes of their names and joined as name=value with & between, the values as they read and not escaped;`,
      `${signature} is the ${spelling} of the signature (${Object.keys(algorithms).join(", ")}).`,
    ].join(" "),
    `${freshEn(freshness, parameters)} Answers, refusals too, are signed alike.`,
    `所有报文均为表单；除业务参数外，报文体另含 ${Object.values(others).join("、")} 与 ${signature}。剔除 ${signature} 及空值参数，其余按参数名 ASCII 码排序，以 name=value 用 & 连接（使用未编码的原值）后签名，${signature} 为签名的${encoding === "hex" ? "小写十六进制" : " Base64"}。${freshZh(freshness, parameters)}应答（含拒绝）签名方式相同。`,
  ].join("\n\n");
}

function behindDocument(
  { fields, before, behind, algorithms, representation }: TrailingSignaturePolicy,
  { freshness }: Policies,
): string {
  const names = Object.values(fields).join(", ");
  const written = JSON.stringify(`${before}SIGNATURE${behind}`);
  return [
    `Every message is ${representation.toUpperCase()} with its signature behind it. Beside the business fields the document carries ${names}. Signed are the document's bytes as they are sent, from the first to the last; behind them stands ${written}, where SIGNATURE is base64 (${Object.keys(algorithms).join(", ")}).`,
    `${freshEn(freshness, fields)} Answers, refusals too, are signed alike.`,
    `报文后接签名：对报文原文的全部字节签名，随后写 ${written}，SIGNATURE 为签名的 Base64。除业务字段外，报文另含 ${names}。${freshZh(freshness, fields)}应答（含拒绝）签名方式相同。`,
  ].join("\n\n");
}

function withinDocument({ fields, algorithms, digest, id }: EnvelopedSignaturePolicy, { freshness }: Policies): string {
  const names = Object.values(fields).join(", ");
  const uri = JSON.stringify(id === undefined ? "" : `#${id}`);
  return [
    `Every message is XML with an XML Signature right below its root. Beside the business fields the document carries ${names}. SignedInfo has one Reference with URI=${uri}, the transforms enveloped-signature and exclusive canonicalisation, and the ${digest} of the document; its canonical form is signed. SignatureMethod is ${Object.keys(algorithms).join(" or ")}; KeyInfo is not looked at.`,
    `${freshEn(freshness, fields)} Answers, refusals too, are signed alike.`,
    `报文为 XML，根元素之下含一个 XML 签名（XML-DSig Enveloped）：SignedInfo 仅有一个 Reference（URI=${uri}），变换依次为 enveloped-signature 与 Exclusive C14N，摘要算法 ${digest}；对规范化后的 SignedInfo 签名。除业务字段外，报文另含 ${names}。${freshZh(freshness, fields)}应答（含拒绝）签名方式相同。`,
  ].join("\n\n");
}

interface FreshParts {
  readonly timestamp?: string;
  readonly nonce?: string;
}

const WRITTEN: Readonly<Partial<Record<TimestampForm, readonly [string, string]>>> = {
  seconds: ["in seconds since 1970", "Unix 秒数"],
  milliseconds: ["in milliseconds since 1970", "Unix 毫秒数"],
};

/** What a request's timestamp and nonce must be, as far as it carries them. */
function freshEn(
  { clockSkewSeconds, timestamps = "seconds", nonce }: Policies["freshness"],
  parts: FreshParts,
): string {
  return [
    ...(parts.timestamp === undefined
      ? []
      : [`${parts.timestamp} is ${WRITTEN[timestamps]?.[0] ?? timestamps} and at most ${clockSkewSeconds} s off.`]),
    ...(parts.nonce === undefined || nonce === undefined
      ? []
      : [`${parts.nonce} has ${nonce.minLength} to ${nonce.maxLength} characters and is new for each request.`]),
  ].join(" ");
}

function freshZh({ clockSkewSeconds, timestamps = "seconds" }: Policies["freshness"], parts: FreshParts): string {
  return [
    ...(parts.timestamp === undefined
      ? []
      : [`${parts.timestamp} 为 ${WRITTEN[timestamps]?.[1] ?? timestamps}，偏差不超过 ${clockSkewSeconds} 秒。`]),
    ...(parts.nonce === undefined ? [] : [`${parts.nonce} 每次请求不得重复。`]),
  ].join("");
}

/** What every refusal looks like on the wire; `PackSource.errors` says which codes there are. */
const ERROR_SCHEMA = {
  type: "object",
  required: ["code", "message"],
  properties: {
    code: { type: "string", description: "Stable; programs decide by it 稳定不变，程序据此判断" },
    message: { type: "string", description: "For people 供人阅读" },
    detail: {
      type: "object",
      description: "Where it went wrong, as far as the provider says so 出错位置（若提供方给出）",
    },
  },
} as const;
const ERROR_NAME = "liantiao.error";
const ERROR_REFERENCE = `#/components/schemas/${ERROR_NAME}`;

type Reader = (schema: Schema, file: string) => unknown;

function operation(source: PackSource, one: Interface, read: Reader): Document {
  const file = `interfaces/${one.id}.json`;
  const parameters = [
    ...(["path", "query"] as const).flatMap((place) => parametersOf(source, one.request[place], place, file, read)),
    ...selectingParameters(one),
  ];
  return {
    operationId: one.id,
    summary: `${one.title.en} / ${one.title.zh}`,
    description: `${one.description.en}\n\n${one.description.zh}`,
    tags: [one.provider],
    "x-liantiao-provider": one.provider,
    ...(one.idempotency === undefined ? {} : { "x-liantiao-idempotency": one.idempotency }),
    ...(one.http.select === undefined ? {} : { "x-liantiao-select": one.http.select }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(one.request.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [mediaOfRequest(source, one)]: {
                schema: read(one.request.body, file),
              },
            },
          },
        }),
    responses: responses(source, one, read),
  };
}

/** The media type of a request's body. */
function mediaOfRequest({ manifest: { policies } }: PackSource, one: Interface): string {
  const codecOf = codecsOf(policies);
  return (
    carrierOf(
      envelopeOf(policies.envelope, codecOf),
      codecOf(one.request.representation),
      bodySealingOf(policies, one, "request"),
    )?.mediaType ?? "application/json"
  );
}

/** The good answer, and refusals by their status; where both have the same one, its body is either. */
function responses(source: PackSource, one: Interface, read: Reader): Document {
  const { policies } = source.manifest;
  const { status, representation, body, headers } = one.response;
  const media = mediaOf(one.response, policies);
  const schema = body === undefined ? { type: "string" } : read(body, `interfaces/${one.id}.json`);
  const good = {
    description: `${one.title.en} / ${one.title.zh}`,
    ...headersOf({ ...policies.headers, ...headers }),
    ...(representation === "empty" ? {} : { content: { [media]: { schema } } }),
  };
  const codes = new Set(one.errors);
  const may = source.errors.filter(
    (error) => stagesOf(error).some((stage) => stage !== "guards" && stage !== "idempotency") || codes.has(error.code),
  );
  const statuses = [...new Set(may.flatMap((error) => wireStatuses(error, policies)))].toSorted((a, b) => a - b);
  const refusals = statuses.map((each) => {
    const errors = may.filter((error) => wireStatuses(error, policies).includes(each));
    return [String(each), refusalOf(errors, policies)] as const;
  });
  const shared = refusals.find(([each]) => Number(each) === status)?.[1];
  return {
    ...Object.fromEntries(
      refusals.map(([each, { media: _media, schema: _schema, ...refusal }]) => [each, refusal] as const),
    ),
    [status]:
      shared === undefined
        ? good
        : {
            ...good,
            description: `${good.description}\n\n${shared.description}`,
            content: {
              ...shared.content,
              ...good.content,
              [shared.media]: {
                schema: { anyOf: [...(media === shared.media ? [schema] : []), shared.schema] },
              },
            },
          },
  };
}

/** The media type of a good answer; a file whose packing the request decides is named as it is unpacked. */
function mediaOf({ representation, table }: Interface["response"], policies: Policies): string {
  if (representation !== "table") return codecsOf(policies)(representation)?.mediaType ?? "application/json";
  return isEncoding(table?.encoding) ? mediaType(table.encoding, "text/csv") : "text/csv";
}

function refusalOf(errors: readonly ErrorCode[], policies: Policies) {
  const retried = errors.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined);
  const codes = errors.map(({ code }) => code);
  const media = envelopeOf(policies.envelope, codecsOf(policies)).codec.mediaType;
  const schema =
    policies.refusal === undefined
      ? { allOf: [{ $ref: ERROR_REFERENCE }, { properties: { code: { enum: codes } } }] }
      : nested(tokensOf(policies.refusal.code), { enum: codes });
  return {
    media,
    schema,
    description: errors.map(({ code, title }) => `${code}: ${title.en} / ${title.zh}`).join("\n\n"),
    ...headersOf(policies.headers ?? {}, retried ? RETRY_AFTER : {}),
    content: { [media]: { schema } },
  };
}

const RETRY_AFTER = { "Retry-After": { description: "Seconds / 秒", schema: { type: "integer", minimum: 0 } } };

/** Headers by name, each a text; nothing where there are none. */
function headersOf(named: Readonly<Record<string, unknown>>, more: Document = {}): { readonly headers?: Document } {
  const own = Object.keys(named).filter((name) => name.toLowerCase() !== "content-type");
  const headers = { ...Object.fromEntries(own.map((name) => [name, { schema: { type: "string" } }])), ...more };
  return Object.keys(headers).length === 0 ? {} : { headers };
}

/** A schema of objects within objects, with the last one's member as given. */
function nested([token, ...rest]: readonly string[], schema: unknown): unknown {
  return token === undefined
    ? schema
    : { type: "object", required: [token], properties: { [token]: nested(rest, schema) } };
}

function parametersOf(
  source: PackSource,
  schema: Schema | undefined,
  place: "path" | "query",
  file: string,
  read: Reader,
): readonly Document[] {
  let object: unknown = schema;
  let home = file;
  for (let depth = 0; depth < 8 && isSchemaObject(object) && typeof object["$ref"] === "string"; depth += 1) {
    const target = follow(source, object["$ref"], home);
    object = target?.schema;
    home = target?.file ?? home;
  }
  if (!isSchemaObject(object) || !isSchemaObject(object["properties"])) return [];
  const required = Array.isArray(object["required"]) ? object["required"] : [];
  return Object.entries(object["properties"]).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: read(property as Schema, home),
  }));
}

/** Copies schemas with every `$ref` turned into a component, which is made when it is first met. */
function references(source: PackSource, schemas: Record<string, unknown>): Reader {
  const copy = (value: unknown, file: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => copy(item, file));
    if (!isSchemaObject(value)) return value;
    const out: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(value)) {
      if (key === "$schema" || key === "$id" || key === "$defs") continue;
      out[key] =
        key === "$ref" && typeof child === "string"
          ? component(fullReference(child, file))
          : key === "const" || key === "enum"
            ? child
            : copy(child, file);
    }
    return out;
  };
  const component = (reference: string): string => {
    const name = reference
      .replace(/^messages\//, "")
      .replace(/\.json#\/\$defs\//, ".")
      .replaceAll(/[^A-Za-z0-9._-]+/g, "_");
    const pointer = `#/components/schemas/${name}`;
    if (Object.hasOwn(schemas, name)) return pointer;
    // Named before it is filled, so that a schema that contains itself ends.
    schemas[name] = {};
    const target = follow(source, reference, "");
    if (target === undefined) throw new RangeError(`the pack has no schema ${reference}; run pack check`);
    schemas[name] = copy(target.schema, target.file);
    return pointer;
  };
  return copy;
}
