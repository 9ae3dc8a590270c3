import { aes256Gcm } from "./aes-256-gcm.ts";
import { sm4Gcm } from "./sm4-gcm.ts";
import type { SealingPolicy } from "./policy.ts";
import type { SealingKey, SealingScheme } from "./scheme.ts";

/** Every sealing scheme there is. A new one is added here, and `sealing.contract.test.ts` then holds it. */
export const SEALING_SCHEMES: readonly SealingScheme[] = [aes256Gcm, sm4Gcm];

/** A sealing scheme, and its token on the wire. */
export interface NamedSealing {
  readonly token: string;
  readonly scheme: SealingScheme;
}

/** What a pack seals with for a party that signs with an algorithm: what it names for that, else the first that it names. */
export function sealingScheme(policy: SealingPolicy, signature?: string): NamedSealing {
  const named = signature === undefined ? undefined : policy.bySignature?.[signature];
  return schemeOf(policy, named ?? Object.keys(policy.algorithms)[0] ?? "");
}

/** The scheme of a token; undefined for one that the pack does not name. */
export function sealingOfToken(policy: SealingPolicy, token: string): NamedSealing | undefined {
  return Object.hasOwn(policy.algorithms, token) ? schemeOf(policy, token) : undefined;
}

/** The token under which messages name the scheme of a key. */
export function sealingToken({ algorithms }: SealingPolicy, { scheme }: SealingKey): string {
  return Object.keys(algorithms).find((token) => algorithms[token] === scheme) ?? "";
}

function schemeOf({ algorithms }: SealingPolicy, token: string): NamedSealing {
  const name = algorithms[token] ?? "";
  const scheme = SEALING_SCHEMES.find((one) => one.name === name);
  if (scheme === undefined)
    throw new RangeError(
      `no sealing scheme is named "${name}"; allowed: ${SEALING_SCHEMES.map((one) => one.name).join(", ")}. Correct /policies/sealing/algorithms of the pack`,
    );
  return { token, scheme };
}
