import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Mistake } from "../explanation/mistake.ts";
import { reserialised } from "./body-writings.ts";

const NO_BYTES = new Uint8Array();

/** What goes wrong with a JSON body that is signed as it is sent. */
export const BODY_MISTAKES: readonly Mistake[] = [
  {
    id: "body-reserialised",
    family: "body",
    title: { en: "another spelling of the body was signed", zh: "被签名的报文体与发送的写法不同" },
    remedy: {
      en: "serialise once, then sign and send those very bytes",
      zh: "应只序列化一次，对同一份字节签名并发送",
    },
    *guesses(attempt) {
      for (const { body, en, zh } of reserialised(attempt.failed.message.body))
        yield* attempt.with(
          { body },
          { en: `another spelling of the body was signed (${en})`, zh: `被签名的报文体与发送的写法不同（${zh}）` },
        );
    },
  },
  {
    id: "empty-body-signed",
    family: "body",
    title: { en: "an empty body was signed, but one was sent", zh: "签名时报文体为空，而实际发送了报文体" },
    remedy: { en: "sign the bytes that are sent", zh: "应对实际发送的字节签名" },
    guesses: (attempt) => (attempt.failed.message.body.length === 0 ? [] : attempt.with({ body: NO_BYTES })),
  },
  {
    id: "body-placeholder-signed",
    family: "body",
    title: {
      en: "no body was sent, but {} or null was signed in its place",
      zh: "没有发送报文体，签名时却用了 {} 或 null",
    },
    remedy: { en: "sign an empty line", zh: "应签空行" },
    *guesses(attempt) {
      if (attempt.failed.message.body.length > 0) return;
      for (const text of ["{}", "null", '""', "undefined", "[]"]) yield* attempt.with({ body: Buffer.from(text) });
    },
  },
  {
    id: "body-escaped-again",
    family: "body",
    title: {
      en: "the body was signed as a JSON string of itself, its quotes escaped once more",
      zh: "签名时报文体又被序列化为 JSON 字符串（引号多转义了一次）",
    },
    remedy: { en: "sign the text as it is sent, serialised once", zh: "应对实际发送的文本签名，只序列化一次" },
    *guesses(attempt) {
      const text = Buffer.from(attempt.failed.message.body).toString();
      const whole = JSON.stringify(text);
      yield* attempt.with({ body: Buffer.from(whole) });
      yield* attempt.with({ body: Buffer.from(whole.slice(1, -1)) });
      yield* attempt.with({ body: Buffer.from(encodeURIComponent(text)) });
    },
  },
  {
    id: "body-digest-signed",
    family: "body",
    title: { en: "a hash of the body was signed in the body's place", zh: "待签名串中以报文体的摘要代替了报文体" },
    remedy: { en: "put the body itself there", zh: "应放入报文体原文" },
    *guesses(attempt) {
      const { body } = attempt.failed.message;
      for (const hash of ["sha256", "md5", "sm3", "sha1"]) {
        const digest = createHash(hash).update(body).digest();
        for (const text of [digest.toString("hex"), digest.toString("hex").toUpperCase(), digest.toString("base64")])
          yield* attempt.with({ body: Buffer.from(text) });
      }
    },
  },
];
