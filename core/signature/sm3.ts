import { createHash, createHmac } from "node:crypto";

/** SM3 (GM/T 0004-2012) of the parts, one after another: 32 bytes. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sm3");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** HMAC (RFC 2104) over SM3: 32 bytes. */
export function hmacSm3(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac("sm3", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
