import { ed25519 as curve } from "@noble/curves/ed25519.js";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { KeyRefused, keyOf, privateKeyPem, publicKeyPem, readPem, readPublicKeyInfo } from "./pem.ts";
import type { PrivateKey, PublicKey, PairScheme } from "./scheme.ts";

const NAME = "ed25519";
const RAW_KEY_BYTES = 32;

/** Ed25519 (RFC 8032), pure: the bytes are signed as they are, without a hash of our own ahead. */
export const ed25519: PairScheme = {
  keys: "pair",
  name: NAME,

  privateKey(pem: string): PrivateKey {
    const what = keyOf("private", NAME);
    const { der } = readPem(pem, ["PRIVATE KEY"], what);
    const key = parsed(what, () => createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    return {
      kind: "private",
      scheme: NAME,
      pem: privateKeyPem(key),
      sign: (bytes: Uint8Array): Uint8Array => sign(null, bytes, key),
    };
  },

  publicKey(pem: string): PublicKey {
    const what = keyOf("public", NAME);
    const der = readPublicKeyInfo(pem, what);
    const key = parsed(what, () => createPublicKey({ key: der, format: "der", type: "spki" }));
    refuseUnfitPoint(key, what);
    return {
      kind: "public",
      scheme: NAME,
      pem: publicKeyPem(key),
      verify(bytes: Uint8Array, signature: Uint8Array): boolean {
        try {
          return verify(null, bytes, key, signature);
        } catch {
          return false;
        }
      },
    };
  },

  generate() {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    return { privatePem: privateKeyPem(privateKey), publicPem: publicKeyPem(publicKey) };
  },
};

function parsed(what: Bilingual, parse: () => KeyObject): KeyObject {
  const make = "openssl genpkey -algorithm ed25519";
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    const why = {
      en: `OpenSSL cannot read it; make one with: ${make}`,
      zh: `OpenSSL 无法读取；请重新生成：${make}`,
    };
    throw new KeyRefused(what, why, cause);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    const type = key.asymmetricKeyType ?? "unknown";
    throw new KeyRefused(what, {
      en: `this is a key of type ${type}, allowed: ed25519; name the scheme that fits the key, or make one with: ${make}`,
      zh: `密钥类型为 ${type}，应为 ed25519；请改写与密钥相符的算法，或重新生成：${make}`,
    });
  }
  return key;
}

/** OpenSSL takes any 32 bytes for a public key. Under a key of small order one signature fits many messages. */
function refuseUnfitPoint(key: KeyObject, what: Bilingual): void {
  const raw = key.export({ type: "spki", format: "der" }).subarray(-RAW_KEY_BYTES);
  let fit: boolean;
  try {
    fit = !curve.Point.fromBytes(raw).isSmallOrder();
  } catch {
    fit = false;
  }
  if (!fit)
    throw new KeyRefused(what, {
      en: "not a point of the curve, or one of small order; ask its owner for a key made by a proper tool",
      zh: "不是曲线上的点，或是小阶点；请对方用可靠的工具重新生成密钥",
    });
}
