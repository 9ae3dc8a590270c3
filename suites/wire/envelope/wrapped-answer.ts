import type { WrappedAnswer } from "../../../core/envelope/sorted-parameters/policy.ts";
import { textOf } from "../../../core/envelope/sorted-parameters/wrapped-answer.ts";
import { parseBounded } from "../../../core/json/bounded-parse.ts";
import { memberSpans } from "../../../core/json/member-spans.ts";
import type { Carrier, Read, WireEnvelope } from "./wire-envelope.ts";

/** How the judge reads answers that wrap their payload: leniently, and the payload's bytes as they stand there. */
export function wrappedAnswer({ signature }: WrappedAnswer): Pick<WireEnvelope, "answerBase" | "readAnswer"> {
  return {
    answerBase: ({ body }) => body,
    readAnswer: ({ body }: Carrier): Read => {
      const bytes = Buffer.from(body);
      const spans = parseBounded(bytes.toString()) === undefined ? undefined : memberSpans(bytes);
      const payload = spans?.find(({ name }) => name !== signature);
      // What wraps nothing is read as it is, such as a file or a page of a server on the way.
      if (spans === undefined || payload === undefined) return { claims: {}, body };
      const signed = spans.find(({ name }) => name === signature);
      const text = signed === undefined ? undefined : textOf(bytes, signed);
      return {
        claims: text === undefined ? {} : { signature: text },
        body: bytes.subarray(payload.from, payload.to),
      };
    },
  };
}
