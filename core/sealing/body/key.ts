import { createSecretKey, randomBytes } from "node:crypto";
import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import { KeyRefused, keyOf } from "../../signature/pem.ts";
import { generateSecret } from "../aes-256-gcm.ts";
import type { SealingKey } from "../scheme.ts";
import type { BodySealingPolicy } from "./policy.ts";
import { bodyScheme } from "./schemes.ts";
import type { BodyScheme } from "./schemes.ts";

/** How many bytes of an initial vector or nonce go with each message. */
export const aheadBytes = ({ scheme, iv }: BodySealingPolicy): number =>
  iv === "ahead" ? bodyScheme(scheme).ivBytes : 0;

/**
 * Reads the text of a secret under which bodies are encrypted. The nonce of the key is what goes with each message, and
 * empty where nothing does; there is no associated data.
 *
 * @throws KeyRefused
 */
export function openBodyKey(policy: BodySealingPolicy, text: string): SealingKey {
  const scheme = bodyScheme(policy.scheme);
  const bytes = bytesOf(policy, text);
  const lengths = policy.iv === "key" ? [scheme.ivBytes] : scheme.keyBytes;
  if (bytes === undefined || !lengths.includes(bytes.length)) throw refused(policy, scheme, bytes, lengths);
  const key = createSecretKey(bytes);
  const iv = fixedIv(policy, scheme, bytes);
  return {
    kind: "sealing",
    scheme: scheme.name,
    seal(plain, nonce) {
      if (nonce.length !== aheadBytes(policy))
        throw new RangeError(`a nonce of ${nonce.length} bytes was given; ${scheme.name} takes ${aheadBytes(policy)}`);
      return scheme.encrypt(key, iv ?? nonce, plain);
    },
    open: (sealed, nonce) =>
      nonce.length === aheadBytes(policy) ? scheme.decrypt(key, iv ?? nonce, sealed) : undefined,
  };
}

/** The text of a new secret, of the shortest key. */
export function generateBodySecret(policy: BodySealingPolicy): string {
  const [length = 0] = bodyScheme(policy.scheme).keyBytes;
  if (policy.secret === "text") return generateSecret(length);
  const bytes = randomBytes(length);
  return policy.secret === "hex" ? bytes.toString("hex") : encodeBase64(bytes);
}

/** The one initial vector of all messages; undefined where each has its own. */
function fixedIv({ iv }: BodySealingPolicy, scheme: BodyScheme, key: Uint8Array): Uint8Array | undefined {
  if (iv === "ahead") return undefined;
  if (iv === "zeros") return new Uint8Array(scheme.ivBytes);
  return iv === "key" ? key : Buffer.from(iv.hex, "hex");
}

function bytesOf({ secret }: BodySealingPolicy, text: string): Uint8Array | undefined {
  if (secret === "base64") return decodeBase64Strict(text);
  if (secret === "text") return Buffer.from(text, "utf8");
  return /^(?:[0-9a-fA-F]{2})*$/u.test(text) ? Buffer.from(text, "hex") : undefined;
}

function refused(
  { secret }: BodySealingPolicy,
  scheme: BodyScheme,
  bytes: Uint8Array | undefined,
  lengths: readonly number[],
): KeyRefused {
  const wanted = lengths.join(" / ");
  const spelled = { base64: "base64", hex: "hexadecimal", text: "a text" }[secret];
  const spelledZh = { base64: "Base64", hex: "十六进制", text: "文本" }[secret];
  return bytes === undefined
    ? new KeyRefused(keyOf("secret", scheme.name), {
        en: `the secret is not in ${spelled}; ${scheme.name} needs ${wanted} bytes, written so`,
        zh: `不是${spelledZh}；应为 ${wanted} 字节的${spelledZh}`,
      })
    : new KeyRefused(keyOf("secret", scheme.name), {
        en: `the secret has ${bytes.length} bytes, read as ${spelled}; ${scheme.name} needs ${wanted}`,
        zh: `按${spelledZh}读取后长 ${bytes.length} 字节，应为 ${wanted} 字节`,
      });
}
