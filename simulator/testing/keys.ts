import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { ed25519 } from "../../core/signature/ed25519.ts";
import type { PrivateKey, PublicKey } from "../../core/signature/scheme.ts";

/** Tokens of the reference pack's signature algorithms. */
export const RSA = "WECHATPAY2-SHA256-RSA2048";
export const SM2 = "WECHATPAY2-SM2-WITH-SM3";
export const ED25519 = "WECHATPAY2-ED25519";

export interface TestKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly privatePem: string;
  readonly publicPem: string;
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
}

/** An Ed25519 key made of its name, the same in every process: no key is kept in a file, and transcripts repeat. */
export function namedKey(serial: string): TestKey {
  const secret = createHash("sha256").update(`liantiao test key ${serial}`).digest();
  // RFC 8410: the PKCS#8 header of an Ed25519 private key, followed by its 32 bytes.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), secret]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const privatePem = key.export({ format: "pem", type: "pkcs8" }).toString();
  const publicPem = createPublicKey(key).export({ format: "pem", type: "spki" }).toString();
  return {
    serial,
    algorithm: ED25519,
    privatePem,
    publicPem,
    privateKey: ed25519.privateKey(privatePem),
    publicKey: ed25519.publicKey(publicPem),
  };
}
