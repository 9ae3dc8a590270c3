import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { KeyRefused, keyOf } from "./pem.ts";
import type { SecretScheme, SharedSecret } from "./scheme.ts";

/** Of fewer characters a secret can be guessed from one message that it signed. */
const LEAST = 16;
const MOST = 512;

/** HMAC-SHA256 (RFC 2104) under a secret that both sides have. */
export const hmacSha256 = hmac("hmac-sha256", "sha256");

/** HMAC over SM3 (GM/T 0004-2012, RFC 2104) under a secret that both sides have. */
export const hmacSm3 = hmac("hmac-sm3", "sm3");

function hmac(name: string, hash: "sha256" | "sm3"): SecretScheme {
  const what = keyOf("secret", name);
  return {
    keys: "secret",
    name,

    secret(text: string): SharedSecret {
      if (/-----BEGIN /.test(text))
        throw new KeyRefused(what, {
          en: "this is a PEM file; give the text that both sides agreed on",
          zh: "这是 PEM 文件；请给出双方约定的文本",
        });
      if (!/^[\x21-\x7e]+$/.test(text))
        throw new KeyRefused(what, {
          en: "only visible ASCII without spaces is taken, in one line; make one with: openssl rand -hex 32",
          zh: "须为一行不含空格的可见 ASCII 字符；可用 openssl rand -hex 32 生成",
        });
      if (text.length < LEAST || text.length > MOST)
        throw new KeyRefused(what, {
          en: `${text.length} characters, allowed: ${LEAST} to ${MOST}; make one with: openssl rand -hex 32`,
          zh: `长 ${text.length} 个字符，应为 ${LEAST} 至 ${MOST} 个；可用 openssl rand -hex 32 生成`,
        });
      const sign = (bytes: Uint8Array): Uint8Array => createHmac(hash, text).update(bytes).digest();
      return {
        kind: "secret",
        scheme: name,
        sign,
        verify: (bytes, signature) => equal(sign(bytes), signature),
        explains: (make, signature) => equal(make(text), signature),
      };
    },

    generate: () => randomBytes(32).toString("hex"),
  };
}

function equal(wanted: Uint8Array, given: Uint8Array): boolean {
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
