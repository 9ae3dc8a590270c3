import { constants, createPublicKey, publicDecrypt, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { said } from "../diagnosis.ts";
import type { Attempt, Mistake } from "../diagnosis.ts";

const OTHER_HASHES = ["sha1", "sha384", "sha512", "md5"] as const;

/** What goes wrong with RSA: the padding, the hash, and a key that the verifier has never seen. */
export const RSA_MISTAKES: readonly Mistake[] = [
  {
    id: "rsa-pss",
    proven: true,
    explains: (attempt) =>
      said(
        fitsAs(attempt, "sha256", { padding: constants.RSA_PKCS1_PSS_PADDING }),
        "the signature is padded as RSA-PSS; sign with PKCS#1 v1.5: SHA256withRSA",
        "签名采用了 RSA-PSS 填充；应使用 PKCS#1 v1.5，即 SHA256withRSA",
      ),
  },
  {
    id: "other-hash",
    proven: true,
    explains: (attempt) => {
      const hash = OTHER_HASHES.find((one) => fitsAs(attempt, one));
      if (hash === undefined) return undefined;
      const name = hash === "md5" ? "MD5" : hash.toUpperCase().replace("SHA", "SHA-");
      return {
        en: `the signature was made with ${name}; sign with SHA-256: SHA256withRSA`,
        zh: `签名使用了 ${name} 摘要；应使用 SHA-256，即 SHA256withRSA`,
      };
    },
  },
  {
    id: "unknown-key",
    proven: false,
    explains: (attempt) =>
      said(
        isOfAnotherKey(attempt),
        "the signature was made with a private key that is not enrolled here, or was changed on its way; enrol the public key that belongs to the private key, or sign with that of the serial sent",
        "签名所用私钥的公钥未在此登记，或签名在途中被改动；请登记与该私钥配对的公钥，或改用与所发证书序列号对应的私钥",
      ),
  },
];

function rsaKeyOf({ failed: { key } }: Attempt): KeyObject | undefined {
  return key.kind === "public" && key.scheme === "rsa2048" ? createPublicKey(key.pem) : undefined;
}

function fitsAs(attempt: Attempt, hash: string, padded: { readonly padding?: number } = {}): boolean {
  const key = rsaKeyOf(attempt);
  if (key === undefined || attempt.signature === undefined) return false;
  try {
    return verify(hash, attempt.base(), { key, ...padded }, attempt.signature);
  } catch {
    return false;
  }
}

/** Whether a signature of this key's length shows, opened with it, neither the padding of PKCS#1 v1.5 nor that of PSS. */
function isOfAnotherKey(attempt: Attempt): boolean {
  const key = rsaKeyOf(attempt);
  const { signature } = attempt;
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
