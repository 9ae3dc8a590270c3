import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { KeyRefused, privateKeyPem, publicKeyPem, readPem, readPublicKeyInfo } from "./pem.ts";
import type { PrivateKey, PublicKey, PairScheme } from "./scheme.ts";

const NAME = "rsa2048";
const MINIMUM_BITS = 2048;

/**
 * SHA256withRSA, PKCS#1 v1.5 (RFC 8017 section 8.2), as WeChat Pay APIv3 and its relatives use it. Keys of 2048 bits
 * or more.
 */
export const rsa2048: PairScheme = {
  keys: "pair",
  name: NAME,

  privateKey(pem: string): PrivateKey {
    const what = `private key of scheme ${NAME}`;
    const { label, der } = readPem(pem, ["PRIVATE KEY", "RSA PRIVATE KEY"], what);
    const key = parsed(what, () =>
      createPrivateKey({ key: der, format: "der", type: label === "PRIVATE KEY" ? "pkcs8" : "pkcs1" }),
    );
    refuseUnfit(key, what);
    return {
      kind: "private",
      scheme: NAME,
      pem: privateKeyPem(key),
      sign: (bytes: Uint8Array): Uint8Array => sign("sha256", bytes, key),
    };
  },

  publicKey(pem: string): PublicKey {
    const what = `public key of scheme ${NAME}`;
    const der = readPublicKeyInfo(pem, what);
    const key = parsed(what, () => createPublicKey({ key: der, format: "der", type: "spki" }));
    refuseUnfit(key, what);
    return {
      kind: "public",
      scheme: NAME,
      pem: publicKeyPem(key),
      verify(bytes: Uint8Array, signature: Uint8Array): boolean {
        try {
          return verify("sha256", bytes, key, signature);
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

function parsed(what: string, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (cause) {
    throw new KeyRefused(
      `${what}: OpenSSL cannot read it; expected an RSA key, made with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`,
      cause,
    );
  }
}

const REMEDY = "make a new one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";

/** With e = 1 every message is its own signature, e = 2 is no permutation, and an even modulus is factored at sight. */
function refuseWeak(key: KeyObject, what: string): void {
  const { e, n } = key.export({ format: "jwk" });
  const exponent = integer(e);
  if (exponent < 3n || exponent % 2n === 0n)
    throw new KeyRefused(`${what}: its public exponent is ${exponent}, allowed: odd and 3 or more; ${REMEDY}`);
  if (integer(n) % 2n === 0n) throw new KeyRefused(`${what}: its modulus is even, so it is no RSA key; ${REMEDY}`);
}

const integer = (base64url: string | undefined): bigint =>
  BigInt(`0x0${Buffer.from(base64url ?? "", "base64url").toString("hex")}`);

function refuseUnfit(key: KeyObject, what: string): void {
  // An rsa-pss key carries its own padding rule, and PKCS#1 v1.5 is not it.
  if (key.asymmetricKeyType !== "rsa") {
    throw new KeyRefused(
      `${what}: this is a key of type ${key.asymmetricKeyType ?? "unknown"}, allowed: rsa; name the scheme that fits the key, or make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`,
    );
  }
  refuseWeak(key, what);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MINIMUM_BITS) {
    throw new KeyRefused(
      `${what}: ${bits} bits, allowed: ${MINIMUM_BITS} or more; make a new one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`,
    );
  }
}
