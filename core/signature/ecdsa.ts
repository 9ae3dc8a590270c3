import { p256 } from "@noble/curves/nist.js";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { KeyRefused, keyOf, privateKeyPem, publicKeyPem, readPem, readPublicKeyInfo } from "./pem.ts";
import type { PrivateKey, PublicKey, PairScheme } from "./scheme.ts";

const NAME = "ecdsa-p256-sha256";
const MAKE = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";
/** Both numbers of a signature, each of 32 bytes. */
const SIGNATURE_BYTES = 64;

/**
 * ECDSA over P-256 with SHA-256, the signature as `r || s` of 64 bytes: `ES256` of JWS (RFC 7518 section 3.4) and
 * `ecdsa-p256-sha256` of RFC 9421. The nonce is derived from key and message (RFC 6979), so that the same bytes have the
 * same signature; node:crypto draws it by chance.
 */
export const ecdsaP256: PairScheme = {
  keys: "pair",
  name: NAME,

  privateKey(pem: string): PrivateKey {
    const what = keyOf("private", NAME);
    const { der } = readPem(pem, ["PRIVATE KEY"], what);
    const key = parsed(what, () => createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    const secret = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
    return {
      kind: "private",
      scheme: NAME,
      pem: privateKeyPem(key),
      sign: (bytes: Uint8Array): Uint8Array =>
        p256.sign(createHash("sha256").update(bytes).digest(), secret, { prehash: false, lowS: false }),
    };
  },

  publicKey(pem: string): PublicKey {
    const what = keyOf("public", NAME);
    const der = readPublicKeyInfo(pem, what);
    const key = parsed(what, () => createPublicKey({ key: der, format: "der", type: "spki" }));
    return {
      kind: "public",
      scheme: NAME,
      pem: publicKeyPem(key),
      verify(bytes: Uint8Array, signature: Uint8Array): boolean {
        if (signature.length !== SIGNATURE_BYTES) return false;
        try {
          return verify("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature);
        } catch {
          return false;
        }
      },
    };
  },

  generate() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return { privatePem: privateKeyPem(privateKey), publicPem: publicKeyPem(publicKey) };
  },
};

/** A key of the curve; OpenSSL refuses points that are not on it. */
function parsed(what: Bilingual, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    throw new KeyRefused(
      what,
      { en: `OpenSSL cannot read it; make one with: ${MAKE}`, zh: `OpenSSL 无法读取；请重新生成：${MAKE}` },
      cause,
    );
  }
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details } = key;
  if (type !== "ec" || details?.namedCurve !== "prime256v1") {
    const found = type === "ec" ? `ec (${details?.namedCurve ?? "unknown curve"})` : type;
    throw new KeyRefused(what, {
      en: `this is a key of type ${found}, allowed: ec (prime256v1); name the scheme that fits the key, or make one with: ${MAKE}`,
      zh: `密钥类型为 ${found}，应为 ec（prime256v1）；请改写与密钥相符的算法，或重新生成：${MAKE}`,
    });
  }
  return key;
}
