import { decodeBase64Strict } from "../../signature/base64.ts";
import type { Envelope } from "../envelope.ts";
import { headerValues } from "../headers.ts";
import { responseBase } from "./base.ts";
import { headerFault } from "../header-fault.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

/** Seals and opens answers, and notifications signed like them: each part of the signature has a header of its own. */
export function answerHeaders(policy: AuthorizationHeaderPolicy): Pick<Envelope, "sealAnswer" | "openAnswer"> {
  const { response } = policy;
  const names = {
    timestamp: response.timestamp.toLowerCase(),
    nonce: response.nonce.toLowerCase(),
    serial: response.serial.toLowerCase(),
    algorithm: response.algorithm.toLowerCase(),
    signature: response.signature.toLowerCase(),
  };
  return {
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

    openAnswer(answer) {
      // With two signatures it is unclear which one counts, and an empty header says nothing.
      const one = (name: string): string | undefined => {
        const values = headerValues(answer.headers, name);
        return values.length === 1 && values[0] !== "" ? values[0] : undefined;
      };
      const [timestamp, nonce, serial, signature] = [
        one(names.timestamp),
        one(names.nonce),
        one(names.serial),
        one(names.signature),
      ];
      const algorithm = one(names.algorithm);
      // It may be left out, and says nothing when it is empty or stands twice.
      if (algorithm === undefined && headerValues(answer.headers, names.algorithm).length > 0)
        return headerFault(
          `${response.algorithm} must stand once, with a token, or not at all`,
          `${response.algorithm} 须仅出现一次且非空，或不出现`,
          response.algorithm,
        );
      if (timestamp === undefined || nonce === undefined || serial === undefined || signature === undefined)
        return headerFault(
          `of ${response.timestamp}, ${response.nonce}, ${response.serial}, ${response.signature} each must stand once`,
          `${response.timestamp}、${response.nonce}、${response.serial}、${response.signature} 须各出现一次`,
          response.signature,
        );
      return {
        ok: true,
        serial,
        algorithm,
        timestamp,
        nonce,
        covered: responseBase(policy, { timestamp, nonce, body: answer.body }),
        signature: decodeBase64Strict(signature),
        signatureText: signature,
        body: answer.body,
      };
    },
  };
}
