import { constants, createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";

/** What goes wrong with signatures by RSA-PSS and by ECDSA, whose forms libraries differ in. */
export const PSS_AND_ECDSA_MISTAKES: readonly Mistake[] = [
  {
    id: "rsa-pkcs1",
    family: "algorithm",
    title: { en: "the signature is padded by PKCS#1 v1.5, as RS256 is", zh: "签名采用了 PKCS#1 v1.5 填充（如 RS256）" },
    remedy: { en: "sign with RSA-PSS", zh: "应使用 RSA-PSS" },
    *guesses(attempt) {
      const pss = pssOf(attempt);
      if (pss !== undefined)
        yield { key: { verify: (bytes, signature) => verified(() => verify(pss.hash, bytes, pss.key, signature)) } };
    },
  },
  {
    id: "pss-salt-length",
    family: "algorithm",
    title: { en: "the salt of the RSA-PSS signature has another length", zh: "RSA-PSS 签名的盐长度不符" },
    remedy: { en: "it is as long as the hash", zh: "应与摘要等长" },
    *guesses(attempt) {
      const pss = pssOf(attempt);
      if (pss === undefined) return;
      const padded = {
        key: pss.key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_AUTO,
      };
      yield { key: { verify: (bytes, signature) => verified(() => verify(pss.hash, bytes, padded, signature)) } };
    },
  },
  {
    id: "ecdsa-der",
    family: "spelling",
    title: { en: "the ECDSA signature is in ASN.1 DER", zh: "ECDSA 签名采用了 ASN.1 DER" },
    remedy: { en: "send r || s, 64 bytes", zh: "应为 r || s 共 64 字节" },
    *guesses({ failed: { key } }) {
      if (key.kind !== "public" || key.scheme !== "ecdsa-p256-sha256") return;
      const ec = createPublicKey(key.pem);
      yield { key: { verify: (bytes, signature) => verified(() => verify("sha256", bytes, ec, signature)) } };
    },
  },
];

function pssOf({ failed: { key } }: Attempt): { readonly key: KeyObject; readonly hash: string } | undefined {
  const hash = /^rsa-pss-(sha\d+)$/.exec(key.scheme)?.[1];
  return key.kind !== "public" || hash === undefined ? undefined : { key: createPublicKey(key.pem), hash };
}

/** False for a signature that OpenSSL cannot read. */
function verified(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
