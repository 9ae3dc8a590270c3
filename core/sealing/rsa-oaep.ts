import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from "node:crypto";
import type { ReceiverScheme } from "./receiver-scheme.ts";

/** RSAES-OAEP (RFC 8017, 7.1) with one hash for label and mask, the label empty. */
const rsaOaep = (name: string, oaepHash: string, hashBytes: number): ReceiverScheme => {
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
  const longest = (publicPem: string): number =>
    (createPublicKey(publicPem).asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 2 * hashBytes - 2;
  return {
    name,
    keys: "rsa2048",
    longest,
    seal(publicPem, plain) {
      const most = longest(publicPem);
      if (plain.length > most)
        throw new RangeError(`${name} seals at most ${most} bytes under this key, and ${plain.length} were given`);
      return publicEncrypt({ key: publicPem, ...padding }, plain);
    },
    open(privatePem, sealed) {
      const key = createPrivateKey(privatePem);
      // Only one length is a ciphertext: leading zeros left out would be a second spelling.
      if (sealed.length * 8 !== key.asymmetricKeyDetails?.modulusLength) return undefined;
      try {
        return privateDecrypt({ key, ...padding }, sealed);
      } catch {
        return undefined;
      }
    },
  };
};

/** As WeChat Pay seals fields: SHA-1 in OAEP is not known to be weak, and is what its SDKs use. */
export const rsaOaepSha1 = rsaOaep("rsa-oaep-sha1", "sha1", 20);

export const rsaOaepSha256 = rsaOaep("rsa-oaep-sha256", "sha256", 32);
