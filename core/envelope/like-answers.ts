import type { Envelope, OpenedRequest, OpeningFault } from "./envelope.ts";
import type { Mistake } from "./explanation/mistake.ts";

/**
 * The envelope of requests that are signed and carried like answers: their signature covers neither method nor target,
 * and they name no party, so the receiver finds the sender by its key.
 */
export function likeAnswers(envelope: Envelope): Envelope {
  return {
    ...envelope,
    requestParts: [
      { id: "method", location: "line", name: "method", covered: false },
      { id: "target", location: "line", name: "target", covered: false },
      ...envelope.answerParts,
    ],
    requestBase: (message) => envelope.answerBase(message),
    sealRequest: (message, signature) => envelope.sealAnswer(message, signature),

    openRequest({ headers, body }, bounds): OpenedRequest | OpeningFault {
      const opened = envelope.openAnswer({ headers, body }, bounds);
      if (!opened.ok || opened.algorithm === undefined || Object.hasOwn(envelope.algorithms, opened.algorithm))
        return opened.ok ? { ...opened, party: undefined } : opened;
      const { name = "", location = "header" } = envelope.answerParts.find(({ id }) => id === "algorithm") ?? {};
      const known = Object.keys(envelope.algorithms);
      return {
        ok: false,
        stage: "signature",
        message: { en: `${name}: is none of ${known.join(", ")}`, zh: `${name}：不是 ${known.join("、")} 之一` },
        field: name,
        location: location === "body" ? "body" : "header",
      };
    },

    mistakes: [...envelope.mistakes, signedLikeARequest(envelope)],
  };
}

/** The mistake of signing such a request with method and target, as other requests are signed. */
const signedLikeARequest = (envelope: Envelope): Mistake => ({
  id: "signed-like-a-request",
  family: "message",
  title: {
    en: "the message was signed like a request, with method and path",
    zh: "报文按请求的方式签名（含方法与路径）",
  },
  remedy: { en: "sign it as answers are signed", zh: "应按应答的方式签名" },
  *guesses({ request }) {
    if (request !== undefined) yield { bytes: envelope.requestBase(request) };
  },
});
