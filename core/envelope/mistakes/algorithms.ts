import { Buffer } from "node:buffer";
import { constants, createHash, createHmac, createPublicKey, publicDecrypt, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { VerifyingKey } from "../../signature/scheme.ts";
import { sm2PublicKey } from "../../signature/sm2.ts";
import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";

const HASHES = ["sha256", "sm3", "sha512", "sha1", "md5"] as const;

/** How people call a scheme. */
const NAMES: Readonly<Record<string, string>> = {
  rsa2048: "SHA256withRSA (PKCS#1 v1.5)",
  sm2: "SM2 with SM3",
  ed25519: "Ed25519",
  "hmac-sha256": "HMAC-SHA256",
  "hmac-sm3": "HMAC-SM3",
};

/** What goes wrong with the algorithm: the hash, the padding, the user id, a hash that is hashed again. */
export const ALGORITHM_MISTAKES: readonly Mistake[] = [
  {
    id: "digest-signed",
    family: "algorithm",
    title: {
      en: "a hash of the text was signed, as bytes, hexadecimal or base64, and so hashed twice",
      zh: "对待签名串先做了一次哈希再签名（等于哈希两次）",
    },
    remedy: { en: "give the signing function the text itself", zh: "应把原文直接交给签名函数" },
    *guesses({ base }) {
      for (const hash of HASHES) {
        const digest = createHash(hash).update(base).digest();
        for (const bytes of [
          digest,
          Buffer.from(digest.toString("hex")),
          Buffer.from(digest.toString("hex").toUpperCase()),
          Buffer.from(digest.toString("base64")),
        ])
          yield { bytes };
      }
    },
  },
  {
    id: "text-encoded-first",
    family: "algorithm",
    title: {
      en: "the text was written in base64 or hexadecimal before it was signed",
      zh: "待签名串先做了 Base64 或十六进制编码再签名",
    },
    remedy: { en: "give the signing function the text itself", zh: "应把原文直接交给签名函数" },
    *guesses({ base }) {
      for (const encoding of ["base64", "hex", "base64url"] as const)
        yield { bytes: Buffer.from(Buffer.from(base).toString(encoding)) };
    },
  },
  {
    id: "rsa-pss",
    family: "algorithm",
    title: { en: "the signature is padded as RSA-PSS", zh: "签名采用了 RSA-PSS 填充" },
    remedy: { en: "sign with PKCS#1 v1.5: SHA256withRSA", zh: "应使用 PKCS#1 v1.5，即 SHA256withRSA" },
    *guesses({ failed: { key } }) {
      const rsa = rsaKeyOf(key);
      if (rsa === undefined) return;
      for (const hash of ["sha256", "sha1"]) yield { key: rsaVerifier(rsa, hash, constants.RSA_PKCS1_PSS_PADDING) };
    },
  },
  {
    id: "other-hash",
    family: "algorithm",
    title: { en: "the signature was made with another hash", zh: "签名使用了其他摘要算法" },
    remedy: { en: "use the algorithm that the specification names", zh: "应使用规范约定的算法" },
    *guesses({ failed: { key } }) {
      const rsa = rsaKeyOf(key);
      for (const hash of ["sha1", "sha256", "sha384", "sha512", "md5", "sm3"] as const) {
        const [name, due] = [hashName(hash), NAMES[key.scheme] ?? key.scheme];
        const title = {
          en: `the signature was made with ${name}, where ${due} is due`,
          zh: `签名使用了 ${name} 摘要，应为 ${due}`,
        };
        // No standard has RSA with SM3.
        if (rsa !== undefined && hash !== "sm3") yield { key: rsaVerifier(rsa, hash), title };
        if (key.kind === "secret")
          yield {
            key: {
              verify: (bytes, given) => key.explains((text) => createHmac(hash, text).update(bytes).digest(), given),
            },
            title,
          };
      }
    },
  },
  {
    id: "digest-info-missing",
    family: "algorithm",
    title: {
      en: "the hash was encrypted with the private key as it is, without the DigestInfo that names the hash",
      zh: "直接用私钥加密了摘要，缺少标明摘要算法的 DigestInfo",
    },
    remedy: {
      en: "call a signing function (SHA256withRSA), not an encryption with the private key",
      zh: "应调用签名函数（SHA256withRSA），而不是用私钥加密",
    },
    *guesses({ failed: { key } }) {
      const rsa = rsaKeyOf(key);
      if (rsa !== undefined) yield { key: { verify: (bytes, signature) => opensToDigest(rsa, bytes, signature) } };
    },
  },
  {
    id: "other-user-id",
    family: "algorithm",
    title: { en: "the SM2 signature was made with another user id", zh: "SM2 签名使用了其他用户标识（user id）" },
    remedy: {
      en: "use 1234567812345678, unless both sides have agreed on another",
      zh: "应使用 1234567812345678（双方另有约定的除外）",
    },
    *guesses({ failed: { key, message } }) {
      if (key.kind !== "public" || key.scheme !== "sm2") return;
      const party = "party" in message ? message.party : "";
      const ids = ["", party, party.padEnd(16, "0").slice(0, 16), message.serial, "12345678", "ALICE123@YAHOO.COM"];
      for (const id of new Set(ids))
        yield {
          key: sm2PublicKey(key.pem, Buffer.from(id)),
          title: {
            en: `the SM2 signature was made with the user id "${id}"${id === "" ? ", which is what OpenSSL and Node take where none is given" : ""}`,
            zh: `SM2 签名使用了用户标识“${id}”${id === "" ? "（OpenSSL 与 Node 未指定时的默认值）" : ""}`,
          },
        };
      yield {
        key: sm2PublicKey(key.pem, undefined),
        title: {
          en: "the SM2 signature was made over the hash of the text alone, without the user id and the public key (Z)",
          zh: "SM2 签名只对原文摘要计算，未加入用户标识与公钥（Z 值）",
        },
      };
    },
  },
];

/** What only the signature's form tells: a key that the verifier has never seen. */
export const UNKNOWN_KEY_MISTAKES: readonly Mistake[] = [
  {
    id: "unknown-key",
    family: "key",
    title: {
      en: "the signature was made with a private key that is not enrolled here, or was changed on its way",
      zh: "签名所用私钥的公钥未在此登记，或签名在途中被改动",
    },
    remedy: {
      en: "enrol the public key that belongs to the private key, or sign with that of the serial sent",
      zh: "请登记与该私钥配对的公钥，或改用与所发证书序列号对应的私钥",
    },
    guesses: (attempt) => (isOfAnotherKey(attempt) ? [{ symptom: true }] : []),
  },
];

const hashName = (hash: string): string => (hash === "md5" ? "MD5" : hash.toUpperCase().replace("SHA", "SHA-"));

function rsaKeyOf(key: VerifyingKey): KeyObject | undefined {
  if (key.kind !== "public") return undefined;
  const opened = createPublicKey(key.pem);
  return opened.asymmetricKeyType === "rsa" ? opened : undefined;
}

function rsaVerifier(key: KeyObject, hash: string, padding?: number): Pick<VerifyingKey, "verify"> {
  return {
    verify: (bytes, signature) => {
      try {
        return verify(hash, bytes, { key, ...(padding === undefined ? {} : { padding }) }, signature);
      } catch {
        return false;
      }
    },
  };
}

/** Whether a signature of PKCS#1 v1.5 opens to the bare hash of the bytes, or to its hexadecimal digits. */
function opensToDigest(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return ["sha256", "sha1", "md5"].some((hash) => {
      const digest = createHash(hash).update(bytes).digest();
      return opened.equals(digest) || opened.toString("latin1").toLowerCase() === digest.toString("hex");
    });
  } catch {
    return false;
  }
}

/** Whether a signature of this key's length shows, opened with it, neither the padding of PKCS#1 v1.5 nor that of PSS. */
function isOfAnotherKey({ failed, signature }: Attempt): boolean {
  const key = rsaKeyOf(failed.key);
  if (key === undefined || signature === undefined) return false;
  if (signature.length * 8 !== key.asymmetricKeyDetails?.modulusLength) return false;
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return !(opened[0] === 0 && opened[1] === 1) && opened.at(-1) !== 0xbc;
  } catch {
    // Greater than the modulus.
    return true;
  }
}
