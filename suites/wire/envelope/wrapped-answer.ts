import type { WrappedAnswer } from "../../../core/envelope/sorted-parameters/policy.ts";
import { textOf, wrappedBase } from "../../../core/envelope/sorted-parameters/wrapped-answer.ts";
import { parseBounded } from "../../../core/json/bounded-parse.ts";
import { memberSpans } from "../../../core/json/member-spans.ts";
import type { Carrier, Read, WireEnvelope } from "./wire-envelope.ts";

/**
 * How the judge reads answers that wrap their payload: leniently, and the payload's bytes as they stand there. `carried` is
 * the name under which they stood, where that is signed too.
 */
export function wrappedAnswer(policy: WrappedAnswer): Pick<WireEnvelope, "answerBase" | "readAnswer"> {
  return {
    answerBase: ({ carried, ...message }) =>
      wrappedBase(policy, carried === undefined ? message : { ...message, member: carried }),
    readAnswer: ({ body }: Carrier): Read => {
      const bytes = Buffer.from(body);
      const spans = parseBounded(bytes.toString()) === undefined ? undefined : memberSpans(bytes);
      const own = [policy.signature, policy.algorithm];
      const payload = spans?.find(({ name }) => !own.includes(name));
      // What wraps nothing is read as it is, such as a file or a page of a server on the way.
      if (spans === undefined || payload === undefined) return { claims: {}, body };
      const said = (name: string | undefined): string | undefined => {
        const span = name === undefined ? undefined : spans.find((one) => one.name === name);
        return span === undefined ? undefined : textOf(bytes, span);
      };
      const [signature, algorithm] = [said(policy.signature), said(policy.algorithm)];
      return {
        claims: {
          ...(signature === undefined ? {} : { signature }),
          ...(algorithm === undefined ? {} : { algorithm, carried: payload.name }),
        },
        body: bytes.subarray(payload.from, payload.to),
      };
    },
  };
}
