import { Buffer } from "node:buffer";
import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { BODY_MISTAKES } from "../mistakes/bodies.ts";
import { BODY_ENCODING_MISTAKES } from "../mistakes/body-encodings.ts";
import { PSS_AND_ECDSA_MISTAKES } from "../mistakes/key-encodings.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";

/** The protected header as it was signed, in base64url, and what was signed of the payload. */
function signedParts({ base }: Attempt): { readonly header: string; readonly rest: Uint8Array } {
  const dot = base.indexOf(0x2e);
  return { header: Buffer.from(base.subarray(0, dot)).toString(), rest: base.subarray(dot + 1) };
}

const joined = (header: string, payload: string | Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${header}.`), typeof payload === "string" ? Buffer.from(payload) : payload]);

/** Every mistake known with a detached JWS, the commonest first. */
export const MISTAKES: readonly Mistake[] = [
  {
    id: "payload-otherwise-encoded",
    family: "base",
    title: { en: "the payload was signed in another encoding than agreed", zh: "负载参与签名时的编码与约定不符" },
    remedy: {
      en: "sign its base64url without padding, or with b64: false its bytes as they are",
      zh: "应以无补位的 base64url 参与签名；若为 b64: false，则以原样参与",
    },
    *guesses(attempt) {
      const { header } = signedParts(attempt);
      const { body } = attempt.failed.message;
      yield {
        bytes: joined(header, body),
        title: { en: "the payload was signed as it is (b64: false)", zh: "负载以原样参与签名（b64: false）" },
      };
      yield {
        bytes: joined(header, Buffer.from(body).toString("base64url")),
        title: { en: "the payload was signed in base64url", zh: "负载以 base64url 参与签名" },
      };
      const base64 = Buffer.from(body).toString("base64");
      for (const text of [base64, base64.replaceAll("+", "-").replaceAll("/", "_")])
        yield {
          bytes: joined(header, text),
          title: { en: "the payload was signed in base64 with padding", zh: "负载以带补位的 Base64 参与签名" },
        };
    },
  },
  {
    id: "payload-left-out",
    family: "base",
    title: { en: "the payload was left out of what was signed", zh: "待签名串遗漏了负载" },
    remedy: {
      en: "the payload is left out of the header alone, and signed all the same",
      zh: "负载只是不在首部中出现，仍须参与签名",
    },
    *guesses(attempt) {
      const { header } = signedParts(attempt);
      for (const bytes of [joined(header, ""), Buffer.from(header)]) yield { bytes };
    },
  },
  {
    id: "header-unencoded",
    family: "base",
    title: { en: "the protected header was signed as JSON", zh: "受保护首部以 JSON 原文参与签名" },
    remedy: { en: "sign its base64url as it is sent", zh: "应以发送的 base64url 参与签名" },
    *guesses(attempt) {
      const { header, rest } = signedParts(attempt);
      yield { bytes: joined(Buffer.from(header, "base64url").toString(), rest) };
    },
  },
  {
    id: "encoding-base64",
    family: "spelling",
    title: { en: "the signature is sent as base64", zh: "签名以 Base64 发送" },
    remedy: { en: "send it as base64url without padding", zh: "应使用无补位的 base64url" },
    *guesses({ failed: { signature } }) {
      if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(signature)) yield { signature: Buffer.from(signature, "base64") };
    },
  },
  {
    id: "encoding-hex",
    family: "spelling",
    title: { en: "the signature is sent as hexadecimal", zh: "签名以十六进制发送" },
    remedy: { en: "send it as base64url without padding", zh: "应使用无补位的 base64url" },
    *guesses({ failed: { signature } }) {
      if (/^(?:[0-9A-Fa-f]{2})+$/.test(signature)) yield { signature: Buffer.from(signature, "hex") };
    },
  },
  ...BODY_MISTAKES,
  ...BODY_ENCODING_MISTAKES,
  ...PSS_AND_ECDSA_MISTAKES,
  ...KEY_MISTAKES,
  ...ALGORITHM_MISTAKES.filter(({ id }) => id !== "rsa-pss"),
  ...MESSAGE_MISTAKES,
  ...TIME_MISTAKES,
  ...UNKNOWN_KEY_MISTAKES,
];
