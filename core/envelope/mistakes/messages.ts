import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";

/** What goes wrong where a right signature is put to another message. */
export const MESSAGE_MISTAKES: readonly Mistake[] = [
  {
    id: "signature-of-another-message",
    family: "message",
    title: { en: "the signature belongs to another message", zh: "该签名属于另一报文" },
    remedy: {
      en: "sign every message anew, after its last change",
      zh: "应在报文不再改动之后、对每个报文单独签名",
    },
    *guesses({ failed }) {
      for (const { title, base } of failed.otherMessages?.() ?? [])
        yield {
          bytes: base,
          title: {
            en: `the signature belongs to another message: ${title.en}`,
            zh: `该签名属于另一报文：${title.zh}`,
          },
        };
    },
  },
  {
    id: "parts-of-the-request-signed",
    family: "message",
    title: {
      en: "the timestamp or the nonce of the request was signed in place of that of the answer",
      zh: "应答签名时用了请求的时间戳或随机串",
    },
    remedy: { en: "sign the values that the answer carries", zh: "应对应答自身携带的值签名" },
    *guesses(attempt): Generator<Guess> {
      if (attempt.failed.kind !== "answer" || attempt.failed.request === undefined) return;
      const { timestamp, nonce } = attempt.failed.request;
      for (const changed of [{ timestamp, nonce }, { nonce }, { timestamp }]) yield* attempt.with(changed);
    },
  },
  {
    id: "signed-like-a-request",
    family: "message",
    title: {
      en: "the answer was signed like a request, with method and path",
      zh: "应答按请求的方式签名（含方法与路径）",
    },
    remedy: { en: "sign what the specification lists for answers", zh: "应只对规范为应答列出的内容签名" },
    *guesses(attempt): Generator<Guess> {
      const { failed } = attempt;
      if (failed.kind !== "answer" || failed.request === undefined) return;
      const { method, target, party } = failed.request;
      yield { bytes: attempt.requestBase({ ...failed.message, method, target, party }) };
    },
  },
  {
    id: "signed-like-an-answer",
    family: "message",
    title: {
      en: "the request was signed like an answer, without method and path",
      zh: "请求按应答的方式签名（不含方法与路径）",
    },
    remedy: { en: "sign what the specification lists for requests", zh: "应对规范为请求列出的内容签名" },
    *guesses(attempt): Generator<Guess> {
      if (attempt.request !== undefined) yield { bytes: attempt.answerBase(attempt.request) };
    },
  },
];
