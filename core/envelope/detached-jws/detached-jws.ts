import { Buffer } from "node:buffer";
import { json } from "../../codec/json.ts";
import { decodeBase64Url, encodeBase64Url } from "../../signature/base64url.ts";
import type { Envelope, EnvelopePart, OpenedAnswer, OpenedRequest, OpeningFault } from "../envelope.ts";
import { headerFault } from "../header-fault.ts";
import { headerValues } from "../headers.ts";
import type { Headers } from "../headers.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import { MISTAKES } from "./mistakes.ts";
import type { DetachedJwsPolicy } from "./policy.ts";
import { fieldsOf, headerText, readHeader } from "./protected-header.ts";

const MOST_CHARACTERS = 8192;

type Way = "request" | "answer";

/**
 * The envelope of detached JWS: a header of the message carries a protected header and the signature over it and the
 * body. Method and target are not signed. The body is not touched.
 */
export function detachedJws(policy: DetachedJwsPolicy): Envelope {
  const protectedOf = (message: AnswerMessage & { readonly party?: string }, way: Way): string =>
    message.carried ?? encodeBase64Url(Buffer.from(headerText(policy, fieldsOf(message), way)));
  const base = (message: AnswerMessage, way: Way): Uint8Array =>
    signingInput(policy, protectedOf(message, way), message.body);
  const seal = (message: AnswerMessage, signature: Uint8Array, way: Way) => ({
    headers: [[policy.header, `${protectedOf(message, way)}..${encodeBase64Url(signature)}`] as const],
    body: message.body,
  });
  const making = {
    requestBase: (message: RequestMessage) => base(message, "request"),
    answerBase: (message: AnswerMessage) => base(message, "answer"),
  };
  return {
    style: policy.style,
    codec: json,
    algorithms: policy.algorithms,
    requestParts: partsOf(policy, "request"),
    answerParts: partsOf(policy, "answer"),
    requestBase: making.requestBase,
    answerBase: making.answerBase,
    sealRequest: (message, signature) => seal(message, signature, "request"),
    sealAnswer: (message, signature) => seal(message, signature, "answer"),
    openRequest: ({ headers, body }): OpenedRequest | OpeningFault => {
      const opened = open(policy, headers, body, "request");
      return opened.ok ? { ...opened, party: opened.party } : opened;
    },
    openAnswer: ({ headers, body }): OpenedAnswer | OpeningFault => open(policy, headers, body, "answer"),
    readSignature: decodeBase64Url,
    mistakes: MISTAKES,
  };
}

/** The bytes that are signed (RFC 7515 section 5.1, RFC 7797 section 3). */
export function signingInput(policy: DetachedJwsPolicy, header: string, body: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`${header}.`),
    policy.payload === "unencoded" ? body : Buffer.from(encodeBase64Url(body)),
  ]);
}

function open(
  policy: DetachedJwsPolicy,
  headers: Headers,
  body: Uint8Array,
  way: Way,
): (OpenedAnswer & { readonly party: string | undefined }) | OpeningFault {
  const name = policy.header;
  const values = headerValues(headers, name.toLowerCase());
  const [value = ""] = values;
  if (values.length !== 1 || value === "")
    return values.length > 1
      ? headerFault("the header came more than once", "该首部出现多次", name)
      : headerFault("the header is missing or empty", "缺少该首部或其值为空", name);
  if (value.length > MOST_CHARACTERS)
    return headerFault(
      `the header has ${value.length} characters, allowed: ${MOST_CHARACTERS}`,
      `首部长 ${value.length} 个字符，上限 ${MOST_CHARACTERS}`,
      name,
    );
  const [text = "", payload, signatureText, ...more] = value.split(".");
  if (payload !== "" || signatureText === undefined || more.length > 0)
    return headerFault(
      "expected header..signature: three parts, of which the second is empty because the body is the payload",
      "应为 首部..签名 三段，第二段为空（负载即报文体）",
      name,
    );
  const bytes = decodeBase64Url(text);
  if (bytes === undefined)
    return headerFault(
      "the protected header is not base64url without padding",
      "受保护首部不是无补位的 base64url",
      name,
    );
  const read = readHeader(policy, bytes, way);
  if (!read.ok) return headerFault(read.message.en, read.message.zh, name);
  // Without a signature nothing is claimed.
  if (signatureText === "") return headerFault("the signature is empty", "签名为空", name);
  const { serial, algorithm, timestamp, nonce, party } = read.fields;
  return {
    ok: true,
    party,
    serial,
    algorithm,
    timestamp,
    nonce,
    covered: signingInput(policy, text, body),
    signature: decodeBase64Url(signatureText),
    signatureText,
    carried: text,
    body,
  };
}

function partsOf({ header, parameters }: DetachedJwsPolicy, way: Way): readonly EnvelopePart[] {
  const within = (id: EnvelopePart["id"], name: string | undefined): readonly EnvelopePart[] =>
    name === undefined ? [] : [{ id, location: "header", name, within: header, covered: true }];
  return [
    ...(way === "request"
      ? ([
          { id: "method", location: "line", name: "method", covered: false },
          { id: "target", location: "line", name: "target", covered: false },
        ] as const)
      : []),
    ...within("algorithm", "alg"),
    ...within("serial", "kid"),
    ...(way === "request" ? within("party", parameters.party) : []),
    ...within("timestamp", parameters.timestamp),
    ...within("nonce", parameters.nonce),
    { id: "signature", location: "header", name: header, covered: false },
    { id: "body", location: "body", name: "body", covered: true },
  ];
}
