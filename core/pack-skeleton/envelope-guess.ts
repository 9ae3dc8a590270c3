import type { EnvelopePolicy } from "../envelope/policy.ts";
import type { Policies } from "../pack/types.ts";
import type { ApiDocument } from "./document.ts";
import { findField } from "./field-search.ts";
import type { Questions } from "./questions.ts";

/** An envelope and what gave it away. */
interface Guess {
  readonly envelope: EnvelopePolicy;
  readonly en: string;
  readonly zh: string;
  readonly nonce: boolean;
}

/**
 * How messages are signed, as far as header parameters, security schemes and fields tell. Where nothing tells, the
 * envelope of the reference pack. It is a guess in every case, and asked about.
 */
export function guessEnvelope(document: ApiDocument, reference: Policies, questions: Questions): Policies {
  const { envelope, en, zh, nonce } = guessed(document, reference);
  questions.ask(
    "envelope",
    { file: "pack.json", pointer: "/policies/envelope" },
    [
      `How are messages signed: what is covered, by which algorithms, and where do signature, caller, time and nonce stand? The document names the headers: ${document.headers.join(", ") || "none"}.`,
      `报文如何签名：签哪些内容、用哪些算法，签名、调用方、时间与随机串放在何处？文档列出的标头：${document.headers.join("、") || "无"}。`,
    ],
    [`the style ${envelope.style}: ${en}`, `${envelope.style}：${zh}`],
  );
  if (nonce) return { ...reference, envelope };
  const { nonce: _nonce, ...freshness } = reference.freshness;
  const { "freshness.replay": _replay, ...stages } = reference.stages;
  return { ...reference, envelope, freshness: { ...freshness, exactReplay: "idempotent-answer" }, stages };
}

function guessed(document: ApiDocument, reference: Policies): Guess {
  const header = (pattern: RegExp): string | undefined => document.headers.find((name) => pattern.test(name));
  const jws = header(/jws/iu);
  if (jws !== undefined)
    return {
      en: `the document has a header ${jws}`,
      zh: `文档有标头 ${jws}`,
      nonce: false,
      envelope: {
        style: "detached-jws",
        header: jws,
        algorithms: { PS256: "rsa-pss-sha256", EdDSA: "ed25519" },
        parameters: { party: "iss", timestamp: "iat" },
        payload: "base64url",
      },
    };
  if (
    header(/^signature-input$/iu) !== undefined ||
    (header(/^signature$/iu) !== undefined && header(/digest$/iu) !== undefined)
  )
    return {
      en: "the document has the headers of RFC 9421, or of the drafts before it",
      zh: "文档有 RFC 9421（或其草案）的标头",
      nonce: true,
      envelope: {
        style: "http-message-signatures",
        algorithms: { ed25519: "ed25519", "rsa-pss-sha512": "rsa-pss-sha512" },
        party: "Client-Id",
        requestComponents: ["@method", "@request-target", "content-digest"],
        answerComponents: ["@status", "content-digest"],
        digest: "sha-256",
        nonce: true,
        label: "sig1",
      },
    };
  const sign = signParameter(document);
  if (sign !== undefined)
    return {
      en: `requests are forms with a parameter ${sign}`,
      zh: `请求为表单，含参数 ${sign}`,
      nonce: true,
      envelope: {
        style: "sorted-parameters",
        algorithms: { "HMAC-SHA256": "hmac-sha256" },
        parameters: { party: "mch_id", timestamp: "timestamp", nonce: "nonce_str", signature: sign },
        encoding: "hex",
      },
    };
  return fromAuthorization(document, reference);
}

/** The parameter that has the signature, where every request with a body is a form. */
function signParameter({ operations, schemas }: ApiDocument): string | undefined {
  const bodies = operations.flatMap(({ request }) => (request === undefined ? [] : [request]));
  if (bodies.length === 0 || bodies.some(({ representation }) => representation !== "form")) return undefined;
  return bodies
    .map(({ schema }) => findField(schema, schemas, (name) => /^(?:sign|signature)$/iu.test(name))?.at(-1))
    .find((name) => name !== undefined);
}

/** `Authorization` with parameters as WeChat Pay writes them, where an example shows their names. */
function fromAuthorization({ headerExamples }: ApiDocument, { envelope }: Policies): Guess {
  const example = headerExamples["authorization"] ?? "";
  const parameters = [...example.matchAll(/(\w+)="[^"]*"/gu)].map(([, name = ""]) => name);
  const [token] = /^[A-Za-z0-9-]+(?=\s)/u.exec(example) ?? [];
  const named = (pattern: RegExp): string | undefined => parameters.find((name) => pattern.test(name));
  const signature = named(/^sign/iu);
  if (token === undefined || signature === undefined || envelope.style !== "authorization-header")
    return {
      envelope,
      en: "the document does not say how messages are signed, so that of the reference pack stands in its place",
      zh: "文档未说明签名方式，暂用参考规范包的方式",
      nonce: true,
    };
  const { authorization } = envelope;
  return {
    en: `an example of Authorization has the parameters ${parameters.join(", ")}`,
    zh: `Authorization 示例含参数 ${parameters.join("、")}`,
    nonce: true,
    envelope: {
      ...envelope,
      algorithms: { [token]: "rsa2048" },
      authorization: {
        header: "Authorization",
        party: named(/mch|merchant|app|client|party/iu) ?? authorization.party,
        nonce: named(/nonce/iu) ?? authorization.nonce,
        timestamp: named(/time/iu) ?? authorization.timestamp,
        serial: named(/serial|key/iu) ?? authorization.serial ?? "serial_no",
        signature,
      },
    },
  };
}
