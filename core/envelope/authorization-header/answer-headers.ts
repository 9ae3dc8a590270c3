import { decodeBase64Strict } from "../../signature/base64.ts";
import type { Envelope, OpeningFault } from "../envelope.ts";
import { headerValues } from "../headers.ts";
import type { Headers } from "../headers.ts";
import { responseBase } from "./base.ts";
import { headerFault } from "../header-fault.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

/** Seals and opens answers, and notifications signed like them: each part of the signature has a header of its own. */
export function answerHeaders(policy: AuthorizationHeaderPolicy): Pick<Envelope, "sealAnswer" | "openAnswer"> {
  const { response } = policy;
  const names = {
    timestamp: response.timestamp.toLowerCase(),
    nonce: response.nonce.toLowerCase(),
    serial: response.serial?.toLowerCase(),
    algorithm: response.algorithm?.toLowerCase(),
    signature: response.signature.toLowerCase(),
  };
  const wanted = [response.timestamp, response.nonce, response.serial, response.signature].filter(
    (name) => name !== undefined,
  );
  return {
    sealAnswer(message, signature) {
      return {
        headers: [
          [response.timestamp, message.timestamp],
          [response.nonce, message.nonce],
          ...(response.serial === undefined ? [] : [[response.serial, message.serial] as const]),
          ...(response.algorithm === undefined ? [] : [[response.algorithm, message.algorithm] as const]),
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
        names.serial === undefined ? undefined : one(names.serial),
        one(names.signature),
      ];
      const algorithm = names.algorithm === undefined ? undefined : one(names.algorithm);
      // It may be left out, and says nothing when it is empty or stands twice.
      if (algorithm === undefined && isEmptyOrTwice(answer.headers, names.algorithm))
        return algorithmFault(response.algorithm ?? "");
      if (
        timestamp === undefined ||
        nonce === undefined ||
        (serial === undefined && names.serial !== undefined) ||
        signature === undefined
      )
        return headerFault(
          `of ${wanted.join(", ")} each must stand once`,
          `${wanted.join("、")} 须各出现一次`,
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

/** Whether a header that may be left out is there, and says nothing. */
const isEmptyOrTwice = (headers: Headers, name: string | undefined): boolean =>
  name !== undefined && headerValues(headers, name).length > 0;

const algorithmFault = (name: string): OpeningFault =>
  headerFault(`${name} must stand once, with a token, or not at all`, `${name} 须仅出现一次且非空，或不出现`, name);
