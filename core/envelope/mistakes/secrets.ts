import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import type { SharedSecret, VerifyingKey } from "../../signature/scheme.ts";
import type { Mistake } from "../explanation/mistake.ts";

type Make = (secret: string, bytes: Uint8Array, hash: string) => Uint8Array;

/** What each scheme of shared secrets hashes with. */
const HASH_OF: Readonly<Record<string, string>> = { "hmac-sha256": "sha256", "hmac-sm3": "sm3" };

const hmac = (name: string, key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  createHmac(name, key).update(joined(parts)).digest();

const hash = (name: string, ...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  createHash(name).update(joined(parts)).digest();

/** What goes wrong with the use of a shared secret. */
export const SECRET_MISTAKES: readonly Mistake[] = [
  {
    id: "secret-appended",
    family: "secret",
    title: {
      en: "the secret was appended to the text, as older gateways want it",
      zh: "把密钥拼接在待签名串之后（旧式做法）",
    },
    remedy: {
      en: "use it as the key of the HMAC, and append nothing",
      zh: "应以其为 HMAC 的密钥，不拼接",
    },
    guesses: ({ failed }) =>
      secretGuesses(failed.key, [
        ...["sha256", "md5", "sha1", "sm3"].flatMap((name): readonly Make[] => [
          (secret, bytes) => hash(name, bytes, "&key=", secret),
          (secret, bytes) => hash(name, bytes, secret),
          (secret, bytes) => hash(name, secret, bytes, secret),
          (secret, bytes) => hash(name, secret, bytes),
        ]),
        (secret, bytes, used) => hmac(used, secret, bytes, "&key=", secret),
      ]),
  },
  {
    id: "secret-decoded",
    family: "secret",
    title: {
      en: "the secret was decoded from hexadecimal or base64 before it was used",
      zh: "使用密钥前先做了十六进制或 Base64 解码",
    },
    remedy: { en: "its characters are the key as they are", zh: "应直接使用其字符" },
    guesses: ({ failed }) =>
      secretGuesses(
        failed.key,
        (["hex", "base64"] as const).map(
          (encoding): Make =>
            (secret, bytes, used) =>
              hmac(used, Buffer.from(secret, encoding), bytes),
        ),
      ),
  },
  {
    id: "secret-with-blank",
    family: "secret",
    title: {
      en: "the secret was used with a line feed or a blank at its end, as a file or a copy has it",
      zh: "密钥末尾带有换行或空格（多因读取文件或复制所致）",
    },
    remedy: { en: "trim it", zh: "应去除首尾空白" },
    guesses: ({ failed }) =>
      secretGuesses(
        failed.key,
        ["\n", "\r\n", " ", "\0"].map(
          (end): Make =>
            (secret, bytes, used) =>
              hmac(used, `${secret}${end}`, bytes),
        ),
      ),
  },
  {
    id: "secret-in-other-case",
    family: "secret",
    title: { en: "the secret was used in another case", zh: "密钥的大小写被改动" },
    remedy: { en: "use its characters as they are", zh: "应原样使用其字符" },
    guesses: ({ failed }) =>
      secretGuesses(failed.key, [
        (secret, bytes, used) => hmac(used, secret.toUpperCase(), bytes),
        (secret, bytes, used) => hmac(used, secret.toLowerCase(), bytes),
      ]),
  },
];

function* secretGuesses(
  key: VerifyingKey,
  makes: readonly Make[],
): Generator<{ readonly key: Pick<SharedSecret, "verify"> }> {
  if (key.kind !== "secret") return;
  const used = HASH_OF[key.scheme] ?? "sha256";
  for (const make of makes)
    yield { key: { verify: (bytes, signature) => key.explains((secret) => make(secret, bytes, used), signature) } };
}

function joined(parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}
