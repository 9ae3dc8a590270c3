import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";

const HASHES = ["sha256", "sm3", "sha512", "sha1", "md5"] as const;

/** What goes wrong with the key, and with the function that is given to it. */
export const KEY_MISTAKES: readonly Mistake[] = [
  {
    id: "wrong-key",
    proven: true,
    explains: (attempt) => {
      const { signature } = attempt;
      if (signature === undefined) return undefined;
      const base = attempt.base();
      const other = attempt.failed.otherKeys.find(({ key }) => key.verify(base, signature));
      return other === undefined
        ? undefined
        : {
            en: `the signature was made with another key: that of ${other.owner}; sign with the private key that belongs to the serial number sent`,
            zh: `签名用的是另一把密钥：${other.owner}；应使用与所发证书序列号对应的私钥`,
          };
    },
  },
  {
    id: "digest-signed",
    proven: true,
    explains: (attempt) => {
      const base = attempt.base();
      return said(
        HASHES.some((hash) => {
          const digest = createHash(hash).update(base).digest();
          return [
            digest,
            Buffer.from(digest.toString("hex")),
            Buffer.from(digest.toString("hex").toUpperCase()),
            Buffer.from(digest.toString("base64")),
          ].some((bytes) => attempt.fits(bytes));
        }),
        "a hash of the text was signed, as bytes, hexadecimal or base64, and so hashed twice; give the signing function the text itself",
        "对待签名串先做了一次哈希再签名（等于哈希两次）；应把原文直接交给签名函数",
      );
    },
  },
];
