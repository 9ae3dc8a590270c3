import { ed25519 } from "./ed25519.ts";
import { rsa2048 } from "./rsa.ts";
import type { SignatureScheme } from "./scheme.ts";
import { sm2 } from "./sm2.ts";

/** Every signature scheme there is. A new one is added here, and `scheme.contract.test.ts` then holds it. */
export const SIGNATURE_SCHEMES: readonly SignatureScheme[] = [rsa2048, sm2, ed25519];

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
