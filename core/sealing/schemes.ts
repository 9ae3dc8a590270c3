import { KeyRefused } from "../signature/pem.ts";
import { aes256Gcm } from "./aes-256-gcm.ts";
import { sm4Gcm } from "./sm4-gcm.ts";
import type { SealingPolicy } from "./policy.ts";
import type { SealingKey, SealingScheme } from "./scheme.ts";

/** Every sealing scheme there is. A new one is added here, and `sealing.contract.test.ts` then holds it. */
export const SEALING_SCHEMES: readonly SealingScheme[] = [aes256Gcm, sm4Gcm];

/** The scheme that a pack seals with, and its token on the wire: the first that it names. */
export function sealingScheme({ algorithms }: SealingPolicy): {
  readonly token: string;
  readonly scheme: SealingScheme;
} {
  const [token = "", name = ""] = Object.entries(algorithms)[0] ?? [];
  const scheme = SEALING_SCHEMES.find((one) => one.name === name);
  if (scheme === undefined)
    throw new RangeError(
      `no sealing scheme is named "${name}"; allowed: ${SEALING_SCHEMES.map((one) => one.name).join(", ")}. Correct /policies/sealing/algorithms of the pack`,
    );
  return { token, scheme };
}

/** The sealing secret of a party. @throws KeyRefused where the pack seals nothing, or the text is no secret of its scheme. */
export function openSealingKey(policy: SealingPolicy | undefined, text: string): SealingKey {
  if (policy === undefined)
    throw new KeyRefused(
      { en: "sealing secret", zh: "加密密钥" },
      {
        en: "the pack seals no part of its messages (/policies/sealing), so no secret for it is used",
        zh: "规范包的报文没有加密部分（/policies/sealing），用不到此密钥",
      },
    );
  return sealingScheme(policy).scheme.key(text);
}
