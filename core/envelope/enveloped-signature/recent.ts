import { createHash } from "node:crypto";

/** How many results are kept: a message is opened several times on its way, and once more where a later one fails. */
const KEPT = 64;

/**
 * Remembers the latest results of a costly pure function by what went in, its bytes included: `make` is asked once for the
 * same key and bytes.
 */
export function recent<T>(): (key: string, bytes: Uint8Array, make: () => T) => T {
  const kept = new Map<string, T>();
  return (key, bytes, make) => {
    const id = `${key} ${createHash("sha256").update(bytes).digest("base64")}`;
    const found = kept.get(id);
    if (found !== undefined) return found;
    const made = make();
    kept.set(id, made);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  };
}
