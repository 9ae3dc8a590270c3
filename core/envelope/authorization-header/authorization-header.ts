import { json } from "../../codec/json.ts";
import { decodeBase64Strict } from "../../signature/base64.ts";
import type { Envelope } from "../envelope.ts";
import { answerHeaders } from "./answer-headers.ts";
import { bareParameters } from "./authorization.ts";
import { requestBase, responseBase } from "./base.ts";
import { MISTAKES } from "./mistakes.ts";
import { answerParts, requestParts } from "./parts.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";
import { requestHeader } from "./request-header.ts";

/**
 * The envelope of WeChat Pay APIv3 and its relatives: lines of method, target, timestamp, nonce and body are signed; a
 * request carries its signature in an Authorization header, an answer in headers of its own. The body is not touched.
 */
export function authorizationHeader(policy: AuthorizationHeaderPolicy): Envelope {
  return {
    style: policy.style,
    codec: json,
    algorithms: policy.algorithms,
    ...(policy.response.askedSerial === undefined ? {} : { askedSerial: policy.response.askedSerial }),
    requestParts: requestParts(policy),
    answerParts: answerParts(policy),
    requestBase: (message) =>
      requestBase(
        policy,
        policy.requestBase.includes("authorization")
          ? { ...message, authorization: message.carried ?? bareParameters(policy, message) }
          : message,
      ),
    answerBase: (message) => responseBase(policy, message),
    ...requestHeader(policy),
    ...answerHeaders(policy),
    readSignature: decodeBase64Strict,
    mistakes: MISTAKES,
  };
}
