import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { KeyRefused, keyOf, privateKeyPem, publicKeyPem, readPem, readPublicKeyInfo } from "./pem.ts";
import type { PrivateKey, PublicKey, PairScheme } from "./scheme.ts";

const MINIMUM_BITS = 2048;
const MAKE = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";

/** How a padding of RSA signs and verifies bytes; `verify` may throw. */
export interface RsaPadding {
  sign(bytes: Uint8Array, key: KeyObject): Uint8Array;
  verify(bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean;
}

/**
 * SHA256withRSA, PKCS#1 v1.5 (RFC 8017 section 8.2), as WeChat Pay APIv3 and its relatives use it. Keys of 2048 bits
 * or more.
 */
export const rsa2048: PairScheme = rsaScheme("rsa2048", {
  sign: (bytes, key) => sign("sha256", bytes, key),
  verify: (bytes, key, signature) => verify("sha256", bytes, key, signature),
});

/** A scheme of RSA keys of 2048 bits or more. */
export function rsaScheme(name: string, padding: RsaPadding): PairScheme {
  return {
    keys: "pair",
    name,

    privateKey(pem: string): PrivateKey {
      const what = keyOf("private", name);
      const { label, der } = readPem(pem, ["PRIVATE KEY", "RSA PRIVATE KEY"], what);
      const key = parsed(what, () =>
        createPrivateKey({ key: der, format: "der", type: label === "PRIVATE KEY" ? "pkcs8" : "pkcs1" }),
      );
      refuseUnfit(key, what);
      return {
        kind: "private",
        scheme: name,
        pem: privateKeyPem(key),
        sign: (bytes: Uint8Array): Uint8Array => padding.sign(bytes, key),
      };
    },

    publicKey(pem: string): PublicKey {
      const what = keyOf("public", name);
      const der = readPublicKeyInfo(pem, what);
      const key = parsed(what, () => createPublicKey({ key: der, format: "der", type: "spki" }));
      refuseUnfit(key, what);
      return {
        kind: "public",
        scheme: name,
        pem: publicKeyPem(key),
        verify(bytes: Uint8Array, signature: Uint8Array): boolean {
          try {
            return padding.verify(bytes, key, signature);
          } catch {
            return false;
          }
        },
      };
    },

    generate() {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: MINIMUM_BITS });
      return { privatePem: privateKeyPem(privateKey), publicPem: publicKeyPem(publicKey) };
    },
  };
}

function parsed(what: Bilingual, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (cause) {
    throw new KeyRefused(
      what,
      {
        en: `OpenSSL cannot read it; expected an RSA key, made with: ${MAKE}`,
        zh: `OpenSSL 无法读取；应为 RSA 密钥，生成方法：${MAKE}`,
      },
      cause,
    );
  }
}

/** With e = 1 every message is its own signature, e = 2 is no permutation, and an even modulus is factored at sight. */
function refuseWeak(key: KeyObject, what: Bilingual): void {
  const { e, n } = key.export({ format: "jwk" });
  const exponent = integer(e);
  if (exponent < 3n || exponent % 2n === 0n)
    throw new KeyRefused(what, {
      en: `its public exponent is ${exponent}, allowed: odd and 3 or more; make a new one with: ${MAKE}`,
      zh: `公钥指数为 ${exponent}，应为不小于 3 的奇数；请重新生成：${MAKE}`,
    });
  if (integer(n) % 2n === 0n)
    throw new KeyRefused(what, {
      en: `its modulus is even, so it is no RSA key; make a new one with: ${MAKE}`,
      zh: `模数为偶数，不是 RSA 密钥；请重新生成：${MAKE}`,
    });
}

const integer = (base64url: string | undefined): bigint =>
  BigInt(`0x0${Buffer.from(base64url ?? "", "base64url").toString("hex")}`);

function refuseUnfit(key: KeyObject, what: Bilingual): void {
  // An rsa-pss key carries its own padding rule, which may be another than the scheme's.
  if (key.asymmetricKeyType !== "rsa") {
    const type = key.asymmetricKeyType ?? "unknown";
    throw new KeyRefused(what, {
      en: `this is a key of type ${type}, allowed: rsa; name the scheme that fits the key, or make one with: ${MAKE}`,
      zh: `密钥类型为 ${type}，应为 rsa；请改写与密钥相符的算法，或重新生成：${MAKE}`,
    });
  }
  refuseWeak(key, what);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MINIMUM_BITS) {
    throw new KeyRefused(what, {
      en: `${bits} bits, allowed: ${MINIMUM_BITS} or more; make a new one with: ${MAKE}`,
      zh: `密钥长 ${bits} 位，应不少于 ${MINIMUM_BITS} 位；请重新生成：${MAKE}`,
    });
  }
}
