import { Buffer } from "node:buffer";
import { json } from "../../codec/json.ts";
import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import type { Envelope, EnvelopePart, OpenedRequest, OpeningFault } from "../envelope.ts";
import { headerFault } from "../header-fault.ts";
import { headerValues } from "../headers.ts";
import type { Headers } from "../headers.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import { reserialised } from "../mistakes/body-writings.ts";
import { componentValue, componentsOf, contentDigest, signatureBase } from "./base.ts";
import { MISTAKES } from "./mistakes.ts";
import type { HttpMessageSignaturesPolicy } from "./policy.ts";
import { PARAMETER, parametersText, readInput, signatureTextOf } from "./signature-input.ts";

type Way = "request" | "answer";
type Message = AnswerMessage & Partial<Pick<RequestMessage, "method" | "target" | "party">>;

const MOST_CHARACTERS = 8192;

/**
 * The envelope of HTTP Message Signatures (RFC 9421): parts of the message and a digest of its body (RFC 9530) are
 * signed as lines, and three headers carry that. The body is not touched.
 */
export function httpMessageSignatures(policy: HttpMessageSignaturesPolicy): Envelope {
  const parametersOf = (message: Message, way: Way): string =>
    message.carried ?? parametersText(policy, componentsOf(policy, way), message);
  const base = (message: Message, way: Way): Uint8Array => {
    const parameters = parametersOf(message, way);
    return signatureBase(
      componentNames(parameters).map((name) => [`"${name}"`, componentValue(policy, name, message)]),
      parameters,
    );
  };
  const seal = (message: Message, signature: Uint8Array, way: Way) => ({
    headers: [
      ["Content-Digest", contentDigest(policy, message.body)] as const,
      ...(way === "answer" || policy.party === undefined || message.party === undefined
        ? []
        : [[policy.party, message.party] as const]),
      ["Signature-Input", `${policy.label}=${parametersOf(message, way)}`] as const,
      ["Signature", `${policy.label}=:${encodeBase64(signature)}:`] as const,
    ],
    body: message.body,
  });
  return {
    style: policy.style,
    codec: json,
    algorithms: policy.algorithms,
    requestParts: partsOf(policy, "request"),
    answerParts: partsOf(policy, "answer"),
    requestBase: (message) => base(message, "request"),
    answerBase: (message) => base(message, "answer"),
    sealRequest: (message, signature) => seal(message, signature, "request"),
    sealAnswer: (message, signature) => seal(message, signature, "answer"),
    openRequest: ({ method, target, headers, body }) => open(policy, headers, { method, target, body }, "request"),
    openAnswer: ({ status, headers, body }) =>
      open(policy, headers, { body, ...(status === undefined ? {} : { status }) }, "answer"),
    readSignature: decodeBase64Strict,
    mistakes: MISTAKES,
  };
}

/** The names in the list of components ahead of the parameters. */
function componentNames(parameters: string): readonly string[] {
  return [...parameters.slice(0, parameters.indexOf(")")).matchAll(/"([^"\\]*)"/g)].map(([, name = ""]) => name);
}

function open(
  policy: HttpMessageSignaturesPolicy,
  headers: Headers,
  message: Pick<Message, "method" | "target" | "status" | "body">,
  way: Way,
): OpenedRequest | OpeningFault {
  const texts: Record<string, string> = {};
  for (const name of ["Signature-Input", "Signature", "Content-Digest", ...partyHeader(policy, way)]) {
    const values = headerValues(headers, name.toLowerCase());
    const [value = ""] = values;
    if (values.length !== 1 || value === "" || value.length > MOST_CHARACTERS)
      return headerFault(
        `the header ${name} must stand once, with a value of at most ${MOST_CHARACTERS} characters`,
        `首部 ${name} 须出现一次且不超过 ${MOST_CHARACTERS} 个字符`,
        name,
      );
    texts[name] = value;
  }
  const input = readInput(policy, texts["Signature-Input"] ?? "");
  if (!input.ok)
    return headerFault(`Signature-Input ${input.message.en}`, `Signature-Input ${input.message.zh}`, "Signature-Input");
  const agreed = componentsOf(policy, way);
  const { components, fields } = input;
  if (components.length !== agreed.length || agreed.some((name) => !components.includes(name)))
    return headerFault(
      `Signature-Input must cover exactly ${agreed.join(", ")}`,
      `Signature-Input 应恰好覆盖 ${agreed.join("、")}`,
      "Signature-Input",
    );
  if (!Object.hasOwn(policy.algorithms, fields.algorithm ?? "")) {
    const known = Object.keys(policy.algorithms);
    return headerFault(`alg is none of ${known.join(", ")}`, `alg 不是 ${known.join("、")} 之一`, "Signature-Input");
  }
  const signatureText = signatureTextOf(texts["Signature"] ?? "", input.label);
  if (signatureText === undefined)
    return headerFault(
      `Signature must hold one signature and no other: ${input.label}=:base64:`,
      `Signature 应恰好含一个签名：${input.label}=:Base64:`,
      "Signature",
    );
  const digest = contentDigest(policy, message.body);
  if (texts["Content-Digest"] !== digest) return wrongDigest(policy, texts["Content-Digest"] ?? "", message.body);
  const party = texts[partyHeader(policy, way)[0] ?? ""];
  const carried = input.parameters;
  const named = { serial: fields.serial ?? "", algorithm: fields.algorithm ?? "" };
  const opened = { ...named, timestamp: "", nonce: "", ...message, ...(party === undefined ? {} : { party }) };
  const covered = signatureBase(
    components.map((name) => [`"${name}"`, componentValue(policy, name, opened)]),
    carried,
  );
  return {
    ok: true,
    party,
    serial: fields.serial,
    algorithm: fields.algorithm,
    timestamp: fields.timestamp,
    nonce: fields.nonce,
    covered,
    signature: decodeBase64Strict(signatureText),
    signatureText,
    carried,
    body: message.body,
  };
}

const partyHeader = ({ party }: HttpMessageSignaturesPolicy, way: Way): readonly string[] =>
  way === "answer" || party === undefined ? [] : [party];

/** A digest that does not fit, and what it fits instead. */
function wrongDigest(policy: HttpMessageSignaturesPolicy, given: string, body: Uint8Array): OpeningFault {
  const written = reserialised(body).find((one) => contentDigest(policy, one.body) === given);
  const right = contentDigest(policy, body);
  const hex = Buffer.from(right.split(":")[1] ?? "", "base64").toString("hex");
  const why =
    written !== undefined
      ? {
          en: `it is that of another writing of the body: ${written.en}`,
          zh: `它是报文体另一种写法的摘要：${written.zh}`,
        }
      : given.toLowerCase().includes(hex)
        ? { en: "it is in hexadecimal; write base64 between colons", zh: "摘要为十六进制；应为冒号之间的 Base64" }
        : { en: "take the digest of the very bytes that are sent", zh: "应对实际发送的字节取摘要" };
  return headerFault(
    `Content-Digest is not ${policy.digest} of the body: ${why.en}`,
    `Content-Digest 不是报文体的 ${policy.digest} 摘要：${why.zh}`,
    "Content-Digest",
  );
}

function partsOf(policy: HttpMessageSignaturesPolicy, way: Way): readonly EnvelopePart[] {
  const components = way === "request" ? policy.requestComponents : policy.answerComponents;
  const covered = new Set<string>(components);
  const within = (["algorithm", "serial", "timestamp", "nonce"] as const).filter(
    (id) => id !== "nonce" || policy.nonce,
  );
  return [
    ...(way === "request"
      ? ([
          { id: "method", location: "line", name: "method", covered: covered.has("@method") },
          {
            id: "target",
            location: "line",
            name: "target",
            covered: covered.has("@request-target") || (covered.has("@path") && covered.has("@query")),
          },
          ...(policy.party === undefined
            ? []
            : [{ id: "party" as const, location: "header" as const, name: policy.party, covered: true }]),
        ] as const)
      : ([{ id: "status", location: "line", name: "status", covered: covered.has("@status") }] as const)),
    ...within.map((id) => ({
      id,
      location: "header" as const,
      name: PARAMETER[id],
      within: "Signature-Input",
      covered: true,
    })),
    { id: "signature", location: "header", name: "Signature", covered: false },
    { id: "body", location: "body", name: "body", covered: covered.has("content-digest") },
  ];
}
