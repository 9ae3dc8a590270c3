import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import type { Envelope } from "../envelope.ts";
import { headerValues } from "../headers.ts";
import { formatAuthorization, parseAuthorization } from "./authorization.ts";
import { requestBase } from "./base.ts";
import { headerFault } from "../header-fault.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

/** Seals and opens requests, which carry all of their signature in the one Authorization header. */
export function requestHeader(policy: AuthorizationHeaderPolicy): Pick<Envelope, "sealRequest" | "openRequest"> {
  const name = policy.authorization.header;
  const lowerName = name.toLowerCase();
  return {
    sealRequest(message, signature) {
      const value = formatAuthorization(policy, message.algorithm, {
        party: message.party,
        nonce: message.nonce,
        timestamp: message.timestamp,
        serial: policy.authorization.serial === undefined ? undefined : message.serial,
        signature: encodeBase64(signature),
      });
      return { headers: [[name, value]], body: message.body };
    },

    openRequest(request) {
      const values = headerValues(request.headers, lowerName);
      if (values.length !== 1)
        return values.length === 0
          ? headerFault("the header is missing", "缺少该请求头", name)
          : headerFault("the header came more than once", "该请求头出现多次", name);
      const parsed = parseAuthorization(policy, values[0]);
      if (!parsed.ok) return headerFault(parsed.message.en, parsed.message.zh, name);
      return {
        ok: true,
        party: parsed.party,
        serial: parsed.serial,
        algorithm: parsed.token,
        timestamp: parsed.timestamp,
        nonce: parsed.nonce,
        ...(parsed.signed === undefined ? {} : { carried: parsed.signed }),
        covered: requestBase(policy, {
          ...(parsed.signed === undefined ? {} : { authorization: parsed.signed }),
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
  };
}
