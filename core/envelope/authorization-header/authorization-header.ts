import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import { Attempt, likeliest } from "../diagnosis.ts";
import { headerValues } from "../headers.ts";
import type {
  Envelope,
  EnvelopePart,
  OpenedAnswer,
  OpenedRequest,
  OpeningFault,
  PartId,
  WireAnswer,
  WireRequest,
} from "../envelope.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import { formatAuthorization, parseAuthorization } from "./authorization.ts";
import { requestBase, responseBase } from "./base.ts";
import { MISTAKES } from "./mistakes.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

/**
 * The envelope of WeChat Pay APIv3 and its relatives: lines of method, target, timestamp, nonce and body are signed; a
 * request carries its signature in an Authorization header, an answer in headers of its own. The body is not touched.
 */
export function authorizationHeader(policy: AuthorizationHeaderPolicy): Envelope {
  const { authorization: names, response } = policy;
  const header = names.header.toLowerCase();
  const answerNames = {
    timestamp: response.timestamp.toLowerCase(),
    nonce: response.nonce.toLowerCase(),
    serial: response.serial.toLowerCase(),
    algorithm: response.algorithm.toLowerCase(),
    signature: response.signature.toLowerCase(),
  };
  const making = {
    requestBase: (message: RequestMessage) => requestBase(policy, message),
    answerBase: (message: AnswerMessage) => responseBase(policy, message),
    signatureOf: decodeBase64Strict,
  };
  const unopened = (en: string, zh: string, field: string): OpeningFault => ({
    ok: false,
    stage: "signature",
    message: { en, zh },
    field,
    location: "header",
  });

  return {
    style: policy.style,
    algorithms: policy.algorithms,
    requestParts: requestParts(policy),
    answerParts: answerParts(policy),
    requestBase: making.requestBase,
    answerBase: making.answerBase,

    sealRequest(message, signature) {
      const value = formatAuthorization(policy, message.algorithm, {
        party: message.party,
        nonce: message.nonce,
        timestamp: message.timestamp,
        serial: message.serial,
        signature: encodeBase64(signature),
      });
      return { headers: [[names.header, value]], body: message.body };
    },

    openRequest(request: WireRequest): OpenedRequest | OpeningFault {
      const values = headerValues(request.headers, header);
      if (values.length !== 1)
        return values.length === 0
          ? unopened("the header is missing", "缺少该请求头", names.header)
          : unopened("the header came more than once", "该请求头出现多次", names.header);
      const parsed = parseAuthorization(policy, values[0]);
      if (!parsed.ok) return unopened(parsed.message.en, parsed.message.zh, names.header);
      return {
        ok: true,
        party: parsed.party,
        serial: parsed.serial,
        algorithm: parsed.token,
        timestamp: parsed.timestamp,
        nonce: parsed.nonce,
        covered: requestBase(policy, {
          method: request.method,
          target: request.target,
          timestamp: parsed.timestamp,
          nonce: parsed.nonce,
          body: request.body,
        }),
        signature: decodeBase64Strict(parsed.signature),
        signatureText: parsed.signature,
        body: request.body,
      };
    },

    sealAnswer(message, signature) {
      return {
        headers: [
          [response.timestamp, message.timestamp],
          [response.nonce, message.nonce],
          [response.serial, message.serial],
          [response.algorithm, message.algorithm],
          [
            response.signature,
            Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString("base64"),
          ],
        ],
        body: message.body,
      };
    },

    openAnswer(answer: WireAnswer): OpenedAnswer | OpeningFault {
      // With two signatures it is unclear which one counts.
      const one = (name: string): string | undefined => {
        const values = headerValues(answer.headers, name);
        return values.length === 1 ? values[0] : undefined;
      };
      const [timestamp, nonce, serial, signature] = [
        one(answerNames.timestamp),
        one(answerNames.nonce),
        one(answerNames.serial),
        one(answerNames.signature),
      ];
      if (timestamp === undefined || nonce === undefined || serial === undefined || signature === undefined)
        return unopened(
          `of ${response.timestamp}, ${response.nonce}, ${response.serial}, ${response.signature} each must stand once`,
          `${response.timestamp}、${response.nonce}、${response.serial}、${response.signature} 须各出现一次`,
          response.signature,
        );
      return {
        ok: true,
        serial,
        algorithm: one(answerNames.algorithm),
        timestamp,
        nonce,
        covered: responseBase(policy, { timestamp, nonce, body: answer.body }),
        signature: decodeBase64Strict(signature),
        signatureText: signature,
        body: answer.body,
      };
    },

    diagnose: (failed) => likeliest(MISTAKES, new Attempt(failed, making)),
  };
}

const COMPONENT: Readonly<Record<string, PartId>> = {
  method: "method",
  "path-and-query": "target",
  timestamp: "timestamp",
  nonce: "nonce",
  body: "body",
};

function requestParts({ requestBase: base, authorization }: AuthorizationHeaderPolicy): readonly EnvelopePart[] {
  const covered = new Set(base.map((component) => COMPONENT[component]));
  return [
    { id: "method", location: "line", name: "method", covered: covered.has("method") },
    { id: "target", location: "line", name: "target", covered: covered.has("target") },
    { id: "algorithm", location: "header", name: authorization.header, covered: false },
    ...(["party", "serial", "timestamp", "nonce", "signature"] as const).map((id) => ({
      id,
      location: "header" as const,
      name: authorization[id],
      within: authorization.header,
      covered: covered.has(id),
    })),
    { id: "body", location: "body", name: "body", covered: covered.has("body") },
  ];
}

function answerParts({ responseBase: base, response }: AuthorizationHeaderPolicy): readonly EnvelopePart[] {
  const covered = new Set(base.map((component) => COMPONENT[component]));
  return [
    ...(["serial", "algorithm", "timestamp", "nonce", "signature"] as const).map((id) => ({
      id,
      location: "header" as const,
      name: response[id],
      covered: covered.has(id),
    })),
    { id: "body", location: "body", name: "body", covered: covered.has("body") },
  ];
}
