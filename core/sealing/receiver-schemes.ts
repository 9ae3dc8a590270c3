import type { ReceiverScheme } from "./receiver-scheme.ts";
import { rsaOaepSha1, rsaOaepSha256 } from "./rsa-oaep.ts";
import { sm2Asn1, sm2Bare, sm2Raw } from "./sm2-encryption.ts";

/** Every scheme that seals for one receiver. A new one is added here, and `receiver.contract.test.ts` then holds it. */
export const RECEIVER_SCHEMES: readonly ReceiverScheme[] = [rsaOaepSha1, rsaOaepSha256, sm2Asn1, sm2Raw, sm2Bare];

/** @throws RangeError naming the allowed names: a pack names the scheme, so a person will read it. */
export function receiverScheme(name: string): ReceiverScheme {
  const found = RECEIVER_SCHEMES.find((one) => one.name === name);
  if (found === undefined)
    throw new RangeError(
      `no scheme that seals for a receiver is named "${name}"; allowed: ${RECEIVER_SCHEMES.map((one) => one.name).join(", ")}. Correct /policies/receiverSealing/algorithms of the pack`,
    );
  return found;
}
