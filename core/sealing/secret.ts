import { KeyRefused } from "../signature/pem.ts";
import { generateBodySecret, openBodyKey } from "./body/key.ts";
import type { SealingPolicies } from "./policies.ts";
import type { SealingKey, SealingScheme } from "./scheme.ts";
import { sealingScheme } from "./schemes.ts";

/** Makes and reads the sealing secrets of parties that sign with an algorithm; undefined where the pack seals nothing. */
export function sealingSecrets(
  { sealing, bodySealing }: SealingPolicies,
  signature?: string,
): Pick<SealingScheme, "key" | "generate"> | undefined {
  if (bodySealing !== undefined)
    return { key: (text) => openBodyKey(bodySealing, text), generate: () => generateBodySecret(bodySealing) };
  return sealing === undefined ? undefined : sealingScheme(sealing, signature).scheme;
}

/**
 * The sealing secret of a party that signs with an algorithm.
 * @throws KeyRefused where the pack seals nothing, or the text is no secret of its scheme.
 */
export function openSealingKey(policies: SealingPolicies, text: string, signature?: string): SealingKey {
  const secrets = sealingSecrets(policies, signature);
  if (secrets === undefined)
    throw new KeyRefused(
      { en: "sealing secret", zh: "加密密钥" },
      {
        en: "the pack seals no part of its messages (/policies/sealing, /policies/bodySealing), so no secret for it is used",
        zh: "规范包的报文没有加密部分（/policies/sealing、/policies/bodySealing），用不到此密钥",
      },
    );
  return secrets.key(text);
}
