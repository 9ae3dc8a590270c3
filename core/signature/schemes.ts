import type { Bilingual } from "../run/verdict.ts";
import { SaidError } from "../text/said-error.ts";
import { ed25519 } from "./ed25519.ts";
import { hmacSha256, hmacSm3 } from "./hmac.ts";
import { ecdsaP256 } from "./ecdsa.ts";
import { rsa2048 } from "./rsa.ts";
import { rsaPssSha256, rsaPssSha512 } from "./rsa-pss.ts";
import type { PairScheme, SignatureScheme, SigningKey, VerifyingKey } from "./scheme.ts";
import { sm2 } from "./sm2.ts";

/** Every signature scheme there is. A new one is added here, and `scheme.contract.test.ts` then holds it. */
export const SIGNATURE_SCHEMES: readonly SignatureScheme[] = [
  rsa2048,
  sm2,
  ed25519,
  hmacSha256,
  hmacSm3,
  rsaPssSha256,
  rsaPssSha512,
  ecdsaP256,
];

/**
 * The scheme of that name.
 *
 * @throws RangeError naming the allowed names: a pack or a statement names the scheme, so a person will read it.
 */
export function signatureScheme(name: string): SignatureScheme {
  const found = SIGNATURE_SCHEMES.find((scheme) => scheme.name === name);
  if (found === undefined) {
    const allowed = SIGNATURE_SCHEMES.map((scheme) => scheme.name).join(", ");
    throw new RangeError(
      `no signature scheme is named "${name}"; allowed: ${allowed}. Correct the pack or the statement, or add the scheme to core/signature/schemes.ts`,
    );
  }
  return found;
}

/**
 * The scheme of that name, for what only key pairs can do.
 *
 * @throws RangeError for a scheme of shared secrets too.
 */
export function pairScheme(name: string): PairScheme {
  const scheme = signatureScheme(name);
  if (scheme.keys === "pair") return scheme;
  const allowed = SIGNATURE_SCHEMES.filter(({ keys }) => keys === "pair").map((one) => one.name);
  throw new RangeError(`${name} signs with a shared secret and has no pairs; allowed here: ${allowed.join(", ")}`);
}

/** What a key that signs is read from: the text of a PEM file, or of a secret. */
export type SigningMaterial = { readonly privateKey: string } | { readonly secret: string };

/** What a key that verifies is read from: the text of a PEM file (public key or certificate), or of a secret. */
export type VerifyingMaterial = { readonly publicKey: string } | { readonly secret: string };

/** @throws KeyRefused, SaidError or RangeError, with the remedy; never with the material itself. */
export function openSigningKey(name: string, material: SigningMaterial): SigningKey {
  const scheme = signatureScheme(name);
  if (scheme.keys === "secret" && "secret" in material) return scheme.secret(material.secret);
  if (scheme.keys === "pair" && "privateKey" in material) return scheme.privateKey(material.privateKey);
  throw new SaidError(mismatch(scheme, { en: "private key", zh: "私钥" }));
}

/** @throws KeyRefused, SaidError or RangeError, with the remedy; never with the material itself. */
export function openVerifyingKey(name: string, material: VerifyingMaterial): VerifyingKey {
  const scheme = signatureScheme(name);
  if (scheme.keys === "secret" && "secret" in material) return scheme.secret(material.secret);
  if (scheme.keys === "pair" && "publicKey" in material) return scheme.publicKey(material.publicKey);
  throw new SaidError(mismatch(scheme, { en: "public key", zh: "公钥" }));
}

function mismatch({ name, keys }: SignatureScheme, pem: Bilingual): Bilingual {
  return keys === "secret"
    ? {
        en: `${name} signs with a shared secret; give a secret and no ${pem.en}`,
        zh: `${name} 用共享密钥签名；请给出共享密钥，而不是${pem.zh}`,
      }
    : {
        en: `${name} signs with a key pair; give a ${pem.en} and no secret`,
        zh: `${name} 用密钥对签名；请给出${pem.zh}，而不是共享密钥`,
      };
}
